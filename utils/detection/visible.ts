import { type Field, isField, parentAcross } from './tree.ts';

/**
 * Whether a person could see these texts now, or this field.
 *
 * A letter that a font drew as part of a ligature has a box without width, so it is enough that one of them has any. And
 * `checkVisibility()` is false for `display: contents` although its text shows, and true for a closed `<details>` or a
 * `content-visibility: hidden` element whose text does not: so the styles are asked instead (docs/detection.md).
 */
export function isVisible(drawn: readonly (Text | Field)[]): boolean {
  let hasArea = false;
  for (const node of drawn) {
    const element = isField(node) ? node : parentAcross(node);
    if (!element || !isDrawn(element)) return false;
    const box = boxOf(node);
    // A part of it may be out of sight, as where a right-to-left page is too narrow.
    hasArea ||= box !== undefined && box.width > 0 && box.height > 0;
  }
  return hasArea;
}

/** How pages clip away what is for screen readers only. */
const CLIPPED = /inset\((50|100)%|rect\((0px,? ?|1px,? ?){4}\)/;

/** Whether text directly in this element is drawn, wherever. */
export function isDrawn(element: Element): boolean {
  let inner: Element | undefined;
  /** What can cut the element off: for what is positioned, not everything around it. */
  let cutting: Element | null = element;
  for (let box: Element | null = element; box; box = parentAcross(box)) {
    const style = getComputedStyle(box);
    const isFrame = box.nodeName === 'IFRAME';
    // Inside what is invisible something can be visible, but not inside such a frame.
    if ((box === element || isFrame) && style.visibility !== 'visible') return false;
    if (style.display === 'none' || style.opacity === '0') return false;
    if (style.getPropertyValue('content-visibility') === 'hidden') return false;
    // Drawn as dots.
    if (/disc|circle|square/.test(style.getPropertyValue('-webkit-text-security'))) return false;
    if (box.nodeName === 'DETAILS' && inner?.nodeName !== 'SUMMARY' && !box.hasAttribute('open'))
      return false;
    if (box === cutting) {
      const { overflow, clipPath, clip, display, position } = style;
      const isCut = isFrame || (overflow !== 'visible' && display !== 'inline' && box.nodeName !== 'BODY');
      if (CLIPPED.test(clipPath + clip) || (isCut && (box.clientWidth <= 1 || box.clientHeight <= 1)))
        return false;
      // Dialogs and popovers are not cut by what is around them.
      if (position === 'fixed') cutting = null;
      else cutting = position === 'absolute' ? (box as HTMLElement).offsetParent : parentAcross(box);
    }
    inner = box;
  }
  return true;
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
