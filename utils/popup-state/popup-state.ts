import { browser } from 'wxt/browser';
import type { ProviderGuide } from '../../providers/registry/types.ts';
import type { CaptureView } from '../captures/view.ts';
import { watchSession } from '../platform/watch-session.ts';
import type { Settings } from '../settings.ts';

/**
 * All that the popup shows first, ready to be shown: it has no time to read a registry, parse or compute. Written by the
 * worker alone, into the browser's memory for trusted contexts; so it is not parsed when it is read.
 */
export interface PopupState extends Pick<Settings, 'theme' | 'language'> {
  /** The most urgent first; of private windows and of others. */
  captures: readonly CaptureView[];
  /** Of the captures' providers. */
  guides: Record<string, ProviderGuide>;
  /** The browser's storage takes no more. */
  isDiskFull: boolean;
  hasAgreed: boolean;
  account?: {
    /** The backend's host, to say where a code goes. */
    host: string;
    /** Its name, once it was reached. */
    workspace?: string;
    user?: string;
    /** Where this workspace's Saleshandy is. */
    appUrl?: string;
    /** A mark of the key the backend has now, where it is another than before. */
    otherKey?: string;
  };
}

/** Its name in `storage.session`. */
const KEY = 'shown';

export const readPopupState = async (): Promise<PopupState | undefined> =>
  (await browser.storage.session.get(KEY))[KEY] as PopupState | undefined;

export const writePopupState = (state: PopupState): Promise<void> =>
  browser.storage.session.set({ [KEY]: state });

/** @returns a function that stops watching */
export const watchPopupState = (changed: () => void): (() => void) =>
  watchSession(KEY, (state) => {
    // Removed when the extension is reset, and written anew at once.
    if (state) changed();
  });
