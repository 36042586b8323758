import { render } from 'preact';
import { browser } from 'wxt/browser';
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { Notice } from '../components/Notice.tsx';
import css from '../components/notice.css?inline';
import { direction, languageTag, speak } from '../utils/i18n.ts';
import type { CaptureCommand } from '../utils/messaging/messages.ts';
import { NOTICE_UPDATE, type NoticeAnswer } from '../utils/messaging/notice-update.ts';
import { addNoticeHost } from '../utils/notice/host.ts';
import { shownInNotice } from '../utils/notice/offered.ts';

declare global {
  var noticeShown: { isThere(): boolean; leave(): void } | undefined;
}

/** The card beside the code, put into the page only when there is one and the popup could not open. */
export default defineUnlistedScript(async () => {
  // Injected again for the next code of the same page: the card that is there shows it, unless the page took it away.
  if (globalThis.noticeShown?.isThere()) return;
  globalThis.noticeShown?.leave();

  const ask = (): Promise<NoticeAnswer> => browser.runtime.sendMessage({ type: 'notice-ready' });
  const first = await ask();
  // Another was put there while this one was told what to show.
  if (globalThis.noticeShown?.isThere()) return;
  speak(first.words);
  const { card, settle, move, setTheme, isThere, remove } = addNoticeHost(css, direction());
  // Seldom the page's.
  card.lang = languageTag();
  setTheme(first.theme);
  let corner: string | undefined;
  const leave = (): void => {
    browser.runtime.onMessage.removeListener(update);
    render(null, card);
    remove();
    globalThis.noticeShown = undefined;
  };
  globalThis.noticeShown = { isThere, leave };
  const command = (message: CaptureCommand): void => {
    browser.runtime.sendMessage(message).catch(leave);
  };
  const show = ({ views, guide }: Pick<NoticeAnswer, 'views' | 'guide'>): void => {
    const capture = shownInNotice(views);
    if (!capture || !guide) {
      leave();
      return;
    }
    const { id } = capture;
    render(
      <Notice
        capture={capture}
        guide={guide}
        actions={{
          setAccount: (email, confirmed) => command({ type: 'set-account', id, email, confirmed }),
          confirmCode: () => command({ type: 'confirm-code', id }),
          send: () => command({ type: 'send', id }),
          retry: () => command({ type: 'retry', id }),
        }}
        onDismiss={() => {
          for (const view of views) command({ type: 'dismiss', id: view.id });
          leave();
        }}
        onMove={move}
      />,
      card,
    );
    // Once for each capture: what is being read or clicked must not jump.
    if (corner !== id) settle();
    corner = id;
  };
  let newest = 0;
  const update = (message: { type?: string }): void => {
    if (message.type !== NOTICE_UPDATE) return;
    newest += 1;
    const asked = newest;
    ask().then((answer) => {
      if (asked === newest && globalThis.noticeShown) show(answer ?? { views: [] });
    }, leave);
  };
  browser.runtime.onMessage.addListener(update);
  show(first);
});
