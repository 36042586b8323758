import type { WatchedPage } from '../../providers/registry/page-script.ts';
import { candidatesIn, type Trail } from '../detection/find-codes.ts';
import { reasonsFor, weightOf } from '../detection/judge.ts';
import { isField, type Root, rootWithin, type ShadowRootOf } from '../detection/tree.ts';
import { isVisible } from '../detection/visible.ts';

/*
 * What a page is built like, for people who mend the detector: elements, roles, classes and how long texts are. No text,
 * no value, no address beyond the host and the plain words of the path. It is shown before it goes anywhere.
 */

const MOST_LINES = 1_500;
const UNREAD = new Set(['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'LINK', 'META', 'HEAD', 'SVG']);
/** What a class or an id looks like that a person wrote or a build tool made. Others could be a name, or a number. */
const NAME = /^[A-Za-z_-][\w-]{0,39}$/;
const LONG_NUMBER = /\d{5}/;

/** @param page what is known of the provider, whose codes are then looked for, and judged */
export function structureOf(
  document: Document,
  page: WatchedPage | undefined,
  shadowRootOf: ShadowRootOf,
): string {
  const lines = [`host ${document.location.host}`, `path ${plainPath(document.location.pathname)}`];
  lines.push(
    `language ${document.documentElement.lang || 'unknown'}, direction ${document.dir || 'unknown'}`,
  );
  if (page) lines.push('', `looked for codes of ${page.id}`, ...judgements(document, page, shadowRootOf));
  lines.push('', 'structure');
  const before = lines.length;
  outline(document.body, 0, lines, before + MOST_LINES, shadowRootOf);
  if (lines.length === before + MOST_LINES) lines.push('…');
  return lines.join('\n');
}

/** Segments that are plain words. Anything else could be an id or a proof of who signed in. */
const plainPath = (path: string): string =>
  path.replace(/[^/]+/g, (part) => (/^[a-z][a-z-]{0,30}$/i.test(part) ? part : '…'));

/** Why what has the form of a code was taken for one, or not. The code itself is not told, only its length. */
function judgements(document: Document, page: WatchedPage, shadowRootOf: ShadowRootOf): string[] {
  const ignore = (): void => {};
  const trail: Trail = {
    notYetVisible: ignore,
    notYetDefined: ignore,
    readOnly: ignore,
    entered: ignore,
    old: ignore,
    shadowRootOf,
  };
  const moment = { path: document.location.pathname, afterUserAction: false, atArrival: true };
  const judged = [...candidatesIn(document, page, trail)].map((candidate) => {
    const reasons = reasonsFor(candidate, page, moment);
    const seen = isVisible(candidate.parts) ? 'visible' : 'not visible';
    const { length } = candidate.code;
    return `- ${length} characters, ${candidate.drawn}, ${seen}, weight ${weightOf(reasons)}: ${reasons.join(', ')}`;
  });
  return judged.length > 0 ? judged : [`- nothing like ${page.code.whole.source}`];
}

function outline(
  root: Element | Root | null,
  depth: number,
  lines: string[],
  most: number,
  shadowRootOf: ShadowRootOf,
): void {
  for (const child of root?.childNodes ?? []) {
    if (lines.length >= most) return;
    const indent = '  '.repeat(Math.min(depth, 30));
    if (child.nodeType === Node.TEXT_NODE) {
      const length = (child as Text).data.trim().length;
      if (length > 0) lines.push(`${indent}text ${length}`);
    }
    if (child.nodeType !== Node.ELEMENT_NODE || UNREAD.has(child.nodeName.toUpperCase())) continue;
    const element = child as Element;
    lines.push(indent + describe(element));
    const inside = rootWithin(element, shadowRootOf);
    if (inside) {
      lines.push(`${indent}  #${inside.nodeType === Node.DOCUMENT_NODE ? 'frame' : 'shadow root'}`);
      outline(
        inside.nodeType === Node.DOCUMENT_NODE ? (inside as Document).body : inside,
        depth + 2,
        lines,
        most,
        shadowRootOf,
      );
    }
    outline(element, depth + 1, lines, most, shadowRootOf);
  }
}

function describe(element: Element): string {
  const named = (sign: string, names: readonly string[]): string =>
    names
      .filter((name) => NAME.test(name) && !LONG_NUMBER.test(name))
      .slice(0, 8)
      .map((name) => sign + name)
      .join('');
  const attributes = [
    'role',
    'type',
    'dir',
    'aria-modal',
    'aria-hidden',
    'hidden',
    'readonly',
    'disabled',
    'open',
  ]
    .filter((name) => element.hasAttribute(name))
    .map(
      (name) =>
        `[${name}${element.getAttribute(name) ? `=${element.getAttribute(name)?.slice(0, 20)}` : ''}]`,
    );
  const value = isField(element) && element.type !== 'password' ? ` value ${element.value.length}` : '';
  const id = named('#', [element.id]);
  return (
    element.nodeName.toLowerCase() + id + named('.', [...element.classList]) + attributes.join('') + value
  );
}
