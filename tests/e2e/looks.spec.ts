import { mkdir } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import axe from 'axe-core';
import * as z from 'zod/mini';
import { Capture, type StoredCapture } from '../../utils/captures/capture.ts';
import { viewsOf } from '../../utils/captures/view.ts';
import type { Journey } from '../../utils/guide/guide.ts';
import type { Entry } from '../../utils/history.ts';
import { NOTICE_UPDATE } from '../../utils/messages/notice-update.ts';
import type { Check, Code } from '../../utils/onboarding/contract.ts';
import type { PopupState } from '../../utils/popup-state/popup-state.ts';
import type { Chrome } from '../sandbox/chrome.ts';
import { ExtensionWorld } from '../sandbox/extension-world.ts';
import { held, ok } from './samples.ts';
import { capturesOf, expect, GMAIL, keepOnDisk, makeGoogleCode, showCaptures, test } from './world.ts';

/** Where the pictures go, to be looked at. */
const PICTURES = 'tests/.results/screens';

const { password: _, ...withoutCode } = held;

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
  const connection = { id: held.id, provider: 'google', email: held.email, version: 3, attempt: 1, ...rest };
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
  undone: [{ ...withoutCode, state: 'failed', fault: { code: 'undone' } }],
  'held, signed out': [{ ...held, fault: { code: 'signed_out' } }],
  'held, practice': [{ ...held, provider: 'practice', email: 'you@practice.example' }],
  'forgotten in time': [{ ...withoutCode, state: 'failed', fault: { code: 'expired' } }],
  'held, refused token': [
    {
      ...held,
      fault: {
        code: 'token_refused',
        status: 401,
        title: 'This access token isn’t known.',
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
  'verified, just now': [
    {
      ...verified('verified', ok('imap.gmail.com', 993), ok('smtp.gmail.com', 465), {
        verdict: 'verified',
        mailbox: 'replaced',
      }),
      // Far enough ahead that it stays so for the picture.
      sentAt: Date.now() + 3_600_000,
    },
  ],
  'verified, on its way to Saleshandy': [
    verified('verified', ok('imap.gmail.com', 993), ok('smtp.gmail.com', 465), {
      verdict: 'verified',
      saleshandy: { state: 'connecting' },
    }),
  ],
  'verified, was in Saleshandy': [
    verified('verified', ok('imap.gmail.com', 993), ok('smtp.gmail.com', 465), {
      verdict: 'verified',
      saleshandy: { state: 'present', accountId: '7' },
    }),
  ],
  'verified, not in Saleshandy': [
    verified('verified', ok('imap.gmail.com', 993), ok('smtp.gmail.com', 465), {
      verdict: 'verified',
      saleshandy: { state: 'failed', reason: 'key_refused' },
    }),
  ],
  'verified, limit used up': [
    verified('verified', ok('imap.gmail.com', 993), ok('smtp.gmail.com', 465), {
      verdict: 'verified',
      advice: { code: 'SENDING_QUOTA', about: 'sending' },
    }),
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

/** What else there is to show than captures. */
const others: Record<string, Partial<PopupState>> = {
  'not set up': { account: undefined as never, hasAgreed: false },
  'not reached yet': { account: { host: 'onboarding.example.com' } },
  'a full disk': { isDiskFull: true },
};

const journeyTo = (provider: string, page?: Journey['page']): Journey => ({
  email: `test.person@${provider}.example.com`,
  provider,
  private: false,
  since: 1,
  ...(page ? { page } : {}),
});
const journeys: Record<string, Journey> = {
  'guide, begun': journeyTo('google'),
  'guide, on the way': journeyTo('zoho', 'ready'),
  'guide, blocked': journeyTo('google', 'unavailable'),
  'guide, refused': journeyTo('microsoft-personal'),
  'guide, on request': journeyTo('naver'),
  'guide, no app passwords': journeyTo('titan'),
  'guide, nothing opens it': journeyTo('tuta'),
};

const ended = (at: number, email: string, verdict: Entry['verdict']): Entry => ({
  id: `6f2f1d3e-0000-4000-8000-00000000000${at}`,
  email,
  provider: 'google',
  workspace: 'Sandbox',
  at: Date.UTC(2026, 0, at, 12),
  verdict,
  requestId: '6f2f1d3e-0000-4000-8000-000000000001',
});
const entries = [
  ended(3, 'test.person@gmail.com', 'verified'),
  ended(2, 'a.very.long.name.that.goes.on@a-company-with-a-long-name.example.com', 'partial'),
  ended(1, 'somebody.else@gmail.com', 'rejected'),
];

/** English, a language from right to left, and one of long words. */
for (const language of ['en', 'ar', 'de']) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`every state, ${language}, ${colorScheme}: nothing cut off, no barrier, and a picture`, async ({
      browserWithExtension: browser,
    }) => {
      test.setTimeout(300_000);
      await mkdir(PICTURES, { recursive: true });
      const { context, extensionId } = browser;
      const keep = async (area: 'disk' | 'session', values: Record<string, unknown>): Promise<void> =>
        area === 'disk'
          ? keepOnDisk(browser, values)
          : (await browser.worker()).evaluate(
              (what) => (globalThis as unknown as { chrome: Chrome }).chrome.storage.session.set(what),
              values,
            );
      await keep('disk', { settings: { agreedAt: 1, language, hasPractised: true } });
      const page = await context.newPage();
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const open = async (name: string, width: number): Promise<void> => {
        await page.setViewportSize({ width, height: 640 });
        await page.goto(`chrome-extension://${extensionId}/${name}.html`);
        await page.locator('main:not([aria-busy=true])').waitFor();
        await expect(page.locator('html')).toHaveAttribute('lang', language);
      };
      const look = (name: string): Promise<void> => lookAt(page, `${name} ${language} ${colorScheme}`);

      // The popup only shows what is stored, so every state can be put there.
      for (const [name, captures] of Object.entries(states)) {
        await showCaptures(browser, captures, { language });
        await open('popup', 376);
        await look(name);
      }
      await showCaptures(browser, [held], { language, hasAgreed: false });
      await open('popup', 376);
      await look('held, before consent');
      for (const [name, shown] of Object.entries(others)) {
        await showCaptures(browser, [], { language, ...shown });
        await open('popup', 376);
        await look(name);
      }
      await context.setOffline(true);
      await showCaptures(browser, [], { language });
      await open('popup', 376);
      await look('offline');
      await context.setOffline(false);
      for (const [name, journey] of Object.entries(journeys)) {
        await keep('session', { journey });
        await open('popup', 376);
        await page.locator('#guide').waitFor();
        await look(name);
      }
      await (await browser.worker()).evaluate(() =>
        (globalThis as unknown as { chrome: Chrome }).chrome.storage.session.remove('journey'),
      );
      await open('popup', 376);
      // What is folded away where nothing is held, unfolded.
      const missed = page.locator('.missed');
      await missed.locator('> summary').click();
      await missed.locator('select').selectOption('google');
      await missed.locator('input.masked').fill('Not-a-real-Password1!');
      await missed.locator('button[type=submit]').click();
      await page.getByRole('alert').waitFor();
      await look('pasting');

      // Two of a list that nobody has sent, one of them to be asked about first.
      const soon = { left: 80_000, countedAt: Date.now() + 3_600_000 };
      const second = { email: 'second.person@gmail.com', id: '6f2f1d3e-0000-4000-8000-000000000002' };
      const listed: StoredCapture[] = [
        { ...held, ...soon },
        { ...held, ...soon, ...second, account: 'likely', left: 95_000 },
      ];
      await keep('disk', { queue: listed.map(({ email, provider }) => ({ email, provider })) });
      await showCaptures(browser, listed, { language });
      await open('sidepanel', 380);
      await expect(page.locator('.mailbox .soon')).toHaveCount(2);
      await look('list, soon forgotten');
      await keep('disk', { queue: [] });
      await showCaptures(browser, [], { language });

      await open('options', 800);
      await look('options');
      await open('options', 340);
      await look('options, narrow');
      await open('practice', 980);
      await look('practice');
      await keep('disk', { history: entries });
      await open('sent', 700);
      await look('history');
      await keep('disk', { history: [], settings: { language, history: false } });
      await open('sent', 700);
      await look('history, off and empty');
      await keep('disk', { accounts: { all: [] } });
      await open('welcome', 760);
      await look('welcome');
      await page.locator('details > summary').click();
      await page.locator('button[type=submit]').click();
      await page.getByRole('alert').waitFor();
      await look('welcome, without a token');
    });
  }
}

/** Those that it is never asked to show: there is nothing, or the page is our own, into which it is not put. */
const NOT_IN_PAGES = new Set(['nothing', 'held, practice']);

for (const language of ['en', 'ar', 'de']) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`the notice in the page, every state, ${language}, ${colorScheme}: no barrier, and a picture`, async ({
      browserWithExtension: browser,
      sandbox,
    }) => {
      await mkdir(PICTURES, { recursive: true });
      const worker = await browser.worker();
      await keepOnDisk(browser, {
        settings: { agreedAt: 1, language, hasPractised: true, announce: 'notice' },
      });
      const page = await browser.context.newPage();
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await makeGoogleCode(browser, sandbox, GMAIL, page);
      const notice = page.locator('html > div');
      await expect(notice).toBeVisible();
      const [{ tabId } = {}] = await capturesOf(browser);
      const world = await ExtensionWorld.of(page, browser);
      await openRootToAxe(world);
      for (const [name, stored] of Object.entries(states)) {
        if (NOT_IN_PAGES.has(name)) continue;
        const views = viewsOf(stored.map((capture) => z.decode(Capture, capture)));
        await worker.evaluate(
          ([tab, update]) =>
            (globalThis as unknown as { chrome: Chrome }).chrome.tabs.sendMessage(tab as number, update),
          [tabId, { type: NOTICE_UPDATE, views }] as const,
        );
        const { problems, passes, lang, isTooWide } = await noticeByAxe(world);
        expect(problems, name).toEqual([]);
        // It did look into the closed root, and at what is drawn there.
        expect(passes).toEqual(expect.arrayContaining(['button-name', 'color-contrast']));
        expect(lang).toBe(language);
        expect(isTooWide, `${name}: too wide`).toBe(false);
        await notice.screenshot({ path: `${PICTURES}/notice, ${name} ${language} ${colorScheme}.png` });
      }
    });
  }
}

/**
 * The notice's root is closed, to axe too. In the extension's own world, and only there, it is shown as if it were open;
 * what it says and how it looks, in the page as it stands, is not touched.
 */
async function openRootToAxe(world: ExtensionWorld): Promise<void> {
  await world.run(axe.source);
  await world.evaluate(() => {
    const host = document.querySelector('html > div') as HTMLElement;
    const { dom } = (globalThis as unknown as { chrome: Chrome }).chrome;
    Object.defineProperty(host, 'shadowRoot', { value: dom.openOrClosedShadowRoot(host) });
    // Axe looks for what is behind a text from the body down, and the notice stands beside that.
    Object.defineProperty(document, 'body', { value: host });
  });
}

const noticeByAxe = (world: ExtensionWorld) =>
  world.evaluate(async () => {
    const host = document.querySelector('html > div') as HTMLElement;
    const card = host.shadowRoot?.querySelector<HTMLElement>('.notice-card');
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    const { violations, passes } = await axe.run(host);
    return {
      problems: violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`),
      passes: passes.map(({ id }) => id),
      lang: card?.lang,
      isTooWide: !card || card.scrollWidth > card.clientWidth,
    };
  });

async function lookAt(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${name}: ${id} ${nodes[0]?.html}`)).toEqual([]);
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
    `${name}: too wide`,
  ).toBe(true);
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
}
