import { watchSeen } from './seen.ts';

export interface NoticeHost {
  /** Where the card is drawn. */
  card: HTMLElement;
  /** Takes it out of the page. */
  remove(): void;
}

/** Events of the card that the page has no business hearing: it could close its dialog over a click beside it. */
const KEPT_IN = ['click', 'pointerdown', 'mousedown', 'keydown', 'keyup', 'input', 'focusin'];

/**
 * Puts an element of ours into the page, in a corner, over everything, closed to the page's scripts and styles. Clicks
 * reach what is drawn in it only when they are the user's own and it was really seen (see `watchSeen`).
 */
export function addNoticeHost(css: string, direction: 'ltr' | 'rtl'): NoticeHost {
  const host = document.createElement('div');
  host.dir = direction;
  // Inline and important: no style of the page outranks it.
  const place = {
    position: 'fixed',
    'inset-block-end': '16px',
    'inset-inline-end': '16px',
    'z-index': '2147483647',
  };
  host.style.setProperty('all', 'initial', 'important');
  for (const [property, value] of Object.entries(place)) host.style.setProperty(property, value, 'important');

  const root = host.attachShadow({ mode: 'closed' });
  const style = document.createElement('style');
  style.textContent = css;
  const card = document.createElement('div');
  root.append(style, card);
  document.documentElement.append(host);

  const removed = new AbortController();
  const mayAct = watchSeen(host, removed.signal);
  // On the way down, before any handler of the card.
  root.addEventListener(
    'click',
    (event) => {
      if (mayAct(event as MouseEvent)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { capture: true },
  );
  for (const type of KEPT_IN) host.addEventListener(type, (event) => event.stopPropagation());

  return {
    card,
    remove: () => {
      removed.abort();
      host.remove();
    },
  };
}
