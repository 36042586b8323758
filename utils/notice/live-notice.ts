import { browser } from 'wxt/browser';
import { direction, languageTag, speak } from '../i18n.ts';
import { NOTICE_UPDATE, type NoticeAnswer } from '../messages/notice-update.ts';
import { send } from '../messages/send.ts';
import { addNoticeHost, type NoticeHost } from './host.ts';
import { shownInNotice } from './offered.ts';

declare global {
  /** Known to the scripts that the browser puts into this page later. */
  var noticeShown: { isThere(): boolean; leave(): void } | undefined;
}

/** What is drawn: a capture with its provider's guide. */
export interface NoticeContent {
  capture: NoticeAnswer['views'][number];
  guide: NonNullable<NoticeAnswer['guide']>;
  /** Its user puts it away. */
  dismiss: () => void;
  /** Takes it away: there is no worker any more. */
  leave: () => void;
  move: NoticeHost['move'];
}

/**
 * Shows a notice in this page, and what the worker has for it, until there is nothing more to show.
 * @param draw into this element; nothing, when it goes
 */
export async function showNotice(
  css: string,
  draw: (card: HTMLElement, content: NoticeContent | undefined) => void,
): Promise<void> {
  // Injected again for the next code of the same page: the card that is there shows it, unless the page took it away.
  if (globalThis.noticeShown?.isThere()) return;
  globalThis.noticeShown?.leave();

  const first = await send({ type: 'notice-ready' });
  // Another was put there while this one was told what to show.
  if (!first || globalThis.noticeShown?.isThere()) return;
  speak(first.words);
  const { card, settle, move, setTheme, isThere, remove } = addNoticeHost(css, direction());
  // Seldom the page's.
  card.lang = languageTag();
  setTheme(first.theme);
  const leave = (): void => {
    browser.runtime.onMessage.removeListener(update);
    draw(card, undefined);
    remove();
    globalThis.noticeShown = undefined;
  };
  globalThis.noticeShown = { isThere, leave };

  let settledFor: string | undefined;
  const show = ({ views, guide }: Pick<NoticeAnswer, 'views' | 'guide'>): void => {
    const capture = shownInNotice(views);
    if (!capture || !guide) {
      leave();
      return;
    }
    const dismiss = (): void => {
      for (const { id } of views) send({ type: 'dismiss', id }).catch(() => {});
      leave();
    };
    draw(card, { capture, guide, dismiss, leave, move });
    // Once for each capture: what is being read or clicked must not jump.
    if (settledFor !== capture.id) settle();
    settledFor = capture.id;
  };
  let newest = 0;
  const update = (message: { type?: string }): void => {
    if (message.type !== NOTICE_UPDATE) return;
    newest += 1;
    const asked = newest;
    send({ type: 'notice-ready' }).then((answer) => {
      if (asked === newest && globalThis.noticeShown) show(answer ?? { views: [] });
    }, leave);
  };
  browser.runtime.onMessage.addListener(update);
  show(first);
}
