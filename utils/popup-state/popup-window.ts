import { browser } from 'wxt/browser';
import { type CaptureView, isShownIn } from '../captures/view.ts';
import { openQueue } from '../open-queue.ts';
import { openHistory, openWelcome } from '../pages.ts';
import { type PopupState, readPopupState } from './popup-state.ts';

/** The tab over which the popup was opened. */
const front = browser.tabs.query({ active: true, currentWindow: true }).then(([tab]) => tab);

/** That tab, where it is by now. */
export async function tabInFront() {
  const tab = await front;
  return tab?.id === undefined ? tab : browser.tabs.get(tab.id).catch(() => tab);
}

/** What the popup of this window shows. */
export interface PopupView {
  /** Absent for the moment in which the worker starts. */
  state?: PopupState | undefined;
  /** Those of this window, the most urgent first. */
  captures: readonly CaptureView[];
  windowId?: number | undefined;
}

export async function readPopup(): Promise<PopupView> {
  const [state, tab] = await Promise.all([readPopupState(), front]);
  const captures = (state?.captures ?? []).filter(isShownIn(tab?.incognito ?? false));
  return { state, captures, windowId: tab?.windowId };
}

/** Where the popup leads to. */
export const linksFrom = ({ windowId }: PopupView) => ({
  openSettings: () => void browser.runtime.openOptionsPage(),
  openWelcome: () => void openWelcome(),
  openHistory: () => void openHistory(),
  openQueue: () => void openQueue(windowId).then(() => window.close()),
});
