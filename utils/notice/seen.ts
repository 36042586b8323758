/** A click counts only when the notice has really been on screen, the same and in the same place, for so long, in ms. */
const SEEN_FOR = 400;
/** Whether it still is, is looked at this often, in ms. */
const LOOK_EVERY = 100;
/** A page can hold the looking up, or end it. What was seen before such a gap counts no longer, in ms. */
const LONGEST_GAP = 500;

/**
 * Watches whether the notice is really visible to the user: painted in full, not covered, faded, filtered, scaled or
 * moved about. Chrome's IntersectionObserver can tell most of it (`trackVisibility`); elsewhere it is worked out from
 * styles and a hit test, which a page can fool more easily, and so every click is tested once more at its own place.
 *
 * @param host the notice's element in the page, which the page can change at will
 * @param card what is drawn, in the closed root, which it can't reach: styles of the host that clip, cover or shrink it
 *   show there
 */
export function watchSeen(host: Element, card: Element, signal: AbortSignal): (click: MouseEvent) => boolean {
  let isInView = false;
  let place = '';
  let seenSince = Number.POSITIVE_INFINITY;
  let lastLook = Number.NEGATIVE_INFINITY;
  let next: ReturnType<typeof setTimeout> | undefined;

  const look = (): void => {
    clearTimeout(next);
    if (!signal.aborted) next = setTimeout(look, LOOK_EVERY);
    const now = performance.now();
    const isUnmoved = place === placeOf(card) && now - lastLook < LONGEST_GAP;
    lastLook = now;
    place = placeOf(card);
    if (!isInView || document.hidden || !isPlain(host, card)) seenSince = Number.POSITIVE_INFINITY;
    else if (!isUnmoved || seenSince === Number.POSITIVE_INFINITY) seenSince = now;
  };

  const tracksVisibility = 'isVisible' in IntersectionObserverEntry.prototype;
  const views = new IntersectionObserver(
    (entries) => {
      // It may have gone and come back meanwhile, but then it was not seen all the time.
      for (const { isVisible = true, intersectionRatio } of entries as TrackedEntry[]) {
        isInView = isVisible && intersectionRatio >= 0.99;
        look();
      }
    },
    { threshold: [0, 0.5, 0.99, 1], ...(tracksVisibility ? { trackVisibility: true, delay: 100 } : {}) },
  );
  views.observe(card);
  // What it says has changed: what the user was about to click may be something else.
  const words = new MutationObserver(() => {
    seenSince = Number.POSITIVE_INFINITY;
    look();
  });
  words.observe(card, { subtree: true, childList: true, characterData: true });
  signal.addEventListener('abort', () => {
    views.disconnect();
    words.disconnect();
    clearTimeout(next);
  });

  return (click) => {
    look();
    return (
      click.isTrusted &&
      // When the user clicked, not when the page let us hear of it.
      click.timeStamp - seenSince >= SEEN_FOR &&
      // From the keyboard a click has no place.
      (click.detail === 0 || document.elementFromPoint(click.clientX, click.clientY) === host)
    );
  };
}

type TrackedEntry = IntersectionObserverEntry & { isVisible?: boolean };

function placeOf(element: Element): string {
  const { x, y, width, height } = element.getBoundingClientRect();
  return [x, y, width, height].join();
}

/** As they are when nothing fades, filters, clips, blends, moves or scales an element. */
const PLAIN = {
  opacity: '1',
  visibility: 'visible',
  filter: 'none',
  transform: 'none',
  translate: 'none',
  rotate: 'none',
  scale: 'none',
  perspective: 'none',
  clipPath: 'none',
  maskImage: 'none',
  mixBlendMode: 'normal',
} as const;

/** Whether it stands where we put it, right below the page's root, and neither of them changes how it looks. */
function isPlain(host: Element, card: Element & { currentCSSZoom?: number }): boolean {
  const root = document.documentElement;
  if (host.parentNode !== root || (card.currentCSSZoom ?? 1) !== 1) return false;
  return [host, root].every((element) => {
    const style = getComputedStyle(element);
    return Object.entries(PLAIN).every(
      ([property, plain]) => (style[property as keyof typeof PLAIN] ?? plain) === plain,
    );
  });
}
