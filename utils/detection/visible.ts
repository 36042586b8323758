/**
 * Whether a person could see the text of these elements now.
 *
 * Three traps of Chromium are the reason for its shape (measured, see docs/detection.md): a letter that a font drew
 * as part of a ligature has a box without width; `checkVisibility()` is false for `display: contents` although its
 * text shows; and it is true for a closed `<details>` or a `content-visibility: hidden` element whose text does not.
 */
export function isVisible(elements: readonly Element[]): boolean {
  const boxes = elements.map((element) => textBox(element));
  return (
    boxes.some((box) => box && box.width > 0 && box.height > 0) && boxes.every((box) => box !== undefined)
  );
}

/** The box of the element's text, `undefined` when nothing of it is drawn. */
function textBox(element: Element): DOMRect | undefined {
  const style = getComputedStyle(element);
  if (style.visibility !== 'visible' || style.getPropertyValue('content-visibility') === 'hidden')
    return undefined;
  if (element.nodeName === 'DETAILS' && !element.hasAttribute('open')) return undefined;

  let boxed = element;
  while (getComputedStyle(boxed).display === 'contents' && boxed.parentElement) boxed = boxed.parentElement;
  if (!boxed.checkVisibility({ opacityProperty: true, visibilityProperty: false })) return undefined;

  if (isField(element)) return onPage(element.getBoundingClientRect());
  const range = element.ownerDocument.createRange();
  range.selectNodeContents(element);
  return onPage(range.getBoundingClientRect());
}

/** Beyond the left or upper edge is where pages park what nobody is to see, and where nobody can scroll. */
function onPage(box: DOMRect): DOMRect | undefined {
  return box.right + scrollX >= 0 && box.bottom + scrollY >= 0 ? box : undefined;
}

export type Field = HTMLInputElement | HTMLTextAreaElement;

/** By name, not by class: an element of a frame is an instance of that frame's classes. */
export const isField = (node: Node): node is Field =>
  node.nodeName === 'INPUT' || node.nodeName === 'TEXTAREA';
