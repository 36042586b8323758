import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { CDPSession, Page } from '@playwright/test';
import { launchBrowser } from '../sandbox/browser.ts';
import { accountPage, ELSEWHERE, ROUTE, serve } from './serve.ts';

/**
 * `npm run bench:cost -- [extension…]`: what extensions cost a provider's page, in ms of its main thread with the
 * extension's scripts on the stack, by a sampling profiler. Takes unpacked extensions, and compares them with ours in
 * one run. The ratios are to what is the same everywhere: the time of the page's own storm, and the time it takes to read
 * the page's `innerText` once.
 */
const ELEMENTS = 5_000;
const STORM = { perSecond: 200, ms: 5_000 };
const ROUNDS = Number(process.env.ROUNDS ?? 5);
/** In microseconds. */
const SAMPLING = 250;

interface Times {
  extension: number;
  page: number;
}

interface ProfileNode {
  id: number;
  callFrame: { url: string };
  children?: number[];
}

/** Time with the extension's, and with the page's own scripts on the stack, in ms. */
function attribute({
  nodes,
  samples = [],
  timeDeltas = [],
}: {
  nodes: ProfileNode[];
  samples?: number[];
  timeDeltas?: number[];
}): Times {
  const owner = new Map<number, keyof Times | undefined>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const walk = (id: number, above: keyof Times | undefined): void => {
    const node = byId.get(id) as ProfileNode;
    const { url } = node.callFrame;
    const own = url.startsWith('chrome-extension://')
      ? 'extension'
      : url.startsWith('https:')
        ? 'page'
        : above;
    owner.set(id, above === 'extension' ? above : own);
    for (const child of node.children ?? []) walk(child, owner.get(id));
  };
  walk((nodes[0] as ProfileNode).id, undefined);
  const times: Times = { extension: 0, page: 0 };
  samples.forEach((id, i) => {
    const whose = owner.get(id);
    // What was on the stack at a sample is taken to be there until the next.
    if (whose) times[whose] += (timeDeltas[i + 1] ?? 0) / 1000;
  });
  return times;
}

async function profiled(cdp: CDPSession, run: () => Promise<unknown>): Promise<Times> {
  await cdp.send('Profiler.start');
  await run();
  return attribute((await cdp.send('Profiler.stop')).profile);
}

interface Round {
  /** To read the page's text once, in ms. */
  reading: number;
  load: Times;
  storm: Times;
  elsewhere: Times;
}

async function measure(page: Page, cdp: CDPSession): Promise<Round> {
  // An extension may have opened a page of its own over it, behind which a browser does less.
  await page.bringToFront();
  const visit = (address: string) => async (): Promise<void> => {
    await page.goto(address, { waitUntil: 'load' });
    await page.waitForTimeout(1500);
  };
  const storm = (): Promise<unknown> => page.evaluate(`storm(${STORM.perSecond}, ${STORM.ms})`);
  const elsewhere = await profiled(cdp, async () => {
    await visit(ELSEWHERE)();
    await storm();
  });
  const load = await profiled(cdp, visit(ROUTE));
  const reading = await page.evaluate(() => {
    const began = performance.now();
    void document.body.innerText;
    return performance.now() - began;
  });
  return { elsewhere, load, reading, storm: await profiled(cdp, storm) };
}

const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

const served = await serve(accountPage(ELEMENTS));
const extensions = ['.output/chrome-mv3', ...process.argv.slice(2)];
const table: Record<string, Record<string, string>> = {};
for (const extension of extensions) {
  const profile = await mkdtemp(join(tmpdir(), 'bench-'));
  const browser = await launchBrowser({
    profile,
    pages: served,
    headless: true,
    extension: resolve(extension),
  });
  const page = await browser.context.newPage();
  const cdp = await browser.context.newCDPSession(page);
  await page.goto(ELSEWHERE);
  await cdp.send('Profiler.enable');
  await cdp.send('Profiler.setSamplingInterval', { interval: SAMPLING });
  const rounds: Round[] = [];
  for (let n = 0; n < ROUNDS; n++) rounds.push(await measure(page, cdp));
  await browser.close();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  const ms = (part: 'load' | 'storm' | 'elsewhere'): string =>
    median(rounds.map((round) => round[part].extension)).toFixed(2);
  const ratio = median(rounds.map(({ storm }) => storm.extension / storm.page));
  table[basename(resolve(extension))] = {
    'load, ms': ms('load'),
    'ratio to reading innerText': median(rounds.map(({ load, reading }) => load.extension / reading)).toFixed(
      2,
    ),
    '5 s of storm, ms': ms('storm'),
    'ratio to the storm itself': ratio.toFixed(2),
    'off the route, ms': ms('elsewhere'),
  };
}
await served.stop();
console.log(
  `Main thread of a page of ${ELEMENTS} elements; storm of ${STORM.perSecond} mutations a second; medians of ${ROUNDS} rounds.`,
);
console.table(table);
