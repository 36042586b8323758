import { parentAcross } from './tree.ts';

export type Field = HTMLInputElement | HTMLTextAreaElement;

/** By name, not by class: an element of a frame is an instance of that frame's classes. */
export const isField = (node: Node): node is Field =>
  node.nodeName === 'INPUT' || node.nodeName === 'TEXTAREA';

/**
 * Whether a person could see these texts now, or this field.
 *
 * Three traps of Chromium are the reason for its shape (measured, see docs/detection.md): a letter that a font drew
 * as part of a ligature has a box without width; `checkVisibility()` is false for `display: contents` although its
 * text shows; and it is true for a closed `<details>` or a `content-visibility: hidden` element whose text does not.
 */
export function isVisible(drawn: readonly (Text | Field)[]): boolean {
  let hasArea = false;
  for (const node of drawn) {
    const element = isField(node) ? node : elementAround(node);
    if (!element || !isDrawn(element)) return false;
    const box = boxOf(node);
    // A part of it may be out of sight, as where a right-to-left page is too narrow.
    hasArea ||= box !== undefined && box.width > 0 && box.height > 0;
  }
  return hasArea;
}

/** The element a text stands in, or the host of the shadow root it stands in directly. */
export const elementAround = (text: Node): Element | null => text.parentElement ?? parentAcross(text);

/** Whether text directly in this element is drawn, wherever. */
export function isDrawn(element: Element): boolean {
  const frame = element.ownerDocument.defaultView?.frameElement;
  if (frame && !(isDrawn(frame) && frame.clientWidth > 1 && frame.clientHeight > 1)) return false;
  const style = getComputedStyle(element);
  if (style.visibility !== 'visible' || style.getPropertyValue('content-visibility') === 'hidden')
    return false;
  if (element.nodeName === 'DETAILS' && !element.hasAttribute('open')) return false;
  let boxed = element;
  for (
    let outer = parentAcross(boxed);
    outer && getComputedStyle(boxed).display === 'contents';
    outer = parentAcross(boxed)
  ) {
    boxed = outer;
  }
  return boxed.checkVisibility({ opacityProperty: true }) && !isClippedAway(boxed);
}

/** How pages hide what is for screen readers only: a box of a pixel, or a clip that leaves nothing. */
function isClippedAway(element: Element): boolean {
  for (let box: Element | null = element; box && box.nodeName !== 'BODY'; ) {
    const { overflowX, overflowY, clipPath, clip, display, position } = getComputedStyle(box);
    if (/^inset\((50|100)%/.test(clipPath) || /^rect\((0px,? ?|1px,? ?){4}\)/.test(clip)) return true;
    const isCut = overflowX !== 'visible' || overflowY !== 'visible';
    if (isCut && display !== 'inline' && (box.clientWidth <= 1 || box.clientHeight <= 1)) return true;
    // Dialogs and popovers are not cut by what is around them.
    if (position === 'fixed') return false;
    const holder: Element | null | undefined =
      position === 'absolute' ? (box as HTMLElement).offsetParent : undefined;
    box = holder === undefined ? parentAcross(box) : holder;
  }
  return false;
}

/** Beyond the left or upper edge is where pages park what nobody is to see, and where nobody can scroll. */
function boxOf(node: Text | Field): DOMRect | undefined {
  let drawn: Range | Field;
  if (isField(node)) drawn = node;
  else {
    drawn = node.ownerDocument.createRange();
    drawn.selectNode(node);
  }
  const box = drawn.getBoundingClientRect();
  const view = node.ownerDocument.defaultView;
  return box.right + (view?.scrollX ?? 0) >= 0 && box.bottom + (view?.scrollY ?? 0) >= 0 ? box : undefined;
}
