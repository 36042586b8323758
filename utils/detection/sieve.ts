import type { CodeShape } from '../../providers/registry/types.ts';
import { lengthsOf, visibleText } from './shape.ts';
import type { Container } from './tree.ts';

/**
 * Finds the few places on a page whose text could be a code, at the price of reading the page's text once: the browser
 * puts that together far faster than a script can walk it.
 */

/** Elements whose text is not text, or not the page's. */
export const UNREAD = new Set(['STYLE', 'SCRIPT', 'NOSCRIPT', 'TEMPLATE', 'TEXTAREA', 'SELECT', 'IFRAME']);

const sieves = new Map<CodeShape, RegExp>();

/** Lets through every text that has a code in it, and some that have none. */
export function sieveFor(shape: CodeShape): RegExp {
  let sieve = sieves.get(shape);
  if (!sieve) {
    const { alphabet, group = 1, separator } = shape;
    const [fewest] = lengthsOf(shape);
    const letter = `[${alphabet}]`;
    const gap = separator ? `\\s*${separator}\\s*` : '\\s+';
    // Where the length varies the last group holds what is left.
    const groups = Math.max(2, Math.floor(fewest / group) - (typeof shape.length === 'number' ? 0 : 1));
    const inGroups = `(?:${gap}${letter}{${group}}){${groups - 1}}`;
    const inOneRun = `${letter}{${fewest - group}}`;
    // An element a letter, each on a line of its own in the source.
    const apart = `(?:\\s+[${alphabet}${separator ?? ''}]){${fewest - 1}}`;
    // What the forms begin with is tried once for all of them: the pattern goes over whole pages.
    const together = separator ? inGroups : `(?:${inOneRun}|${inGroups})`;
    sieve = new RegExp(`${letter}(?:${letter}{${group - 1}}${together}|${apart})`);
    sieve.test(''); // V8 compiles a pattern when it is used again, which then makes a page's whole text cheap
    sieves.set(shape, sieve);
  }
  return sieve;
}

/** The innermost containers whose text passes the sieve. */
export function* suspects(container: Container, sieve: RegExp): Generator<Container> {
  const { firstChild: only } = container;
  // Frames around frames around the page have all the same text.
  if (only && !only.nextSibling && only.nodeType === Node.ELEMENT_NODE && !UNREAD.has(only.nodeName)) {
    yield* suspects(only as Element, sieve);
    return;
  }
  let rest = '';
  for (let child = container.firstChild; child; child = child.nextSibling) {
    if (child.nodeType === Node.TEXT_NODE) rest += (child as Text).data;
    if (child.nodeType !== Node.ELEMENT_NODE || UNREAD.has(child.nodeName)) continue;
    const text = visibleText(child.textContent ?? '');
    if (sieve.test(text)) {
      yield* suspects(child as Element, sieve);
      rest += '\n\n';
    } else rest += text;
  }
  if (sieve.test(visibleText(rest))) yield container;
}
