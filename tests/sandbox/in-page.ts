/*
 * What the drivers of both browsers run inside a page. Each function is sent there as its own text, so it names nothing from
 * out here.
 */

/** Resolves with the page's text as soon as it matches. */
export function textMatching(source: string, limit: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const text = document.body?.innerText ?? '';
      if (!new RegExp(source).test(text)) return;
      observer.disconnect();
      resolve(text);
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    setTimeout(() => reject(new Error(`No /${source}/ in: ${document.body?.innerText}`)), limit);
    look();
  });
}

/** The middle of the button, link or disclosure with this name, brought into view. */
export function middleOf(called: string): { x: number; y: number } {
  const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();
  const button = [...document.querySelectorAll<HTMLButtonElement>('button, a, summary')].find(
    (one) => plain(one.innerText) === plain(called) && !one.disabled,
  );
  if (!button) throw new Error(`No button "${called}" in: ${document.body.innerText}`);
  button.scrollIntoView({ block: 'nearest' });
  const box = button.getBoundingClientRect();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/**
 * Resolves once the button with this name is one that takes a click: what sends has to have stood for a moment, the same and in
 * the same place, longer than it wants.
 */
export async function whenTaken(called: string): Promise<void> {
  const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();
  const find = () =>
    [...document.querySelectorAll<HTMLElement>('[data-sends]')].find(
      (one) => plain(one.innerText) === plain(called),
    );
  const look = (): string | undefined => {
    const button = find();
    const box = button?.getBoundingClientRect();
    return box && [button?.dataset.sends, box.x, box.y, box.width, box.height].join();
  };
  let before = look();
  let since = performance.now();
  while (before !== undefined && performance.now() - since < 700) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const now = look();
    if (now !== before) since = performance.now();
    before = now;
  }
}

/** Puts the focus into the first text field, or that with this label, and selects what is in it. */
export function focusField(called: string | null): void {
  const field = [
    ...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea'),
  ].find(({ labels }) => called === null || [...(labels ?? [])].some((one) => one.innerText === called));
  if (!field) throw new Error(`No field "${called}" in: ${document.body.innerText}`);
  field.focus();
  field.select();
}

/** Chooses from the list with this label. */
export function chooseOption(option: string, label: string): void {
  const list = [...document.querySelectorAll('select')].find(({ labels }) => labels[0]?.innerText === label);
  const wanted = [...(list?.options ?? [])].find(({ text }) => text.trim() === option);
  if (!list || !wanted) throw new Error(`No "${option}" under "${label}"`);
  list.value = wanted.value;
  list.dispatchEvent(new Event('change', { bubbles: true }));
}

/** However it is broken into lines. */
export const asPattern = (text: string): RegExp =>
  new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+'));
