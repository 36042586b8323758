import { browser } from 'wxt/browser';

/** Whether the icon is on the toolbar; nothing where the browser does not tell. */
export async function isOnToolbar(): Promise<boolean | undefined> {
  const { getUserSettings } = browser.action as { getUserSettings?(): Promise<{ isOnToolbar?: boolean }> };
  return (await getUserSettings?.())?.isOnToolbar;
}
