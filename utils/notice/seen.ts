/** A click counts only when the notice has really been on screen for so long before, in ms. */
const SEEN_FOR = 400;

/**
 * Watches whether an element is really visible to the user: painted in full, not covered, faded, filtered or scaled
 * away. Chrome's IntersectionObserver can tell (`trackVisibility`); elsewhere it is worked out from styles and a hit
 * test, which a page can fool more easily, and so every click is tested once more at its own place.
 */
export function watchSeen(host: Element, signal: AbortSignal): (click: MouseEvent) => boolean {
  let seenSince = Number.POSITIVE_INFINITY;
  const tracksVisibility = 'isVisible' in IntersectionObserverEntry.prototype;
  const observer = new IntersectionObserver(
    ([entry]) => {
      const visible =
        entry && (tracksVisibility ? (entry as { isVisible?: boolean }).isVisible : isPainted(host));
      if (!visible || (entry?.intersectionRatio ?? 0) < 0.99) seenSince = Number.POSITIVE_INFINITY;
      else if (seenSince === Number.POSITIVE_INFINITY) seenSince = performance.now();
    },
    { threshold: [0, 0.5, 0.99, 1], ...(tracksVisibility ? { trackVisibility: true, delay: 100 } : {}) },
  );
  observer.observe(host);
  signal.addEventListener('abort', () => observer.disconnect());

  return (click) =>
    click.isTrusted &&
    performance.now() - seenSince >= SEEN_FOR &&
    isPainted(host) &&
    // From the keyboard a click has no place.
    (click.detail === 0 || document.elementFromPoint(click.clientX, click.clientY) === host);
}

/** Whether nothing between the element and the page's root fades, filters, clips or transforms it. */
function isPainted(host: Element): boolean {
  for (let element: Element | null = host; element; element = element.parentElement) {
    const style = getComputedStyle(element);
    const plain =
      style.opacity === '1' &&
      style.visibility === 'visible' &&
      style.filter === 'none' &&
      style.transform === 'none' &&
      style.clipPath === 'none' &&
      style.mixBlendMode === 'normal' &&
      (style.maskImage ?? 'none') === 'none';
    if (!plain) return false;
  }
  return true;
}
