import { watchSeen } from './seen.ts';

export interface NoticeHost {
  /** Where the card is drawn. */
  card: HTMLElement;
  /** Puts it, as it is drawn now, where it covers the fewest of the page's controls; unless it was moved. */
  settle(): void;
  /** Moves it by so many pixels, as far as the window goes. */
  move(x: number, y: number): void;
  /** In the colours of this theme. */
  setTheme(theme: 'system' | 'light' | 'dark'): void;
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
    bottom: `${EDGE}px`,
    right: `${EDGE}px`,
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
  card.style.setProperty('color-scheme', 'light dark', 'important');
  root.append(style, card);
  document.documentElement.append(host);

  let isMoved = false;
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
    settle: () => {
      if (isMoved) return moveWithin(host, 0, 0);
      const room = { width: innerWidth, height: innerHeight };
      const [side, end] = freeCorner(card.getBoundingClientRect(), room, controlsOf(document), direction);
      put(host, { [side]: `${EDGE}px`, [end]: `${EDGE}px` });
    },
    move: (x, y) => {
      isMoved = true;
      moveWithin(host, x, y);
    },
    setTheme: (theme) =>
      card.style.setProperty('color-scheme', theme === 'system' ? 'light dark' : theme, 'important'),
    isThere: () => host.parentNode === document.documentElement,
    remove: () => {
      removed.abort();
      host.remove();
    },
  };
}

/** By its place, not by a transform, which would count as being moved about (`watchSeen`). */
function moveWithin(host: HTMLElement, x: number, y: number): void {
  const { left, top, width, height } = host.getBoundingClientRect();
  const within = (place: number, size: number, room: number): number =>
    Math.max(EDGE, Math.min(place, room - size - EDGE));
  put(host, {
    left: `${within(left + x, width, innerWidth)}px`,
    top: `${within(top + y, height, innerHeight)}px`,
  });
}

/** It keeps so far from the window's edges, in pixels. */
const EDGE = 16;

type Side = 'left' | 'right' | 'top' | 'bottom';

function put(host: HTMLElement, place: Partial<Record<Side, string>>): void {
  for (const side of ['left', 'right', 'top', 'bottom'] as const)
    host.style.setProperty(side, place[side] ?? 'auto', 'important');
}

const CONTROLS =
  'a[href], button, input, select, textarea, summary, [role="button"], [role="link"], [tabindex]';

/** What can be clicked or typed into in the window now. */
const controlsOf = (document: Document): DOMRect[] =>
  [...document.querySelectorAll(CONTROLS)]
    .map((control) => control.getBoundingClientRect())
    .filter(({ width, height }) => width > 0 && height > 0);

/**
 * The corner where it covers the fewest of the page's controls: the first of them in the order in which notices stand.
 * @param size of the notice, in pixels
 * @param room in the window, in pixels
 */
export function freeCorner(
  size: { width: number; height: number },
  room: { width: number; height: number },
  controls: readonly Pick<DOMRect, 'left' | 'right' | 'top' | 'bottom'>[],
  direction: 'ltr' | 'rtl',
): ['left' | 'right', 'top' | 'bottom'] {
  const near = direction === 'rtl' ? 'left' : 'right';
  const far = direction === 'rtl' ? 'right' : 'left';
  const corners: ['left' | 'right', 'top' | 'bottom'][] = [
    [near, 'bottom'],
    [far, 'bottom'],
    [near, 'top'],
    [far, 'top'],
  ];
  const covered = ([side, end]: (typeof corners)[number]): number => {
    const left = side === 'left' ? EDGE : room.width - size.width - EDGE;
    const top = end === 'top' ? EDGE : room.height - size.height - EDGE;
    return controls.filter(
      (control) =>
        control.left < left + size.width &&
        control.right > left &&
        control.top < top + size.height &&
        control.bottom > top,
    ).length;
  };
  return corners.reduce((best, corner) => (covered(corner) < covered(best) ? corner : best));
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
