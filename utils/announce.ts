import { browser } from 'wxt/browser';
import { openPopup } from './pages.ts';
import { settings } from './settings.ts';

/**
 * Tells the user that a code is held: the popup opens where the browser allows that without a click, else a notice
 * appears in the page. The badge tells in any case.
 */
export async function announce(tabId: number): Promise<void> {
  const { announce: how, notice } = await settings.read();
  if (how === 'badge' || (await isPopupOpen())) return;
  if (how === 'popup' && (await openPopupOver(tabId))) return;
  if (!notice) return;
  await browser.scripting
    .executeScript({ target: { tabId }, files: ['/notice.js'] })
    // The tab was closed, or shows the practice page, into which nothing can be put.
    .catch(() => {});
}

async function openPopupOver(tabId: number): Promise<boolean> {
  const tab = await browser.tabs.get(tabId).catch(() => undefined);
  return tab !== undefined && openPopup(tab.windowId);
}

/** It shows what there is to say already. */
async function isPopupOpen(): Promise<boolean> {
  const { getContexts } = browser.runtime as {
    getContexts?(filter: { contextTypes: string[] }): Promise<unknown[]>;
  };
  return getContexts !== undefined && (await getContexts({ contextTypes: ['POPUP'] })).length > 0;
}
