import { browser } from 'wxt/browser';
import * as z from 'zod/mini';
import type { ProviderGuide } from '../../providers/registry/types.ts';
import { stored } from '../stored.ts';

/** The tab that was opened for the list, and the mailbox it was last opened for. In memory only. */
export const queueTab = stored(
  'session',
  'queueTab',
  z.optional(z.object({ tabId: z.int(), email: z.string() })),
  undefined,
);

/** Where the code of this mailbox is made, at its own account where the provider can be told which. */
export function pageFor(guide: ProviderGuide | undefined, email: string): string | undefined {
  const own = guide?.appPasswordsFor?.replaceAll('{email}', encodeURIComponent(email));
  return own ?? guide?.appPasswords ?? guide?.fix.webmail;
}

/** One tab for all of them: a hundred mailboxes leave no hundred tabs. */
export async function openInQueueTab(url: string, email: string): Promise<void> {
  const known = await queueTab.read();
  const tab = (await reused(known?.tabId, url)) ?? (await browser.tabs.create({ url }));
  await queueTab.write(tab.id === undefined ? undefined : { tabId: tab.id, email });
}

/** A tab of our own needs no permission to be led elsewhere. Its user may have closed it. */
async function reused(tabId: number | undefined, url: string) {
  if (tabId === undefined) return undefined;
  const tab = await browser.tabs.update(tabId, { url, active: true }).catch(() => undefined);
  // Firefox for Android has no windows.
  if (tab?.windowId !== undefined)
    await browser.windows?.update(tab.windowId, { focused: true }).catch(() => {});
  return tab;
}
