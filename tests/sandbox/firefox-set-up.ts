import type { Page } from 'puppeteer-core';
import type { BackendProcess } from '../servers/backend-process.ts';
import type { Chrome } from './chrome.ts';
import type { FirefoxBrowser } from './firefox-browser.ts';
import { textMatching } from './in-page.ts';
import { writeDisk } from './on-disk.ts';

/** Resolves with the page's text as soon as it matches. */
export const waitForText = (page: Page, pattern: RegExp, timeoutMs = 40_000): Promise<string> =>
  page.evaluate(textMatching, pattern.source, timeoutMs);

/** A real click on the button, link, label or disclosure with this name. */
export const click = (page: Page, name: string): Promise<void> =>
  page
    .locator(
      `::-p-xpath(//*[self::button or self::a or self::summary or self::label][normalize-space()="${name}"])`,
    )
    .click();

/** Connects the backend with its access token, in the settings, and leaves the page open. */
export async function connectInSettings(
  browser: FirefoxBrowser,
  { url, token }: Pick<BackendProcess, 'url' | 'token'>,
): Promise<Page> {
  const page = await browser.openOwn('options');
  await click(page, 'Backend address and access token');
  await page.locator('#address').fill(url);
  await page.locator('#token').fill(token);
  await click(page, 'Save and test');
  await waitForText(page, /It works\./);
  return page;
}

/** Leaves the extension as it was when it was installed; for all but that, an account it was connected to is there again. */
export async function startAnew(browser: FirefoxBrowser, kept: Record<string, unknown>): Promise<void> {
  await browser.closePages();
  await browser.inExtension(() =>
    (globalThis as unknown as { browser: Chrome }).browser.runtime.sendMessage({ type: 'leave' }),
  );
  await browser.inExtension(writeDisk, kept);
}

/** Sets how a code is announced, in the settings. */
export async function announceBy(browser: FirefoxBrowser, label: string): Promise<void> {
  const page = await browser.openOwn('options');
  await click(page, label);
  await waitForText(page, /Saved\./);
  await page.close();
}
