import { browser } from 'wxt/browser';
import type { CaptureStore } from '../captures/store.ts';
import { NOTICE_UPDATE } from '../messages/notice-update.ts';
import { tabsWithNotice } from '../notice/notices.ts';
import { buildPopupState } from '../popup-state/build.ts';
import { writePopupState } from '../popup-state/popup-state.ts';
import { noteOutcomes } from '../queue/outcomes.ts';
import { showBadge } from './badge.ts';
import { setAlarm } from './wake.ts';

/** Tells everyone who shows something that it has changed: popup, bulk list, badge and notices. */
export class Publisher {
  readonly #store: CaptureStore;
  readonly #nextDuty: () => number | undefined;
  #publishing: Promise<void> = Promise.resolve();

  /** @param nextDuty when there is next something to do, in ms since 1970 */
  constructor(store: CaptureStore, nextDuty: () => number | undefined) {
    this.#store = store;
    this.#nextDuty = nextDuty;
  }

  /** One after the other, so that nothing older is shown last. */
  publish(): Promise<void> {
    const publish = (): Promise<void> => this.#publish();
    this.#publishing = this.#publishing.then(publish, publish);
    return this.#publishing;
  }

  async #publish(): Promise<void> {
    const captures = this.#store.views();
    // Before anything is awaited: they may be put away meanwhile.
    void noteOutcomes(captures);
    await writePopupState(await buildPopupState(captures));
    await setAlarm(this.#nextDuty());
    await showBadge(captures);
    // Each asks what there is for it. Closed tabs have no one who hears it.
    for (const tabId of await tabsWithNotice())
      browser.tabs.sendMessage(tabId, { type: NOTICE_UPDATE }, { frameId: 0 }).catch(() => {});
  }
}
