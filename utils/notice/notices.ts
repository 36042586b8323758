import { browser } from 'wxt/browser';
import * as z from 'zod/mini';
import { settings } from '../settings.ts';
import { stored } from '../stored.ts';
import type { PageSender } from '../worker/sender.ts';

/**
 * Where the worker has put a notice: by tab, with the document it is in, where the browser tells that. Nobody else can put one
 * anywhere that counts.
 */
const notices = stored(
  'session',
  'notices',
  z.record(z.string(), z.object({ documentId: z.optional(z.string()), at: z.number() })),
  {},
);

/** So many are remembered; tabs are closed without a word. */
const MOST = 100;

/** Puts a notice into the page that is in this tab now, if the browser lets us in there. */
export async function putNotice(tabId: number): Promise<void> {
  // A tab that was closed, or shows the practice page, into which nothing can be put.
  const [page] = await browser.scripting
    .executeScript({ target: { tabId }, func: () => true })
    .catch(() => []);
  if (!page) return;
  const { documentId } = page as { documentId?: string };
  await notices.change((all) => {
    const others = Object.entries(all).filter(([id]) => id !== String(tabId));
    const newest = others.sort(([, a], [, b]) => b.at - a.at).slice(0, MOST - 1);
    return { ...Object.fromEntries(newest), [tabId]: { documentId, at: Date.now() } };
  });
  const target = documentId === undefined ? { tabId } : { tabId, documentIds: [documentId] };
  await browser.scripting.executeScript({ target, files: ['/notice.js'] }).catch(() => {});
}

/** Whether notices may be anywhere, as far as the user and the organisation want them. */
export async function areNoticesOn(): Promise<boolean> {
  const { announce, notice } = await settings.read();
  return notice && announce !== 'badge';
}

/** Whether we have put a notice into the page that speaks, and notices are not off by now. */
export async function hasNotice({ tabId, documentId }: PageSender): Promise<boolean> {
  const [isOn, all] = await Promise.all([areNoticesOn(), notices.read()]);
  const own = all[tabId];
  return isOn && own !== undefined && own.documentId === documentId;
}

/** The tabs in which there may be one. */
export const tabsWithNotice = async (): Promise<number[]> => Object.keys(await notices.read()).map(Number);
