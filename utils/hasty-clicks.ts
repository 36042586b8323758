/** What sends takes no click and no key before it has stood where it is, and about the same, for so long, in ms. */
const STOOD_FOR = 500;

/**
 * A page can have the popup opened, and a code of its choice shown in it, just when its user clicks or presses Enter. So what
 * sends (`data-sends`, which says what and where to) ignores what was begun before it could be seen. No hand is that fast.
 */
export function ignoreHastyClicks(root: HTMLElement): void {
  const known = new WeakMap<Element, { look: string; since: number }>();

  const note = (button: HTMLElement): number => {
    const look = lookOf(button, root);
    const before = known.get(button);
    if (before?.look === look) return before.since;
    const now = { look, since: Number.POSITIVE_INFINITY };
    known.set(button, now);
    // It is drawn with the next frame, and there is none as long as nothing is shown at all.
    requestAnimationFrame((since) => {
      now.since = since;
    });
    return now.since;
  };
  const noteAll = (): void => {
    for (const button of root.querySelectorAll<HTMLElement>('[data-sends]')) note(button);
  };

  const changes = { subtree: true, childList: true, characterData: true, attributeFilter: ['data-sends'] };
  new MutationObserver(noteAll).observe(root, changes);
  new ResizeObserver(noteAll).observe(root);
  // Keys and forms end in clicks, too. On the way down, before any handler of the button.
  document.addEventListener(
    'click',
    (click) => {
      const button = (click.target as Element).closest<HTMLElement>('[data-sends]');
      if (!button || click.timeStamp - note(button) >= STOOD_FOR) return;
      click.preventDefault();
      click.stopImmediatePropagation();
    },
    { capture: true },
  );
}

/** What it is about, what it says, and its place, wherever the page was scrolled to. */
function lookOf(button: HTMLElement, root: HTMLElement): string {
  const { x, y, width, height } = button.getBoundingClientRect();
  const origin = root.getBoundingClientRect();
  return [button.dataset.sends, button.textContent, x - origin.x, y - origin.y, width, height].join();
}
