import { copyFile, cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { StoredCapture } from '../../utils/captures/capture.ts';
import type { Check, Code } from '../../utils/onboarding/contract.ts';
import { launchBrowser } from '../sandbox/browser.ts';
import type { Chrome } from '../sandbox/chrome.ts';
import { capturesOf, expect, test } from './world.ts';

/** Where the pictures go, to be looked at. */
const PICTURES = 'tests/.results/screens';

const ID = '6f2f1d3e-0000-4000-8000-000000000001';
const held: StoredCapture = {
  id: ID,
  connectionId: ID,
  provider: 'google',
  email: 'test.person@gmail.com',
  account: 'certain',
  code: 'certain',
  reasons: ['letters', 'place', 'dialog', 'acted', 'unlike'],
  password: 'qwertyuiopasdfgh',
  state: 'held',
  capturedAt: 1,
  private: false,
  tries: 0,
};

const { password: _, ...withoutCode } = held;

const ok = (host: string, port: number): Check => ({ status: 'ok', host, port, ms: 300 });
const refused = (host: string, port: number, code: Code, serverText: string, retryable = false): Check => ({
  status: 'failed',
  host,
  port,
  ms: 300,
  stage: 'auth',
  code,
  retryable,
  serverText,
});
const PENDING: Check = { status: 'pending' };

function verified(
  state: 'verifying' | 'failed' | 'verified',
  receiving: Check,
  sending: Check,
  rest: Partial<NonNullable<StoredCapture['connection']>> = {},
): StoredCapture {
  const connection = { id: ID, provider: 'google', email: held.email, version: 3, attempt: 1, ...rest };
  const checks = { receiving, sending };
  return {
    ...held,
    state,
    connection: { ...connection, checks, state: state === 'verifying' ? 'verifying' : 'done' },
  };
}

const WRONG = refused(
  'imap.gmail.com',
  993,
  'AUTH_INVALID',
  'NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)',
);

const states: Record<string, StoredCapture[]> = {
  nothing: [],
  held: [held],
  'held, account unsure': [{ ...held, provider: 'yahoo', email: 'test.person@yahoo.com', account: 'likely' }],
  'held, account unknown': [{ ...held, provider: 'yahoo', email: '', account: 'unknown' }],
  'held, code unsure': [{ ...held, code: 'likely' }],
  'held, Microsoft': [{ ...held, provider: 'microsoft-personal', email: 'test.person@outlook.com' }],
  'held, its time counted': [{ ...held, left: 462_000, countedAt: Date.now() }],
  'held, its time nearly over': [{ ...held, left: 80_000, countedAt: Date.now() + 3_600_000 }],
  'held, kept sealed': [{ ...held, keepSealed: true, sealed: 'a.b.c.d.e' }],
  'held, only sealed': [{ ...withoutCode, keepSealed: true, sealed: 'a.b.c.d.e' }],
  'held, another key': [{ ...held, fault: { code: 'key_changed' } }],
  'forgotten in time': [{ ...withoutCode, state: 'failed', fault: { code: 'expired' } }],
  'held, refused token': [
    {
      ...held,
      fault: {
        code: 'token_refused',
        status: 401,
        title: 'This access token is not known.',
        requestId: '6f2f1d3e',
      },
    },
  ],
  'held, a very long address': [
    { ...held, email: `${'a.very.long.name.that.goes.on'.repeat(2)}@a-company-with-a-long-name.example.com` },
  ],
  'held, servers needed': [
    {
      ...held,
      provider: 'zimbra',
      pageHost: 'mail.company.example',
      email: 'test.person@company.example',
      servers: 'needed',
    },
  ],
  queued: [{ ...held, state: 'queued' }],
  waiting: [{ ...held, state: 'queued', fault: { code: 'unreachable' }, retryAt: Date.UTC(2026, 0, 1, 12) }],
  verifying: [verified('verifying', ok('imap.gmail.com', 993), PENDING)],
  verified: [
    verified('verified', ok('imap.gmail.com', 993), ok('smtp.gmail.com', 465), { verdict: 'verified' }),
  ],
  rejected: [
    verified(
      'failed',
      WRONG,
      refused('smtp.gmail.com', 465, 'AUTH_INVALID', '535-5.7.8 Username and Password not accepted.'),
      {
        verdict: 'rejected',
        advice: { code: 'AUTH_INVALID', link: 'https://myaccount.google.com/apppasswords' },
      },
    ),
  ],
  'IMAP off': [
    verified(
      'failed',
      refused(
        'imap.gmail.com',
        993,
        'IMAP_DISABLED',
        'NO [ALERT] Your account is not enabled for IMAP use.',
        true,
      ),
      ok('smtp.gmail.com', 465),
      {
        verdict: 'partial',
        advice: { code: 'IMAP_DISABLED', about: 'receiving', link: 'https://mail.google.com/' },
      },
    ),
  ],
  'three at once': [
    { ...held, id: '6f2f1d3e-0000-4000-8000-00000000000a' },
    { ...verified('verifying', PENDING, PENDING), id: '6f2f1d3e-0000-4000-8000-00000000000b' },
    {
      ...verified('verified', ok('i', 1), ok('s', 2), { verdict: 'verified' }),
      id: '6f2f1d3e-0000-4000-8000-00000000000c',
    },
  ],
};

for (const colorScheme of ['light', 'dark'] as const) {
  for (const dir of ['ltr', 'rtl'] as const) {
    test(`every state of the popup, ${colorScheme}, ${dir}: no barrier, and a picture`, async ({
      browserWithExtension: browser,
    }) => {
      test.setTimeout(180_000);
      await mkdir(PICTURES, { recursive: true });
      const page = await browser.context.newPage();
      await page.setViewportSize({ width: 376, height: 600 });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // The popup only shows what is stored, so every state can be put there.
      const worker = await browser.worker();
      for (const [name, captures] of Object.entries(states)) {
        const byId = Object.fromEntries(captures.map((capture) => [capture.id, capture]));
        await worker.evaluate(async (value) => {
          const { chrome } = globalThis as unknown as { chrome: Chrome };
          await chrome.storage.session.set({ captures: value });
        }, byId);
        expect(await capturesOf(browser)).toHaveLength(captures.length);
        await page.goto(`chrome-extension://${browser.extensionId}/popup.html`);
        await page.locator('main').waitFor();
        await page.evaluate((value) => {
          document.documentElement.dir = value;
        }, dir);
        await lookAt(page, `${name} ${colorScheme} ${dir}`);
      }
      // What is folded away where nothing is held, unfolded.
      await worker.evaluate(async () => {
        const { chrome } = globalThis as unknown as { chrome: Chrome };
        await chrome.storage.session.set({ captures: {} });
      });
      for (const [name, provider] of [
        ['a provider', 'Titan'],
        ['a provider on request', 'Naver'],
        ['pasting', ''],
      ] as const) {
        await page.goto(`chrome-extension://${browser.extensionId}/popup.html`);
        await page.evaluate((value) => {
          document.documentElement.dir = value;
        }, dir);
        if (provider) {
          await page.getByRole('searchbox').fill(provider);
          await page.locator('summary', { hasText: provider }).click();
        } else {
          await page.getByText('A code is shown and nothing happened?').click();
          await page.getByLabel('Mail provider').selectOption('Google');
          await page.getByLabel('App password').fill('Not-a-real-Password1!');
          await page.getByRole('button', { name: 'Hold it here' }).click();
        }
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => `${name}: ${id} ${nodes[0]?.html}`)).toEqual([]);
        await page.screenshot({ path: `${PICTURES}/${name} ${colorScheme} ${dir}.png`, fullPage: true });
      }
      await page.setViewportSize({ width: 800, height: 700 });
      await page.goto(`chrome-extension://${browser.extensionId}/options.html`);
      await page.getByRole('button', { name: 'Save and test' }).click();
      await page.getByText('It works.').waitFor();
      await page.evaluate((value) => {
        document.documentElement.dir = value;
      }, dir);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `options: ${id} ${nodes[0]?.html}`)).toEqual([]);
      await page.screenshot({ path: `${PICTURES}/options ${colorScheme} ${dir}.png`, fullPage: true });
    });
  }
}

for (const language of ['de', 'ar', 'ru']) {
  test(`in ${language}: its own texts, nothing cut off, no barrier, and pictures`, async ({
    sandbox,
    profile,
  }) => {
    await mkdir(PICTURES, { recursive: true });
    // A browser speaks the languages that are installed with it. This one is told that English is another one.
    const extension = await mkdtemp(join(tmpdir(), 'extension-'));
    await cp('.output/chrome-mv3', extension, { recursive: true });
    const file = (locale: string): string => join(extension, '_locales', locale, 'messages.json');
    await copyFile(file(language), file('en'));
    const texts = JSON.parse(await readFile(file(language), 'utf8'));
    const { pages, spki } = sandbox;
    const browser = await launchBrowser({
      profile,
      pages: { port: pages.port, spki },
      headless: true,
      extension,
    });
    try {
      const page = await browser.context.newPage();
      await page.setViewportSize({ width: 376, height: 600 });
      const worker = await browser.worker();
      for (const name of [
        'nothing',
        'held, its time nearly over',
        'held, another key',
        'rejected',
        'IMAP off',
      ]) {
        const byId = Object.fromEntries((states[name] ?? []).map((capture) => [capture.id, capture]));
        await worker.evaluate(async (captures) => {
          const { chrome } = globalThis as unknown as { chrome: Chrome };
          const settings = {
            address: 'http://localhost:1',
            token: 'not-a-real-access-token',
            announce: 'popup',
          };
          await chrome.storage.local.set({ settings });
          await chrome.storage.session.set({ captures });
        }, byId);
        await page.goto(`chrome-extension://${browser.extensionId}/popup.html`);
        await expect(page.getByRole('button', { name: texts.options.message, exact: true })).toBeVisible();
        await lookAt(page, `${name} ${language}`);
      }
      await page.setViewportSize({ width: 500, height: 700 });
      await page.goto(`chrome-extension://${browser.extensionId}/options.html`);
      await expect(
        page.getByRole('heading', { name: texts.options_title.message, exact: true }),
      ).toBeVisible();
      await lookAt(page, `options ${language}`);
    } finally {
      await browser.close();
      await rm(extension, { recursive: true, force: true });
    }
  });
}

async function lookAt(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${name}: ${id} ${nodes[0]?.html}`)).toEqual([]);
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
    `${name}: too wide`,
  ).toBe(true);
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
}
