import { browser } from 'wxt/browser';
import type { Keeper } from '../captures/keeper.ts';
import { announce } from './announce.ts';
import { endPrivate } from './private-windows.ts';

/** The alarm that starts the worker while something is under way: the browser ends it after 30 s without events. */
export const WAKE = 'wake';

/** The shortest that Chrome lets an alarm wait, in ms: https://developer.chrome.com/docs/extensions/reference/api/alarms */
const MIN_WAIT_MS = 30_000;

/** Does what is to be done now. Safe to call at any time. */
export async function wake(keeper: Keeper): Promise<void> {
  keeper.work();
  for (const { tabId } of await keeper.count()) if (tabId !== undefined) await announce(tabId);
  await endPrivate(keeper);
}

/** @param next when there is something to do, in ms since 1970; `undefined` where there is nothing */
export async function setAlarm(next: number | undefined): Promise<void> {
  if (next === undefined) await browser.alarms.clear(WAKE);
  else
    await browser.alarms.create(WAKE, {
      when: Math.max(next, Date.now() + MIN_WAIT_MS),
      periodInMinutes: MIN_WAIT_MS / 60_000,
    });
}
