import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchBrowser } from '../sandbox/browser.ts';
import type { Chrome } from '../sandbox/chrome.ts';
import { serve } from './serve.ts';

/**
 * `npm run bench:popup`: from opening the popup to its first content, a held code, as the browser tells it
 * (first-contentful-paint); beside that, a page of the extension that shows a word and loads nothing.
 */
const ROUNDS = Number(process.env.ROUNDS ?? 40);
const ID = '6f2f1d3e-0000-4000-8000-000000000001';

const served = await serve('');
const profile = await mkdtemp(join(tmpdir(), 'bench-'));
const browser = await launchBrowser({ profile, pages: served, headless: true });
try {
  await (await browser.worker()).evaluate(async (id) => {
    const { chrome } = globalThis as unknown as { chrome: Chrome };
    const guide = { name: 'Google', mailboxes: '', before: [], unavailableBecause: [], fix: {} };
    const capture = {
      id,
      connectionId: id,
      provider: 'google',
      email: 'test.person@gmail.com',
      account: 'certain',
      code: 'certain',
      state: 'held',
      capturedAt: 1,
      private: false,
      tries: 0,
      hasCode: true,
      survives: false,
    };
    const shown = {
      captures: [capture],
      guides: { google: guide },
      isDiskFull: false,
      hasAgreed: true,
      theme: 'system',
      language: '',
      account: { host: 'onboarding.example.com', workspace: 'Sandbox' },
    };
    await chrome.storage.session.set({ shown });
  }, ID);
  const page = await browser.context.newPage();
  const firstContent = async (path: string): Promise<number> => {
    await page.goto(`chrome-extension://${browser.extensionId}/${path}`);
    return page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          new PerformanceObserver((entries) => {
            for (const { name, startTime } of entries.getEntries())
              if (name === 'first-contentful-paint') resolve(startTime);
          }).observe({ type: 'paint', buffered: true });
        }),
    );
  };
  const times: Record<'popup' | 'floor', number[]> = { popup: [], floor: [] };
  for (let round = 0; round < ROUNDS; round++) {
    times.popup.push(await firstContent('popup.html'));
    times.floor.push(await firstContent('policies.json'));
  }
  const median = (all: number[]): number => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
  const [popup, floor] = [median(times.popup), median(times.floor)];
  console.log(
    `First content of the popup: ${popup.toFixed(0)} ms at the median of ${ROUNDS}; of a bare file ${floor.toFixed(0)} ms.`,
  );
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
  await served.stop();
}
