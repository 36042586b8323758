import { browser } from 'wxt/browser';

/** Brings up one of the extension's own pages: a tab that shows it already, or a new one. */
async function open(path: string): Promise<void> {
  const url = browser.runtime.getURL(path as '/');
  const { getContexts } = browser.runtime as {
    getContexts?(filter: { documentUrls: string[]; contextTypes: string[] }): Promise<{ tabId: number }[]>;
  };
  const [shown] = (await getContexts?.({ documentUrls: [url], contextTypes: ['TAB'] })) ?? [];
  if (shown) await browser.tabs.update(shown.tabId, { active: true });
  else await browser.tabs.create({ url });
}

export const openWelcome = (): Promise<void> => open('/welcome.html');
export const openPractice = (): Promise<void> => open('/practice.html');
export const openHistory = (): Promise<void> => open('/sent.html');

/**
 * Opens the popup, in this window or the one in front.
 * @returns whether the browser allowed it: Firefox wants a click first, and none opens over a window that is not in front
 */
export async function openPopup(windowId?: number): Promise<boolean> {
  try {
    await browser.action.openPopup(windowId === undefined ? undefined : { windowId });
    return true;
  } catch {
    return false;
  }
}
