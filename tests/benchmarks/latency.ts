import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page, Worker } from '@playwright/test';
import { MOST_HELD } from '../../utils/captures/view.ts';
import { launchBrowser } from '../sandbox/browser.ts';
import type { Chrome } from '../sandbox/chrome.ts';
import { writeDisk } from '../sandbox/on-disk.ts';
import { fakeCode } from '../sandbox/provider-pages.ts';
import { accountPage, ROUTE, serve } from './serve.ts';

/**
 * `npm run bench:latency`: from a code being put on the page, in the frame that paints it, to the capture held in the
 * worker's memory. In ms and in frames of a display of 60 Hz; on a quiet page and in a storm of 200 mutations a second.
 */
const ROUNDS = Number(process.env.ROUNDS ?? 30);
const FRAME = 1000 / 60;
const PLACES = ['the page', 'an open shadow root', 'a frame'] as const;

type Held = Record<string, number>;

const served = await serve(accountPage(1_000));
const profile = await mkdtemp(join(tmpdir(), 'bench-'));
const browser = await launchBrowser({ profile, pages: served, headless: true });
const worker = await browser.worker();
// Else the extension's first page may open over the one that is measured, behind which nothing is painted.
if (!browser.context.pages().some((page) => page.url().endsWith('/welcome.html')))
  await browser.context.waitForEvent('page', (page) => page.url().endsWith('/welcome.html'));
await worker.evaluate(writeDisk, { settings: { announce: 'badge' } });
await worker.evaluate(async () => {
  const { chrome } = globalThis as unknown as { chrome: Chrome };
  const held: Held = {};
  Object.assign(globalThis, { held });
  chrome.storage.session.onChanged.addListener(({ captures }) => {
    const now = performance.timeOrigin + performance.now();
    for (const { password } of Object.values(
      (captures?.newValue ?? {}) as Record<string, { password?: string }>,
    ))
      if (password) held[password] ??= now;
  });
});

/** Shows a code as Google does, and tells when. */
const show = (page: Page, place: (typeof PLACES)[number], code: string): Promise<number> =>
  page.evaluate(
    ([where, letters]) =>
      new Promise<number>((resolve) => {
        document.getElementById('made')?.remove();
        const host = document.createElement(where === 'a frame' ? 'iframe' : 'div');
        host.id = 'made';
        document.body.prepend(host);
        const root =
          where === 'a frame'
            ? ((host as HTMLIFrameElement).contentDocument as Document).body
            : where === 'the page'
              ? host
              : host.attachShadow({ mode: 'open' });
        const dialog = document.createElement('div');
        dialog.role = 'dialog';
        root.append(dialog);
        // The dialog is there, and has been seen; now comes its code.
        const aWhile = 300 + Math.random() * 100; // out of step with the looks of a storm
        setTimeout(() => {
          requestAnimationFrame(() => {
            const spans = [...(letters as string)].map((letter) => `<span>${letter}</span>`);
            dialog.innerHTML = `<strong>${spans.join('')}</strong>`;
            resolve(performance.timeOrigin + performance.now());
          });
        }, aWhile);
      }),
    [place, code] as const,
  );

async function arrive(storm: boolean): Promise<Page> {
  const page = await browser.context.newPage();
  await page.goto(ROUTE);
  if (storm) void page.evaluate('storm(200, 600000)').catch(() => {});
  return page;
}

async function heldAt(from: Worker, code: string): Promise<number> {
  for (;;) {
    const at = await from.evaluate(
      (letters) => (globalThis as unknown as { held: Held }).held[letters],
      code,
    );
    if (at !== undefined) return at;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const quantile = (values: number[], q: number): string =>
  (
    [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] as number
  ).toFixed(0);

const table: Record<string, Record<string, string>> = {};
for (const storm of [false, true]) {
  for (const place of PLACES) {
    let page = await arrive(storm);
    const times: number[] = [];
    for (let n = 0; n < ROUNDS; n++) {
      if (n > 0 && n % MOST_HELD === 0) {
        await page.close();
        page = await arrive(storm);
      }
      const code = fakeCode();
      const shown = await show(page, place, code);
      times.push((await heldAt(worker, code)) - shown);
    }
    await page.close();
    table[`${storm ? 'storm' : 'quiet'}, in ${place}`] = {
      'frames, median': (Number(quantile(times, 0.5)) / FRAME).toFixed(1),
      'ms, median': quantile(times, 0.5),
      '10 %': quantile(times, 0.1),
      '90 %': quantile(times, 0.9),
      most: quantile(times, 1),
    };
  }
}
await browser.close();
await served.stop();
await rm(profile, { recursive: true, force: true, maxRetries: 5 });
console.log(`From painted to held in the worker; ${ROUNDS} codes each.`);
console.table(table);
