import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import * as z from 'zod/mini';
import { loadProviders } from '../../providers/registry/node.ts';
import { Capture, type StoredCapture } from '../../utils/captures/capture.ts';
import { viewsOf } from '../../utils/captures/view.ts';
import type { PopupState } from '../../utils/popup-state/popup-state.ts';
import { launchBrowser, type SandboxBrowser } from '../sandbox/browser.ts';
import type { Chrome } from '../sandbox/chrome.ts';
import { whenTaken } from '../sandbox/in-page.ts';
import { readDisk, writeDisk } from '../sandbox/on-disk.ts';
import { ActionPopup } from '../sandbox/popup.ts';
import { setUp } from '../sandbox/set-up.ts';
import { endWorker } from '../sandbox/worker.ts';
import { startWorld, type World } from '../sandbox/world.ts';
import { type Dovecot, startDovecot } from '../servers/dovecot.ts';
import { mailRoutes } from '../servers/routes.ts';
import { type Saleshandy, startSaleshandy } from '../servers/saleshandy.ts';
import { type ScriptedMailServer, startScriptedMailServer } from '../servers/scripted-mail-server.ts';

/** Mailboxes at Dovecot, and the code that opens each. Google's hosts lead there. */
export const GMAIL = { email: 'test.person@gmail.com', code: 'qzxjkvbwpyghmfdl' };
export const GMAIL_SECOND = { email: 'second.person@gmail.com', code: 'lkjhgfdsaqwertyu' };
export const GMAIL_IMAP_OFF = { email: 'imap.off@gmail.com', code: 'zmxncbvalskdjfhg' };

/** More of them, for who has many. */
export const EIGHT = Array.from({ length: 8 }, (_, at) => ({
  email: `box.${at + 1}@gmail.com`,
  code: `mxqvzkwjbphgtdy${'abcdefgh'[at]}`,
}));

/** Mailboxes at the scripted servers, which speak as Yahoo and Outlook do. */
export const YAHOO = { email: 'test.person@yahoo.com', code: 'pqowieurytlaksjd' };
export const OUTLOOK = { email: 'test.person@outlook.com', code: 'mznxbcvlaksjdhfg' };

export interface Sandbox extends World {
  dovecot: Dovecot;
  scripted: ScriptedMailServer;
  saleshandy: Saleshandy;
}

interface TestFixtures {
  /** A fresh browser with the extension, set up for the backend. */
  browserWithExtension: SandboxBrowser;
  /** A fresh browser with the extension as it was just installed. */
  freshBrowser: SandboxBrowser;
  profile: string;
}

interface WorkerFixtures {
  sandbox: Sandbox;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  sandbox: [
    // Playwright wants to see the parameter destructured, even when nothing is taken.
    // biome-ignore lint/correctness/noEmptyPattern: see above
    async ({}, use) => {
      let dovecot: Dovecot | undefined;
      let scripted: ScriptedMailServer | undefined;
      const saleshandy = await startSaleshandy();
      const world = await startWorld({
        env: { ONBOARDING_SALESHANDY_URL: saleshandy.url },
        mail: async (certificate) => {
          const users = [GMAIL, GMAIL_SECOND, ...EIGHT, { ...GMAIL_IMAP_OFF, imapOff: true }];
          dovecot = await startDovecot({
            certificate,
            users: users.map(({ code, ...user }) => ({ ...user, password: code })),
          });
          scripted = await startScriptedMailServer({ certificate, slowMs: 2000 });
          const atDovecot = (await mailRoutes(dovecot.ports))
            .split(',')
            .filter((route) => route.includes('gmail'));
          const atScripted = (await mailRoutes(scripted.ports))
            .split(',')
            .filter((route) => !route.includes('gmail'));
          return {
            routes: [...atDovecot, ...atScripted].join(),
            stop: async () => {
              await Promise.all([dovecot?.stop(), scripted?.stop()]);
            },
          };
        },
      });
      await use(
        Object.assign(world, {
          dovecot: dovecot as Dovecot,
          scripted: scripted as ScriptedMailServer,
          saleshandy,
        }),
      );
      await world.stop();
      await saleshandy.stop();
    },
    { scope: 'worker' },
  ],

  // biome-ignore lint/correctness/noEmptyPattern: as above
  profile: async ({}, use) => {
    const profile = await mkdtemp(join(tmpdir(), 'profile-'));
    await use(profile);
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  },

  freshBrowser: async ({ sandbox, profile }, use) => {
    const browser = await startBrowser(sandbox, profile);
    sandbox.pages.show('google', 'create');
    sandbox.pages.show('microsoft-personal', 'shown');
    sandbox.scripted.accounts.clear();
    await use(browser);
    await browser.close().catch(() => {});
  },

  browserWithExtension: async ({ freshBrowser, sandbox }, use) => {
    await (await setUp(freshBrowser, sandbox.backend)).close();
    await use(freshBrowser);
  },
});
export { endWorker, expect };

export const startBrowser = (
  sandbox: Sandbox,
  profile: string,
  others: string[] = [],
): Promise<SandboxBrowser> =>
  launchBrowser({
    profile,
    pages: { port: sandbox.pages.port, spki: sandbox.spki },
    headless: true,
    others,
  });

/** What the worker holds, as it stands in the browser's memory, the oldest first. */
export async function capturesOf(browser: SandboxBrowser): Promise<StoredCapture[]> {
  const worker = await browser.worker();
  const captures = await worker.evaluate(async () => {
    const { chrome } = globalThis as unknown as { chrome: Chrome };
    const stored = await chrome.storage.session.get('captures');
    return Object.values((stored.captures ?? {}) as Record<string, StoredCapture>);
  });
  return inOrder(captures);
}

/** All that the extension has on disk. */
export const onDisk = async (browser: SandboxBrowser): Promise<string> =>
  JSON.stringify(await (await browser.worker()).evaluate(readDisk));

/** Lays something there, as the extension itself would. */
export const keepOnDisk = async (browser: SandboxBrowser, values: Record<string, unknown>): Promise<void> =>
  (await browser.worker()).evaluate(writeDisk, values);

/** The oldest first. */
export const inOrder = (captures: StoredCapture[]): StoredCapture[] =>
  captures.toSorted((a, b) => a.capturedAt - b.capturedAt);

/**
 * Puts captures on the screen as they are, whatever the worker knows: what its pages show is written down for them.
 * @param changed what else is shown otherwise than it is
 */
export async function showCaptures(
  browser: SandboxBrowser,
  stored: readonly StoredCapture[],
  changed: Partial<PopupState> = {},
): Promise<void> {
  const views = viewsOf(stored.map((capture) => z.decode(Capture, capture)));
  const guides = Object.fromEntries([...(await loadProviders())].map(([id, { guide }]) => [id, guide]));
  const shown: PopupState = {
    captures: views,
    guides,
    isDiskFull: false,
    hasAgreed: true,
    theme: 'system',
    language: '',
    account: { host: 'onboarding.example.com', workspace: 'Sandbox', appUrl: 'https://my.saleshandy.com/' },
    ...changed,
  };
  const captures = Object.fromEntries(stored.map((capture) => [capture.id, capture]));
  await (await browser.worker()).evaluate(
    (values) => (globalThis as unknown as { chrome: Chrome }).chrome.storage.session.set(values),
    { captures, shown },
  );
}

/** Holds a code whose time is almost over, as if its user had been away. */
export async function holdWithTimeLeft(browser: SandboxBrowser, left: number): Promise<void> {
  await expect.poll(async () => (await capturesOf(browser)).map(({ state }) => state)).toContain('held');
  await (await browser.worker()).evaluate(async (ms) => {
    const { chrome } = globalThis as unknown as { chrome: Chrome };
    const { captures } = await chrome.storage.session.get('captures');
    for (const capture of Object.values(captures as Record<string, StoredCapture>))
      if (capture.state === 'held') Object.assign(capture, { left: ms, countedAt: Date.now() });
    await chrome.storage.session.set({ captures });
  }, left);
  // The next one reads it from there; a page of the extension wakes it.
  await endWorker(browser);
  const page = await browser.context.newPage();
  await page.goto(`chrome-extension://${browser.extensionId}/popup.html`);
  await page.evaluate(() =>
    (globalThis as unknown as { chrome: Chrome }).chrome.runtime.sendMessage({ type: 'count' }),
  );
  await page.close();
}

export async function badgeOf(browser: SandboxBrowser): Promise<string> {
  const worker = await browser.worker();
  return worker.evaluate(() => (globalThis as unknown as { chrome: Chrome }).chrome.action.getBadgeText({}));
}

/** A click on what sends, as a person makes it: seen first. */
export async function clickSend(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name }).waitFor();
  await page.evaluate(whenTaken, name);
  await page.getByRole('button', { name }).click();
}

/** Sets how a code is announced, as the settings page does. */
export async function announceBy(browser: SandboxBrowser, label: string): Promise<void> {
  const page = await browser.context.newPage();
  await page.goto(`chrome-extension://${browser.extensionId}/options.html`);
  // Not `check`, which wants it to stay: the page may just be drawing what it read before.
  await page.getByLabel(label, { exact: true }).click();
  await page.getByText('Saved.').waitFor();
  await page.close();
}

/** At Google: goes to the page, types a name and presses Create. The code is then on screen. */
export async function makeGoogleCode(
  { context }: SandboxBrowser,
  { pages }: Sandbox,
  { email, code }: { email: string; code: string },
  inPage?: Page,
): Promise<Page> {
  pages.signIn('google', email);
  pages.giveCodes('google', code);
  const page = inPage ?? (await context.newPage());
  await page.goto('https://myaccount.google.com/apppasswords');
  await page.getByLabel('App name').fill('Saleshandy');
  await page.getByRole('button', { name: 'Create' }).click();
  return page;
}

/** As `makeGoogleCode`, and the popup that opens by itself over it. */
export async function popupWithCode(
  browser: SandboxBrowser,
  sandbox: Sandbox,
  account: { email: string; code: string },
): Promise<ActionPopup> {
  const { opened } = await ActionPopup.next(browser);
  await makeGoogleCode(browser, sandbox, account);
  return opened;
}

export async function makeYahooCode(
  { context }: SandboxBrowser,
  { pages }: Sandbox,
  { email, code }: { email: string; code: string },
): Promise<Page> {
  pages.signIn('yahoo', email);
  pages.giveCodes('yahoo', code);
  const page = await context.newPage();
  await page.goto('https://login.yahoo.com/account/security/app-passwords');
  await page.getByPlaceholder('App name').fill('Saleshandy');
  await page.getByRole('button', { name: 'Generate password' }).click();
  return page;
}
