import { render } from 'preact';
import { browser } from 'wxt/browser';
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { Notice } from '../components/Notice.tsx';
import css from '../components/notice.css?inline';
import { guides } from '../providers/registry/guides.ts';
import { byUrgency, type CaptureView } from '../utils/captures/view.ts';
import { direction } from '../utils/i18n.ts';
import type { CaptureCommand } from '../utils/messaging/messages.ts';
import { NOTICE_UPDATE } from '../utils/messaging/notice-update.ts';
import { watchSeen } from '../utils/notice/seen.ts';

declare global {
  var noticeShown: true | undefined;
}

/** The card beside the code, put into the page only when there is one and the popup could not open. */
export default defineUnlistedScript(async () => {
  // Injected again for the next code of the same page: the card that is there shows it.
  if (globalThis.noticeShown) return;
  globalThis.noticeShown = true;

  const host = document.createElement('div');
  // Fixed by an inline style marked important, which no style of the page outranks.
  const place = {
    position: 'fixed',
    'inset-block-end': '16px',
    'inset-inline-end': '16px',
    'z-index': '2147483647',
  };
  host.style.setProperty('all', 'initial', 'important');
  for (const [property, value] of Object.entries(place)) host.style.setProperty(property, value, 'important');
  host.dir = direction();
  const root = host.attachShadow({ mode: 'closed' });
  const style = document.createElement('style');
  style.textContent = css;
  const card = document.createElement('div');
  root.append(style, card);
  document.documentElement.append(host);

  const leaving = new AbortController();
  const mayAct = watchSeen(host, leaving.signal);
  const leave = (): void => {
    leaving.abort();
    render(null, card);
    host.remove();
    globalThis.noticeShown = undefined;
  };
  const command = (message: CaptureCommand): void => {
    browser.runtime.sendMessage(message).catch(leave);
  };
  // A page must not hear of what is typed or clicked in here, nor close its dialog over it.
  for (const type of ['click', 'pointerdown', 'mousedown', 'keydown', 'keyup', 'input', 'focusin']) {
    host.addEventListener(type, (event) => event.stopPropagation());
  }
  // Before any handler of the card: a click that may be forged or tricked does nothing.
  root.addEventListener(
    'click',
    (event) => {
      if (mayAct(event as MouseEvent)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { capture: true },
  );

  const show = (views: readonly CaptureView[]): void => {
    const capture = [...views].sort(byUrgency)[0];
    const guide = capture && guides.get(capture.provider);
    if (!capture || !guide) return leave();
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
        onDismiss={leave}
      />,
      card,
    );
  };
  const update = (message: { type?: string; views?: CaptureView[] }): void => {
    if (message.type === NOTICE_UPDATE && message.views) show(message.views);
  };
  browser.runtime.onMessage.addListener(update);
  leaving.signal.addEventListener('abort', () => browser.runtime.onMessage.removeListener(update));
  show((await browser.runtime.sendMessage({ type: 'notice-ready' })) as CaptureView[]);
});
