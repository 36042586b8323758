import { browser } from 'wxt/browser';
import { isShownIn, PRACTICE } from '../captures/view.ts';
import { readPopupState, watchPopupState } from '../popup-state/popup-state.ts';
import { queueTab } from './open-page.ts';
import { queue } from './queue.ts';
import { type RowView, rowViews } from './rows.ts';
import { steady } from './steady.ts';
import { senderTemplate } from './template.ts';

/**
 * What the list of mailboxes shows.
 * @param before the rows that were shown last: what has not changed is the same object again
 * @param isClosed whether no app password opens the mailboxes of this provider
 */
export async function readList(before: readonly RowView[], isClosed: (provider: string) => boolean) {
  const [stored, state, tab, template] = await Promise.all([
    queue.read(),
    readPopupState(),
    queueTab.read(),
    senderTemplate.read(),
  ]);
  // Without those of private windows: of these nothing may be written down.
  const captures = (state?.captures ?? [])
    .filter(isShownIn(false))
    .filter(({ provider }) => provider !== PRACTICE);
  const { theme = 'system', language = '', account } = state ?? {};
  return {
    look: { theme, language },
    list: {
      rows: steady(before, rowViews(stored, captures, isClosed), ({ email }) => email),
      captures,
      /** The mailbox whose page was opened last. */
      opened: tab?.email,
      template,
      isSetUp: account !== undefined,
      hasAgreed: state?.hasAgreed ?? false,
      isDiskFull: state?.isDiskFull ?? false,
      destination: account?.host ?? '',
      appUrl: account?.appUrl,
      keyMark: account?.otherKey,
    },
  };
}

/** Called when it shows something else. */
export function watchList(changed: () => void): void {
  for (const store of [queue, queueTab, senderTemplate]) store.watch(changed);
  watchPopupState(changed);
  for (const event of ['online', 'offline']) addEventListener(event, changed);
}

/** Whether this page is in a private window. Firefox for Android has no windows, and shows it in a tab. */
export async function isInPrivateWindow(): Promise<boolean> {
  const around = (await browser.windows?.getCurrent()) ?? (await browser.tabs.getCurrent());
  return around?.incognito ?? false;
}
