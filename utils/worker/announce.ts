import { browser } from 'wxt/browser';
import { areNoticesOn, putNotice } from '../notice/notices.ts';
import { openPopup } from '../pages.ts';
import { settings } from '../settings.ts';

/**
 * Tells the user that a code is held: the popup opens where the browser allows that without a click, else a notice
 * appears in the page. The badge tells in any case.
 */
export async function announce(tabId: number): Promise<void> {
  const { announce: how } = await settings.read();
  if (how === 'badge' || (await isShown(tabId))) return;
  if (how === 'popup' && (await openPopupOver(tabId))) return;
  if (await areNoticesOn()) await putNotice(tabId);
}

async function openPopupOver(tabId: number): Promise<boolean> {
  const tab = await browser.tabs.get(tabId).catch(() => undefined);
  return tab !== undefined && openPopup(tab.windowId);
}

/** The popup shows what there is to say already. So does the list of mailboxes, if it is beside this tab. */
async function isShown(tabId: number): Promise<boolean> {
  const { getContexts } = browser.runtime as {
    getContexts?(filter: { contextTypes: string[] }): Promise<{ contextType: string }[]>;
  };
  if (!getContexts) return false;
  const contexts = await getContexts({ contextTypes: ['POPUP', 'SIDE_PANEL'] });
  if (contexts.some(({ contextType }) => contextType === 'POPUP')) return true;
  return contexts.length > 0 && (await isInOnlyWindow(tabId));
}

/** No browser tells in which window a panel is. With one window there is no doubt; a private one has no list at all. */
async function isInOnlyWindow(tabId: number): Promise<boolean> {
  const [tab, windows] = await Promise.all([
    browser.tabs.get(tabId).catch(() => undefined),
    browser.windows.getAll({ windowTypes: ['normal'] }),
  ]);
  return windows.length === 1 && tab?.incognito === false;
}
