import { visibleText } from './shape.ts';
import { type Container, isElement, isText } from './tree.ts';

/**
 * Finds the few places on a page whose text could be a code, at the price of reading the page's text once: the browser
 * puts that together far faster than a script can walk it.
 */

/** Elements whose text is not text, or not the page's. */
export const UNREAD = new Set('STYLE SCRIPT NOSCRIPT TEMPLATE TEXTAREA SELECT IFRAME title desc'.split(' '));

/** The innermost containers whose text passes the sieve. */
export function* suspects(container: Container, sieve: RegExp): Generator<Container> {
  const { firstChild: only } = container;
  // Frames around frames around the page have all the same text.
  if (only && !only.nextSibling && isElement(only) && !UNREAD.has(only.nodeName)) {
    yield* suspects(only as Element, sieve);
    return;
  }
  let rest = '';
  for (let child = container.firstChild; child; child = child.nextSibling) {
    if (isText(child)) rest += (child as Text).data;
    if (!isElement(child) || UNREAD.has(child.nodeName)) continue;
    const text = visibleText(child.textContent ?? '');
    if (sieve.test(text)) {
      yield* suspects(child as Element, sieve);
      rest += '\n\n';
    } else rest += text;
  }
  if (sieve.test(visibleText(rest))) yield container;
}
