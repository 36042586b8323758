import { mkdir, readdir, readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import type { StoredCapture } from '../../utils/captures/capture.ts';
import type { Check } from '../../utils/onboarding/contract.ts';
import type { QueueRow } from '../../utils/queue/queue.ts';
import type { SandboxBrowser } from '../sandbox/browser.ts';
import { ok, held as sample } from './samples.ts';
import { expect, keepOnDisk, onDisk, showCaptures, test } from './world.ts';

/*
 * The stores' pictures, from the real interface in every language: `npm run store`, and part of `npm run test:all`.
 */
const FOLDER = '.output/store';

/** What the stores ask for: Chrome, Edge and Firefox take pictures of this size, Chrome and Edge a small tile. */
const PICTURE = { width: 1280, height: 800 };
const TILE = { width: 440, height: 280 };

const RECEIVING = ok('imap.gmail.com', 993);
const SENDING = ok('smtp.gmail.com', 465);
const IMAP_OFF: Check = {
  status: 'failed',
  host: 'imap.gmail.com',
  port: 993,
  ms: 300,
  stage: 'auth',
  code: 'IMAP_DISABLED',
  retryable: true,
};

const held: StoredCapture = { ...sample, email: 'sales@company.example' };

function ended(
  state: 'verified' | 'failed',
  receiving: Check,
  rest: Partial<NonNullable<StoredCapture['connection']>>,
): StoredCapture {
  const { id, provider, email } = held;
  return {
    ...held,
    state,
    connection: {
      id,
      provider,
      email,
      version: 3,
      attempt: 1,
      state: 'done',
      checks: { receiving, sending: SENDING },
      ...rest,
    },
  };
}

const names = ['anna', 'ben', 'chris', 'dana', 'emil'];
const queue: QueueRow[] = names.map((name) => ({ email: `${name}@company.example`, provider: 'google' }));
const ofTheQueue: StoredCapture[] = queue.slice(0, 3).map(({ email }, at) => ({
  ...(at < 2 ? ended('verified', RECEIVING, { email, verdict: 'verified' }) : held),
  id: `${held.id.slice(0, -1)}${at + 2}`,
  connectionId: `${held.id.slice(0, -1)}${at + 2}`,
  email,
}));

interface Scene {
  /** The message that is its caption. */
  caption: string;
  page: 'popup' | 'sidepanel' | 'welcome';
  width: number;
  captures: StoredCapture[];
}

const scenes: Record<string, Scene> = {
  '1-caught': { caption: 'welcome_lead', page: 'popup', width: 376, captures: [held] },
  '2-works': {
    caption: 'guide_works',
    page: 'popup',
    width: 376,
    captures: [ended('verified', RECEIVING, { verdict: 'verified', mailbox: 'new' })],
  },
  '3-what-to-do': {
    caption: 'verdict_partial_receiving',
    page: 'popup',
    width: 376,
    captures: [
      ended('failed', IMAP_OFF, {
        verdict: 'partial',
        advice: {
          code: 'IMAP_DISABLED',
          about: 'receiving',
          link: 'https://mail.google.com/mail/#settings/fwdandpop',
        },
      }),
    ],
  },
  '4-many': { caption: 'queue_empty', page: 'sidepanel', width: 400, captures: ofTheQueue },
  '5-what-is-sent': { caption: 'welcome_consent', page: 'welcome', width: 720, captures: [] },
};

/** The picture as a store shows it: what it is about, and the interface as it is. */
const framed = (facts: {
  dir: string;
  lang: string;
  caption: string;
  name: string;
  icon: string;
  shot: string;
}) => `
<!doctype html>
<html lang="${facts.lang}" dir="${facts.dir}">
  <style>
    body { margin: 0; width: 1280px; height: 800px; display: grid; grid-template-columns: 1fr auto; align-items: center;
           gap: 48px; padding: 0 72px; box-sizing: border-box; background: #eef1f8; color: #16203a; overflow: hidden;
           font: 34px/1.35 system-ui, 'Noto Sans', sans-serif; }
    h1 { font-size: inherit; margin: 0 0 32px; text-wrap: balance; }
    p { display: flex; align-items: center; gap: 14px; font-size: 20px; margin: 0; color: #4a5470; }
    p img { width: 40px; }
    .shot { max-width: 660px; max-height: 720px; border-radius: 14px; box-shadow: 0 12px 40px #16203a33; }
  </style>
  <body>
    <div><h1>${facts.caption}</h1><p><img src="${facts.icon}" alt="" />${facts.name}</p></div>
    <img class="shot" src="${facts.shot}" alt="" />
  </body>
</html>`;

const tile = ({ name, icon }: { name: string; icon: string }) => `
<!doctype html>
<style>
  body { margin: 0; width: 440px; height: 280px; display: grid; place-content: center; justify-items: center; gap: 20px;
         background: #eef1f8; color: #16203a; padding: 0 24px; box-sizing: border-box; font: 600 21px/1.3 system-ui, sans-serif; text-align: center; }
  img { width: 96px; }
</style>
<img src="${icon}" alt="" />${name}`;

const dataUrl = (type: string, bytes: Buffer): string => `data:${type};base64,${bytes.toString('base64')}`;

for (const language of await readdir('public/_locales')) {
  test(`pictures for the stores: ${language}`, async ({ browserWithExtension: browser }) => {
    const folder = `${FOLDER}/${language}`;
    await mkdir(folder, { recursive: true });
    const messages = JSON.parse(
      await readFile(`public/_locales/${language}/messages.json`, 'utf8'),
    ) as Record<string, { message: string }>;
    const text = (key: string): string => {
      const { message } = messages[key] ?? {};
      if (!message) throw new Error(`There is no message ${key}`);
      return message;
    };
    const icon = dataUrl('image/svg+xml', await readFile('public/icon.svg'));
    const name = text('extension_name');
    const keep = (values: Record<string, unknown>): Promise<void> => keepOnDisk(browser, values);
    await keep({ settings: { agreedAt: 1, language, hasPractised: true, theme: 'light' }, queue });
    const elsewhere = await accountAt('https://onboarding.example.com', browser);
    const [page, frame] = [await browser.context.newPage(), await browser.context.newPage()];
    for (const [scene, { caption, page: shown, width, captures }] of Object.entries(scenes)) {
      if (shown === 'welcome') await keep({ settings: { language, theme: 'light' }, accounts: elsewhere });
      await showCaptures(browser, captures, { language, theme: 'light' });
      const shot = await pictureOf(page, `chrome-extension://${browser.extensionId}/${shown}.html`, width);
      const dir = (await page.locator('html').getAttribute('dir')) ?? 'ltr';
      const lang = language.replace('_', '-');
      await frame.setViewportSize(PICTURE);
      await frame.setContent(framed({ dir, lang, caption: text(caption), name, icon, shot }));
      expect(
        await frame.evaluate(() => document.body.scrollWidth <= 1280 && document.body.scrollHeight <= 800),
      ).toBe(true);
      await frame.screenshot({ path: `${folder}/${scene}.png` });
    }
    await frame.setViewportSize(TILE);
    await frame.setContent(tile({ name, icon }));
    await frame.screenshot({ path: `${folder}/tile.png` });
  });
}

/** What is known of the backend, as if it were somewhere else. */
async function accountAt(origin: string, browser: SandboxBrowser): Promise<object> {
  const stored = JSON.stringify(JSON.parse(await onDisk(browser)).accounts);
  return JSON.parse(stored.replaceAll(/http:\/\/(localhost|127\.0\.0\.1):\d+/g, origin));
}

/** What a page of the extension shows, twice as fine as on a plain screen. */
async function pictureOf(page: Page, url: string, width: number): Promise<string> {
  const cdp = await page.context().newCDPSession(page);
  await page.bringToFront();
  await cdp.send('Emulation.setDeviceMetricsOverride', {
    width,
    height: 720,
    deviceScaleFactor: 2,
    mobile: false,
  });
  await page.goto(url);
  await page.locator('main:not([aria-busy=true])').waitFor();
  // No more than there is to be seen.
  const height = await page.evaluate(() => {
    const drawn = [...document.body.querySelectorAll('*')].filter(({ children }) => children.length === 0);
    return Math.min(720, 16 + Math.max(...drawn.map((one) => one.getBoundingClientRect().bottom)));
  });
  const { data } = await cdp.send('Page.captureScreenshot', {
    format: 'png',
    clip: { x: 0, y: 0, width, height, scale: 1 },
  });
  await cdp.detach();
  return `data:image/png;base64,${data}`;
}
