import { guides } from '../../providers/registry/guides.ts';
import type { CaptureStore } from '../captures/store.ts';
import type { CaptureView } from '../captures/view.ts';
import { wordsOf } from '../i18n.ts';
import type { NoticeAnswer } from '../messages/notice-update.ts';
import { hasNotice } from '../notice/notices.ts';
import { shownInNotice } from '../notice/offered.ts';
import { settings } from '../settings.ts';
import type { PageSender } from './sender.ts';

/** What a page may know: of what it has shown itself, and only where a notice of ours shows it there. */
export async function viewsInNotice(
  store: CaptureStore,
  who: PageSender,
): Promise<readonly CaptureView[] | undefined> {
  if (!(await hasNotice(who))) return undefined;
  const { tabId, provider, host } = who;
  return store.views().filter(
    (capture) =>
      capture.tabId === tabId &&
      capture.provider === provider &&
      // What was selected there by its user has none.
      (capture.pageHost === undefined || capture.pageHost === host),
  );
}

/** What a notice is told when it asks. */
export async function noticeAnswer(store: CaptureStore, who: PageSender): Promise<NoticeAnswer> {
  const { theme, language } = await settings.read();
  const words = await wordsOf(language);
  const views = (await viewsInNotice(store, who)) ?? [];
  const shown = shownInNotice(views);
  return { views, guide: shown && guides.get(shown.provider), theme, ...(words ? { words } : {}) };
}
