import { expect, type Page } from '@playwright/test';
import type { Page as FirefoxPage } from 'puppeteer-core';
import type { StoredCapture } from '../../utils/captures/capture.ts';
import type { SandboxBrowser } from '../sandbox/browser.ts';
import type { Chrome } from '../sandbox/chrome.ts';
import type { FirefoxBrowser } from '../sandbox/firefox-browser.ts';
import { click } from '../sandbox/firefox-set-up.ts';
import { ActionPopup } from '../sandbox/popup.ts';
import type { View } from '../sandbox/view.ts';
import { badgeOf, capturesOf, endWorker, inOrder, onDisk, type Sandbox } from './world.ts';

/** What a person with the extension does and sees, in whichever browser: for journeys that are the same in all of them. */
export interface Person {
  /** Goes to the provider's page and makes a code, which is then on screen. */
  makeCode(where: Where, account: Account): Promise<void>;
  /** As `makeCode`, and the popup that opens by itself over it. */
  popupWithCode(where: Where, account: Account): Promise<View>;
  /** A click on the icon in the toolbar. */
  openPopup(): Promise<View>;
  /** What the worker holds, as it stands in the browser's memory, the oldest first. */
  captures(): Promise<StoredCapture[]>;
  badge(): Promise<string>;
  /** All that the extension has on disk. */
  onDisk(): Promise<string>;
  /** Ends the worker, as the browser does after half a minute of quiet. The next event starts another. */
  endWorker(): Promise<void>;
}

export type Journeys = (
  journey: (name: string, go: (person: Person, sandbox: Sandbox) => Promise<void>) => void,
) => void;

interface Account {
  email: string;
  code: string;
}

/** Where a code is made, and what is pressed there. */
const WHERE = {
  google: { provider: 'google', url: 'https://myaccount.google.com/apppasswords', press: 'Create' },
  'google second': {
    provider: 'google',
    url: 'https://myaccount.google.com/u/1/apppasswords',
    press: 'Create',
  },
  yahoo: {
    provider: 'yahoo',
    url: 'https://login.yahoo.com/account/security/app-passwords',
    press: 'Generate password',
  },
  'microsoft-personal': {
    provider: 'microsoft-personal',
    url: 'https://account.live.com/proofs/manage/additional',
    press: 'Create a new app password',
  },
} as const;
export type Where = keyof typeof WHERE;

/** Somebody is signed in there, and this is the code that its page shows next. */
export function prepare({ pages }: Sandbox, where: Where, { email, code }: Account) {
  const { provider, ...rest } = WHERE[where];
  // Somebody else is the first of two.
  pages.signIn(provider, ...(where === 'google second' ? ['first.person@gmail.com'] : []), email);
  pages.giveCodes(provider, code);
  return rest;
}

export function inChromium(browser: SandboxBrowser, sandbox: Sandbox): Person {
  const makeCode = async (where: Where, account: Account): Promise<void> => {
    const { url, press } = prepare(sandbox, where, account);
    const page: Page = await browser.context.newPage();
    await page.goto(url);
    const name = page.locator('[data-name]');
    if (await name.isVisible()) await name.fill('Saleshandy');
    await page.getByText(press, { exact: true }).click();
  };
  return {
    makeCode,
    popupWithCode: async (where, account) => {
      const { opened } = await ActionPopup.next(browser);
      await makeCode(where, account);
      return opened;
    },
    // No test reaches the icon: the worker opens it, and may have been ended.
    openPopup: async () => {
      await wakeWorker(browser);
      return ActionPopup.open(browser);
    },
    captures: () => capturesOf(browser),
    badge: () => badgeOf(browser),
    onDisk: () => onDisk(browser),
    endWorker: () => endWorker(browser),
  };
}

async function wakeWorker({ context, extensionId }: SandboxBrowser): Promise<void> {
  const page = await context.newPage();
  await page.goto(`chrome-extension://${extensionId}/sent.html`);
  await page.evaluate(() =>
    (globalThis as unknown as { chrome: Chrome }).chrome.runtime.sendMessage({ type: 'count' }),
  );
  await page.close();
}

/** Makes a code on the page that is open in Firefox. */
export async function makeOnPage(page: FirefoxPage, where: Where): Promise<void> {
  const name = await page.$('[data-name]');
  if (name) {
    await name.click();
    await page.keyboard.type('Saleshandy');
  }
  await click(page, WHERE[where].press);
}

export function inFirefox(browser: FirefoxBrowser, sandbox: Sandbox): Person {
  const makeCode = async (where: Where, account: Account): Promise<void> => {
    const { url } = prepare(sandbox, where, account);
    await makeOnPage(await browser.openPage(url), where);
  };
  return {
    makeCode,
    popupWithCode: async (where, account) => {
      await makeCode(where, account);
      return browser.popup();
    },
    openPopup: () => browser.openPopup(),
    captures: async () => {
      const { captures = {} } = await browser.inMemory();
      return inOrder(Object.values(captures as Record<string, StoredCapture>));
    },
    badge: () => browser.badge(),
    onDisk: async () => JSON.stringify(await browser.onDisk()),
    endWorker: () => browser.endWorker(),
  };
}

/** Waits until the worker holds this, as far as it is told. */
export const expectCaptures = (person: Person, wanted: object[]): Promise<void> =>
  expect.poll(() => person.captures()).toMatchObject(wanted);
