/** A click counts only when the notice has really been on screen, the same and in the same place, for so long, in ms. */
const SEEN_FOR = 400;
/**
 * Where it has appeared or was moved, it takes a click only after so long, in ms: a pointer that rests there, and a hand that
 * clicks already, were meant for something else. So does what the keyboard's focus has come to.
 */
const RESTED_FOR = 1_000;
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
export function watchSeen(
  host: HTMLElement,
  card: Element,
  signal: AbortSignal,
): (click: MouseEvent) => boolean {
  const isUntouched = asItIsNow(host);
  let isInView = false;
  let place = '';
  let movedAt = Number.POSITIVE_INFINITY;
  let seenSince = Number.POSITIVE_INFINITY;
  let lastLook = Number.NEGATIVE_INFINITY;
  let focusedAt = Number.POSITIVE_INFINITY;
  let next: ReturnType<typeof setTimeout> | undefined;

  const look = (): void => {
    clearTimeout(next);
    if (!signal.aborted) next = setTimeout(look, LOOK_EVERY);
    const now = performance.now();
    const hasGap = now - lastLook >= LONGEST_GAP;
    lastLook = now;
    if (place !== placeOf(card)) movedAt = now;
    place = placeOf(card);
    // Another window may lie over it as long as this one does not have the focus.
    const isSeen = isInView && !document.hidden && document.hasFocus() && isUntouched(card);
    if (!isSeen) seenSince = Number.POSITIVE_INFINITY;
    else if (hasGap || seenSince === Number.POSITIVE_INFINITY) seenSince = now;
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
  const unsee = (): void => {
    seenSince = Number.POSITIVE_INFINITY;
    look();
  };
  // What it says has changed: what the user was about to click may be something else.
  const words = new MutationObserver(unsee);
  words.observe(card, { subtree: true, childList: true, characterData: true });
  addEventListener('blur', unsee, { signal, capture: true });
  card.addEventListener('focusin', () => {
    focusedAt = performance.now();
  });
  signal.addEventListener('abort', () => {
    views.disconnect();
    words.disconnect();
    clearTimeout(next);
  });

  return (click) => {
    look();
    // When the user clicked, not when the page let us hear of it.
    const { timeStamp: at } = click;
    const isByKey = click.detail === 0;
    return (
      click.isTrusted &&
      at - seenSince >= SEEN_FOR &&
      at - movedAt >= RESTED_FOR &&
      // From the keyboard a click has no place: the focus has rested where it falls.
      (isByKey
        ? at - focusedAt >= RESTED_FOR
        : document.elementFromPoint(click.clientX, click.clientY) === host)
    );
  };
}

type TrackedEntry = IntersectionObserverEntry & { isVisible?: boolean };

function placeOf(element: Element): string {
  const { x, y, width, height } = element.getBoundingClientRect();
  return [x, y, width, height].join();
}

/**
 * What our element's own styles say of it, all of them, but for where it is (`placeOf`) and for what only has an effect on text
 * and colours within: the card takes none of that from it.
 */
const OF_NO_EFFECT =
  /^(width|height|(min-|max-)?(inline|block)-size|top|right|bottom|left|inset-.*|(perspective|transform)-origin|.*color|color-.*|font-.*|line-height|text-.*|-webkit-(text|locale|font).*)$/;

/** What hides, cuts, blends, moves or scales an element and all in it, by whatever name there is or will be. */
const HIDES =
  /mask|clip|filter|opacity|visibility|transform$|translate|rotate|scale|zoom|perspective$|blend|offset-|reflect/;

/**
 * Notes every computed style of our element, as it is when only we have styled it.
 * @returns whether it still stands where we put it, right below the page's root, is styled as it was, and the root has nothing
 * that changes how it looks
 */
function asItIsNow(host: HTMLElement): (card: Element & { currentCSSZoom?: number }) => boolean {
  const style = getComputedStyle(host);
  const plain = [...style]
    .filter((name) => !OF_NO_EFFECT.test(name))
    .map((name) => [name, style.getPropertyValue(name)] as const);
  const ofRoot = plain.filter(([name]) => HIDES.test(name));
  let ours: string | null = null;
  /** To ask for hundreds of styles takes milliseconds; what can't have changed is not asked for again. */
  const isAsItWas = (): boolean => {
    const text = host.getAttribute('style');
    // Inline and important nothing outranks but a transition, which goes on when its own style is gone.
    const isFixed =
      host.style.getPropertyPriority('all') === 'important' && host.getAnimations().length === 0;
    if (isFixed && text === ours) return true;
    const isSame = plain.every(([name, value]) => style.getPropertyValue(name) === value);
    ours = isFixed && isSame ? text : null;
    return isSame;
  };
  return (card) => {
    const root = document.documentElement;
    if (host.parentNode !== root || (card.currentCSSZoom ?? 1) !== 1) return false;
    const now = getComputedStyle(root);
    return isAsItWas() && ofRoot.every(([name, value]) => now.getPropertyValue(name) === value);
  };
}
