import { parentAcross } from './tree.ts';

/**
 * Whether a person could see the text of these elements now.
 *
 * Three traps of Chromium are the reason for its shape (measured, see docs/detection.md): a letter that a font drew
 * as part of a ligature has a box without width; `checkVisibility()` is false for `display: contents` although its
 * text shows; and it is true for a closed `<details>` or a `content-visibility: hidden` element whose text does not.
 */
export function isVisible(elements: readonly Element[]): boolean {
  const frame = elements[0]?.ownerDocument.defaultView?.frameElement;
  if (frame && !isVisible([frame])) return false;
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
  for (
    let outer = parentAcross(boxed);
    outer && getComputedStyle(boxed).display === 'contents';
    outer = parentAcross(boxed)
  ) {
    boxed = outer;
  }
  if (!boxed.checkVisibility({ opacityProperty: true, visibilityProperty: false })) return undefined;

  if (isField(element) || element.nodeName === 'IFRAME') return onPage(element);
  const range = element.ownerDocument.createRange();
  range.selectNodeContents(element);
  // A shadow host has its text elsewhere, out of a range's sight.
  return onPage(element.firstChild ? range : element, element.ownerDocument.defaultView);
}

/** Beyond the left or upper edge is where pages park what nobody is to see, and where nobody can scroll. */
function onPage(drawn: Element | Range, view: Window | null = self): DOMRect | undefined {
  const box = drawn.getBoundingClientRect();
  return box.right + (view?.scrollX ?? 0) >= 0 && box.bottom + (view?.scrollY ?? 0) >= 0 ? box : undefined;
}

export type Field = HTMLInputElement | HTMLTextAreaElement;

/** By name, not by class: an element of a frame is an instance of that frame's classes. */
export const isField = (node: Node): node is Field =>
  node.nodeName === 'INPUT' || node.nodeName === 'TEXTAREA';
