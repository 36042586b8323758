import { browser } from 'wxt/browser';

/** Chrome's side panel, Firefox's sidebar; Firefox for Android has neither. */
interface Panels {
  sidePanel?: { open?(at: { windowId: number }): Promise<void> };
  sidebarAction?: { open?(): Promise<void> };
}

/** Opens the list of mailboxes beside the page. Within the click, before anything is awaited. */
export async function openQueue(windowId: number | undefined): Promise<void> {
  const { sidePanel, sidebarAction } = browser as Panels;
  if (sidePanel?.open && windowId !== undefined) await sidePanel.open({ windowId });
  else if (sidebarAction?.open) await sidebarAction.open();
  else await browser.tabs.create({ url: browser.runtime.getURL('/sidepanel.html') });
}
