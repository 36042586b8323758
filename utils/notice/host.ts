import { watchSeen } from './seen.ts';

export interface NoticeHost {
  /** Where the card is drawn. */
  card: HTMLElement;
  /** Whether the page has left it where it was put. */
  isThere(): boolean;
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
  style.textContent = outOfReach(css);
  const card = document.createElement('div');
  card.dir = direction;
  card.className = CARD;
  // The page can take the host's styles away again. Nothing that would be inherited from it comes further than here.
  card.style.setProperty('all', 'initial', 'important');
  card.style.setProperty('display', 'block', 'important');
  root.append(style, card);
  document.documentElement.append(host);

  const removed = new AbortController();
  const mayAct = watchSeen(host, card, removed.signal);
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
    isThere: () => host.parentNode === document.documentElement,
    remove: () => {
      removed.abort();
      host.remove();
    },
  };
}

const CARD = 'notice-card';

/**
 * A page can set custom properties, which are inherited even into a closed root, and define what they may be, if it knows
 * their names: a card without its colours is a card that nobody sees. So it can't know them.
 */
function outOfReach(css: string): string {
  const secret = crypto.randomUUID();
  return css.replaceAll(':host', `.${CARD}`).replaceAll(/--(?=[a-z])/g, `--x${secret}-`);
}
