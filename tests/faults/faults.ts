import type { Chrome } from '../sandbox/chrome.ts';
import { endWorker } from '../sandbox/worker.ts';
import { inExtension, type Lab } from './lab.ts';
import type { Disorder } from './line.ts';
import type { Trial } from './trial.ts';

/** Where in a capture's life a fault can strike, in the order of that life. */
export const MOMENTS = [
  'shown',
  'held',
  'sent',
  'handing in',
  'accepted',
  'asking',
  'decided',
  'verified',
] as const;
export type Moment = (typeof MOMENTS)[number];

export interface Fault {
  /** Strikes. It may strike in the middle of anything. */
  strike(lab: Lab, trial: Trial): Promise<void>;
  /** Undoes it, where it does not pass by itself. */
  mend?(lab: Lab): Promise<void>;
  /** The moments at which it makes sense; all of them if absent. */
  moments?: readonly Moment[];
  /** What is in the browser's memory is lost with it. */
  wipesMemory?: true;
  /** It takes so long that it is drawn less often. */
  isSlow?: true;
}

const onTheLine = (disorder: Disorder): Fault => ({
  strike: async ({ line }) => {
    line.disorder = disorder;
  },
  mend: async ({ line }) => {
    line.disorder = undefined;
  },
  moments: ['shown', 'held', 'sent', 'accepted', 'asking', 'decided'],
});

const byMessage =
  (type: 'send' | 'withdraw' | 'discard', times = 1) =>
  (lab: Lab, trial: Trial): Promise<void> =>
    trial.command(lab, type, times);

const AFTER_HELD: readonly Moment[] = [
  'held',
  'sent',
  'handing in',
  'accepted',
  'asking',
  'decided',
  'verified',
];

/** How far the clock is set wrong, in ms. */
const HOURS = 8 * 3_600_000;

export const FAULTS: Readonly<Record<string, Fault>> = {
  'worker ended': { strike: async ({ browser }) => endWorker(browser) },
  'worker ended twice': {
    strike: async ({ browser }) => {
      await endWorker(browser);
      await endWorker(browser);
    },
  },
  'browser killed': {
    strike: async (lab, trial) => {
      await lab.browser.kill();
      trial.foundOnDisk.push(...(await lab.leaksOnDisk([trial.code])));
      await lab.startBrowser();
    },
    wipesMemory: true,
  },
  'extension reloaded': {
    strike: async (lab) => {
      const page = await lab.popup();
      const closed = page.waitForEvent('close');
      await inExtension(page, async () =>
        (globalThis as unknown as { chrome: Chrome }).chrome.runtime.reload(),
      );
      await closed;
    },
    wipesMemory: true,
  },
  'tab closed': { strike: (_, trial) => trial.closeTab(), moments: AFTER_HELD },
  'page left': { strike: (_, trial) => trial.leavePage(), moments: AFTER_HELD },
  'dialog closed': { strike: (_, trial) => trial.closeDialog(), moments: AFTER_HELD },
  'popup closed': { strike: async (lab) => (await lab.popup()).close(), moments: AFTER_HELD },

  'backend killed': {
    strike: (lab) => lab.killBackend(),
    mend: (lab) => lab.restartBackend(),
    moments: ['held', 'sent', 'handing in', 'accepted', 'asking', 'decided'],
  },
  'line closed': onTheLine('closed'),
  'line silent': { ...onTheLine('silent'), isSlow: true },
  'line late': { ...onTheLine('late'), isSlow: true },
  'backend busy (429)': onTheLine('busy'),
  'backend failing (503)': onTheLine('failing'),
  garbage: onTheLine('garbage'),
  'half an answer': onTheLine('half an answer'),
  'answer lost': onTheLine('answer lost'),
  'token refused': {
    ...onTheLine('token refused'),
    mend: async (lab) => {
      lab.line.disorder = undefined;
      await lab.connectBackend();
    },
  },
  'name gone': {
    strike: async (lab, trial) => {
      lab.nameIsGone = true;
      await lab.browser.kill();
      trial.foundOnDisk.push(...(await lab.leaksOnDisk([trial.code])));
      await lab.startBrowser();
    },
    mend: async (lab) => {
      lab.nameIsGone = false;
      await lab.restartBrowser();
    },
    wipesMemory: true,
    moments: ['sent', 'handing in', 'accepted', 'asking', 'decided'],
  },
  'key rotated': { strike: (lab) => lab.changeKey('rotated') },
  'key revoked': { strike: (lab) => lab.changeKey('revoked') },

  'disk full': {
    // Its database has as much room as the disk, which is everybody's. So the worker that lives now is told what it
    // would be told.
    strike: (lab) => setRoom(lab, false),
    mend: (lab) => setRoom(lab, true),
  },
  'clock set forwards': { strike: (lab) => setClock(lab, HOURS), mend: (lab) => setClock(lab, 0) },
  'clock set back': { strike: (lab) => setClock(lab, -HOURS), mend: (lab) => setClock(lab, 0) },

  'sent ten times': { strike: byMessage('send', 10), moments: AFTER_HELD },
  'sent from two windows': {
    strike: async (lab, trial) => {
      const other = await lab.openPopup();
      await Promise.all([trial.command(lab, 'send', 1), trial.command(lab, 'send', 1, other)]);
      await other.close();
    },
    moments: AFTER_HELD,
  },
  'taken back': { strike: byMessage('withdraw'), moments: AFTER_HELD },
  discarded: {
    strike: async (lab, trial) => {
      trial.isDiscarded = true;
      await trial.command(lab, 'discard', 1);
    },
    moments: AFTER_HELD,
  },
};
export type FaultName = keyof typeof FAULTS;

async function setRoom(lab: Lab, hasRoom: boolean): Promise<void> {
  const worker = await lab.browser.worker();
  await worker.evaluate((isGiven) => {
    const world = globalThis as unknown as { realPut?: IDBObjectStore['put'] };
    world.realPut ??= IDBObjectStore.prototype.put;
    const full = (): never => {
      throw new DOMException('There is no room', 'QuotaExceededError');
    };
    IDBObjectStore.prototype.put = isGiven ? world.realPut : full;
  }, hasRoom);
}

/** Of the worker that lives now. The computer's own clock belongs to everybody on it. */
async function setClock({ browser }: Lab, by: number): Promise<void> {
  const worker = await browser.worker();
  await worker.evaluate((offset) => {
    const world = globalThis as unknown as { realNow?: () => number };
    world.realNow ??= Date.now.bind(Date);
    const real = world.realNow;
    Date.now = () => real() + offset;
  }, by);
}
