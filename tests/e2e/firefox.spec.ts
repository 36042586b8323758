import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import puppeteer, { type Page } from 'puppeteer-core';
import { fillPage } from '../pages/fill.ts';
import { findFirefox } from '../sandbox/firefox.ts';
import { expect, GMAIL, test } from './world.ts';

const ADD_ON = 'mailbox-connect@saleshandy.example';
/** Firefox gives each installation an address of its own; here it is fixed. */
const UUID = '6f2f1d3e-0000-4000-8000-5b1de0000001';

/** Types and clicks by label and text, as the Chromium tests do. */
const waitForText = (page: Page, text: string) =>
  page.waitForFunction((wanted) => document.body?.innerText.includes(wanted), { timeout: 30_000 }, text);
const press = async (page: Page, name: string): Promise<void> => {
  const button = await page.waitForSelector(`::-p-xpath(//button[normalize-space()="${name}"])`);
  await button?.evaluate((one) => (one as HTMLButtonElement).click());
};

test('Firefox starts with the extension, catches a code, and has it verified', async ({ sandbox }) => {
  const executablePath = findFirefox();
  if (!executablePath) throw new Error('No Firefox was found: install it, or set FIREFOX_PATH to one');
  const html = await readFile('tests/pages/google/create.html', 'utf8');
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: { 'extensions.webextensions.uuids': JSON.stringify({ [ADD_ON]: UUID }) },
  });
  try {
    await browser.installExtension(resolve('.output/firefox-mv3'));

    const settings = await browser.newPage();
    // Load events of extension pages do not reach the driver; what is waited for is on the page itself.
    await settings.goto(`moz-extension://${UUID}/options.html`, { waitUntil: [] });
    await waitForText(settings, 'Backend address and access token');
    await settings.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    await settings.locator('#address').fill(sandbox.backend.url);
    await settings.locator('#token').fill(sandbox.backend.token);
    await press(settings, 'Save and test');
    await waitForText(settings, 'It works.');
    await settings.evaluate(() => document.querySelector<HTMLInputElement>('input[value=notice]')?.click());
    await waitForText(settings, 'Saved.');

    const page = await browser.newPage();
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      const isPage = new URL(request.url()).pathname === '/apppasswords';
      const body = isPage ? fillPage(html, { email: GMAIL.email, codes: [GMAIL.code] }) : '';
      void request.respond({ status: isPage ? 200 : 404, contentType: 'text/html; charset=utf-8', body });
    });
    await page.goto('https://myaccount.google.com/apppasswords');
    await page.locator('#i5').fill('Saleshandy');
    await page.locator('form button').click();
    const notice = await page.waitForSelector('html > div');

    const popup = await browser.newPage();
    await popup.goto(`moz-extension://${UUID}/popup.html`, { waitUntil: [] });
    await waitForText(popup, GMAIL.email);
    await waitForText(popup, 'Send to Saleshandy');

    await page.bringToFront();
    await expect(async () => {
      const box = await notice?.boundingBox();
      if (box) await page.mouse.click(box.x + box.width / 2, box.y + box.height - 34);
      expect(await popup.evaluate(() => document.body.innerText)).not.toContain('Send to Saleshandy');
    }).toPass();
    await waitForText(popup, 'Connected');
  } finally {
    await browser.close();
  }
});
