import { browser } from 'wxt/browser';
import { settings } from './settings.ts';

/**
 * Tells the user that a code is held: the popup opens where the browser allows that without a click, else a notice
 * appears in the page. The badge tells in any case.
 */
export async function announce(tabId: number): Promise<void> {
  const { announce: how } = await settings.read();
  if (how === 'badge' || (await isShown())) return;
  if (how === 'popup' && (await openPopup(tabId))) return;
  await browser.scripting.executeScript({ target: { tabId }, files: ['/notice.js'] });
}

/** The popup, or the list of mailboxes, shows what there is to say already. */
async function isShown(): Promise<boolean> {
  const { getContexts } = browser.runtime as {
    getContexts?(filter: { contextTypes: string[] }): Promise<unknown[]>;
  };
  return (
    getContexts !== undefined && (await getContexts({ contextTypes: ['POPUP', 'SIDE_PANEL'] })).length > 0
  );
}

/** Firefox wants a click first, and no browser opens a popup over a window that is not in front. */
async function openPopup(tabId: number): Promise<boolean> {
  try {
    const { windowId } = await browser.tabs.get(tabId);
    await browser.action.openPopup({ windowId });
    return true;
  } catch {
    return false;
  }
}
