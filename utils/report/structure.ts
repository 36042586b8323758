import type { WatchedPage } from '../../providers/registry/page-script.ts';
import { candidatesIn, type Trail } from '../detection/find-codes.ts';
import { reasonsFor, weightOf } from '../detection/judge.ts';
import { isField, type Root, rootWithin, type ShadowRootOf } from '../detection/tree.ts';
import { isVisible } from '../detection/visible.ts';

/*
 * What a page is built like, for people who mend the detector: elements, roles, classes and how long texts are. No text,
 * no value, no name that the page could have chosen to say something by, no address beyond the host and known words of the
 * path. It is shown before it goes anywhere.
 */

const MOST_LINES = 1_500;
const UNREAD = new Set(['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'LINK', 'META', 'HEAD', 'SVG']);
/**
 * Words that pages everywhere name their parts with. Any other in an id, a class, an attribute or a path can be laid there for
 * somebody to find, or be a code or a name: it is told by its length.
 */
const WORDS = new Set(
  (
    'account alert app apppasswords body button card checkbox code content copy dialog false field form grid hidden ' +
    'input item key label list listitem main modal page panel password passwords popup rtl secret security ' +
    'submit table text textbox title true value'
  ).split(' '),
);
/** Of a page's names so much is looked at. */
const MOST_OF_NAME = 80;

const quoted = (name: string): string =>
  name
    .slice(0, MOST_OF_NAME)
    .split(/([-_]|(?<=[a-z])(?=[A-Z]))/)
    .map((part) => (/^[-_]?$/.test(part) || WORDS.has(part.toLowerCase()) ? part : `…${part.length}`))
    .join('');

/** @param page what is known of the provider, whose codes are then looked for, and judged */
export function structureOf(
  document: Document,
  page: WatchedPage | undefined,
  shadowRootOf: ShadowRootOf,
): string {
  const lines = [`host ${document.location.host}`, `path ${plainPath(document.location.pathname)}`];
  lines.push(
    `language ${LANGUAGE.exec(document.documentElement.lang)?.[0] || 'unknown'}, direction ${document.dir || 'unknown'}`,
  );
  if (page) lines.push('', `looked for codes of ${page.id}`, ...judgements(document, page, shadowRootOf));
  lines.push('', 'structure');
  const before = lines.length;
  outline(document.body, 0, lines, before + MOST_LINES, shadowRootOf);
  if (lines.length === before + MOST_LINES) lines.push('…');
  return lines.join('\n');
}

const LANGUAGE = /^[a-z]{2,3}(-[a-z]{4})?(-[a-z]{2})?$/i;

/** Segments of known words. Any other could be an id, a name, or a proof of who signed in. */
const plainPath = (path: string): string =>
  path.replace(/[^/]+/g, (part) => (quoted(part).includes('…') ? '…' : part));

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
      .filter(Boolean)
      .slice(0, 8)
      .map((name) => sign + quoted(name))
      .join('');
  const attributes = ATTRIBUTES.flatMap((name) => {
    const value = element.getAttribute(name);
    return value === null ? [] : [`[${name}${value ? `=${quoted(value)}` : ''}]`];
  });
  const value = isField(element) && element.type !== 'password' ? ` value ${element.value.length}` : '';
  const id = named('#', [String(element.id)]);
  return nameOf(element) + id + named('.', [...element.classList]) + attributes.join('') + value;
}

const ATTRIBUTES = [
  'role',
  'type',
  'dir',
  'aria-modal',
  'aria-hidden',
  'hidden',
  'readonly',
  'disabled',
  'open',
];

/** What HTML knows by its name; of what the page has named itself no more than what its words tell. */
function nameOf(element: Element): string {
  const name = element.nodeName.toLowerCase();
  const isOfHtml =
    element instanceof HTMLElement && !(element instanceof HTMLUnknownElement) && !name.includes('-');
  return isOfHtml ? name : quoted(name);
}
