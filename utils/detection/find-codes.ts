import type { CodeShape, ProviderPage } from '../../providers/registry/types.ts';
import { compact, couldBePart, type Drawn, longest, readCode } from './shape.ts';
import { closestAcross, type Root, rootWithin, type ShadowRootOf } from './tree.ts';
import { type Field, isField, isVisible } from './visible.ts';
import { unlikeWords } from './word-like.ts';

export type Certainty = 'certain' | 'likely';

export interface FoundCode {
  code: string;
  certainty: Certainty;
  /** What spoke for and against it, for people who debug a page. Never contains the code. */
  reasons: Reason[];
}

/** What the finder can't see in the document itself. */
export interface Circumstances {
  /** The page's path. */
  path: string;
  /** The part of the page looked at came after the user's own click or key. */
  afterUserAction: boolean;
  /** The page has just been arrived at, and nothing on it has changed since. */
  atArrival: boolean;
  /** What the user typed on this page, compacted. A page likes to repeat it beside the code. */
  typed: ReadonlySet<string>;
}

const WEIGHT = {
  'one element a letter': 3,
  'in groups': 3,
  'where this provider shows it': 3,
  'a page for nothing else': 2,
  'in a dialog': 2,
  'a read-only field': 2,
  'unlike any word': 2,
  'hardly like a word': 1,
  'set apart': 1,
  'after the user acted': 1,
  'like a word': -2,
  'there when the page arrived': -2,
  'in a list of entries': -2,
  'inside a control': -2,
} as const;
export type Reason = keyof typeof WEIGHT;

const CERTAIN = 4;
const LIKELY = 2;

const DIALOG = 'dialog, [role="dialog"], [role="alertdialog"], [aria-modal="true"]';
const EMPHASIS = 'code, kbd, samp, output, pre, strong, b, mark';
const ENTRY = 'li, tr, [role="listitem"], [role="row"], [role="option"]';
const CONTROL =
  'button, a[href], select, label, summary, [role="button"], [role="link"], [role="tab"], [role="menuitem"]';
/** Elements whose text is not text. */
const UNSEEN = new Set(['STYLE', 'SCRIPT', 'NOSCRIPT', 'TEMPLATE']);
const NEVER = 'script, style, noscript, template, select, [contenteditable=""], [contenteditable="true"]';

/** Beyond this many texts in one element it is no code, whatever they are. One element a letter makes 16 to 40. */
const MAX_TEXTS = 64;

/** What the finder tells on its way. */
export interface Trail {
  /** Matches, but is not painted yet: a dialog fades in without a mutation. */
  notYetVisible: (element: Element) => void;
  /** A custom element that has no shadow root, or none yet. */
  notYetDefined: (element: Element) => void;
  /** A tree of its own: what changes in it has to be observed by itself. */
  entered: (root: Root) => void;
  shadowRootOf: ShadowRootOf;
}

/**
 * The codes that stand in `root`, or around it when it is a part of one: each alone in an element of its own. Shadow
 * roots and frames of the same origin within are entered.
 */
export function findCodes(
  root: Node,
  page: ProviderPage,
  circumstances: Circumstances,
  trail: Trail,
): FoundCode[] {
  const found = new Map<string, FoundCode>();
  const seen = new Set<Element>();
  for (const start of startingPoints(root, page, trail)) {
    const candidate = isField(start) ? fromField(start, page) : fromText(start, page);
    if (!candidate || seen.has(candidate.element)) continue;
    seen.add(candidate.element);
    if (circumstances.typed.has(candidate.code)) continue;
    const judged = judge(candidate, page, circumstances);
    if (!judged) continue;
    if (!isVisible(candidate.parts)) {
      trail.notYetVisible(candidate.element);
      continue;
    }
    if (found.get(candidate.code)?.certainty !== 'certain') found.set(candidate.code, judged);
  }
  return [...found.values()];
}

interface Candidate {
  code: string;
  drawn: Drawn;
  element: Element;
  /** The elements directly around its text. */
  parts: readonly Element[];
}

/** What stands directly around text that could be a part of a code, and fields that could hold one. */
function* startingPoints(root: Node, page: ProviderPage, trail: Trail): Generator<Container> {
  const document = root.ownerDocument ?? (root as Document);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node: Node | null = walker.currentNode; node; node = walker.nextNode()) {
    if (isField(node)) {
      if (couldBePart(node.value, page.code)) yield node;
    } else if (node.nodeType === Node.ELEMENT_NODE) {
      const within = rootWithin(node as Element, trail.shadowRootOf);
      if (within) {
        trail.entered(within);
        yield* startingPoints(within, page, trail);
      } else if (node.nodeName.includes('-')) {
        trail.notYetDefined(node as Element);
      }
    } else if (node.nodeType === Node.TEXT_NODE) {
      const text = (node as Text).data;
      // Long texts can't be parts; white space alone starts nothing.
      if (text.length > 256 || !couldBePart(text, page.code) || compact(text) === '') continue;
      const within = node.parentNode as Container;
      if (!elementOf(within).closest(NEVER)) yield within;
    }
  }
}

/** Only a field that nobody can type into shows a code; one for passwords never does. */
function fromField(field: Field, page: ProviderPage): Candidate | undefined {
  if (!(field.readOnly || field.disabled) || field.type === 'password' || field.type === 'hidden')
    return undefined;
  const read = readCode([field.value], page.code);
  return read && { ...read, element: field, parts: [field] };
}

/** Climbs from where text stands to what has a code for its whole text: an element, or a shadow root. */
function fromText(start: Container, page: ProviderPage): Candidate | undefined {
  for (let container: Container | null = start; container; container = around(container)) {
    const texts = textsOf(container, page.code) ?? textsOf(container, page.code, isShown);
    if (!texts) return undefined;
    const read = readCode(
      texts.map(({ text }) => text),
      page.code,
    );
    if (!read) continue;
    if (controlsWithin(container)) return undefined;
    return { ...read, element: elementOf(container), parts: texts.map(({ within }) => elementOf(within)) };
  }
  return undefined;
}

/** What text can stand in directly. */
type Container = Element | ShadowRoot;

const around = ({ parentNode }: Container): Container | null =>
  parentNode && parentNode.nodeType !== Node.DOCUMENT_NODE ? (parentNode as Container) : null;

const elementOf = (container: Container): Element =>
  'host' in container && container.nodeType !== Node.ELEMENT_NODE ? container.host : (container as Element);

const isShown = (within: Container): boolean => elementOf(within).checkVisibility();

interface Piece {
  within: Container;
  text: string;
}

/**
 * The text in something, piece by piece as it is divided between elements, or `undefined` when it is more than a code's.
 * @param counts which texts to count; what a page hides beside a code ("Copied!") is no part of it
 */
function textsOf(
  container: Container,
  shape: CodeShape,
  counts: (within: Container) => boolean = () => true,
): Piece[] | undefined {
  const pieces: Piece[] = [];
  const walker = container.ownerDocument.createTreeWalker(container, NodeFilter.SHOW_TEXT);
  const most = longest(shape);
  let letters = 0;
  let whiteSpace = '';
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { data } = node as Text;
    const within = node.parentNode as Container;
    const size = compact(data).length;
    if (size === 0) {
      whiteSpace += data;
      continue;
    }
    if (UNSEEN.has(within.nodeName) || !counts(within)) continue;
    letters += size;
    if (letters > most || pieces.length === MAX_TEXTS) return undefined;
    const last = pieces.at(-1);
    if (last) last.text += whiteSpace;
    // Text that arrived in bits is one text, as long as nothing else stands between.
    if (last?.within === within && node.previousSibling?.nodeType === Node.TEXT_NODE) last.text += data;
    else pieces.push({ within, text: data });
    whiteSpace = '';
  }
  return pieces;
}

/** Four buttons of four letters each are a toolbar. */
const controlsWithin = (container: Container): boolean => container.querySelectorAll(CONTROL).length > 1;

function judge(
  { code, drawn, element }: Candidate,
  page: ProviderPage,
  { path, afterUserAction, atArrival }: Circumstances,
): FoundCode | undefined {
  const isOnlyForCodes = page.codeOnlyRoute?.test(path) ?? false;
  const reasons: Reason[] = [];
  if (drawn === 'letters') reasons.push('one element a letter');
  if (drawn === 'groups') reasons.push('in groups');
  if (page.codeHints.some((hint) => element.closest(hint) || element.querySelector(hint))) {
    reasons.push('where this provider shows it');
  }
  if (isOnlyForCodes) reasons.push('a page for nothing else');
  if (closestAcross(element, DIALOG)) reasons.push('in a dialog');
  if (isField(element)) reasons.push('a read-only field');
  // By then nothing but its letters speaks for it.
  if (atArrival && reasons.length === 0) reasons.push('there when the page arrived');
  if (!isField(element) && isSetApart(element)) reasons.push('set apart');
  if (afterUserAction) reasons.push('after the user acted');
  if (closestAcross(element, ENTRY) || isInRow(element)) reasons.push('in a list of entries');
  if (closestAcross(element, CONTROL)) reasons.push('inside a control');
  const group = drawn === 'groups' && !page.code.separator ? page.code.group : undefined;
  const likeness = WORD_LIKENESS.get(unlikeWords(code, page.code.alphabet, group));
  if (likeness) reasons.push(likeness);

  const weight = reasons.reduce((sum, reason) => sum + WEIGHT[reason], 0);
  if (weight < LIKELY) return undefined;
  return { code, certainty: weight >= CERTAIN ? 'certain' : 'likely', reasons };
}

const WORD_LIKENESS: ReadonlyMap<number, Reason> = new Map([
  [2, 'unlike any word'],
  [1, 'hardly like a word'],
  [-1, 'like a word'],
]);

/** Marked up or drawn as something to be copied letter by letter. */
function isSetApart(element: Element): boolean {
  if (element.closest(EMPHASIS) ?? element.querySelector(EMPHASIS)) return true;
  const { fontFamily, letterSpacing, userSelect } = getComputedStyle(element);
  return (
    /mono|courier|consolas|menlo/i.test(fontFamily) || letterSpacing !== 'normal' || userSelect === 'all'
  );
}

/** One of several alike beside each other, each of several parts: a list of existing passwords is drawn so. */
function isInRow(element: Element): boolean {
  const kind = (row: Element): string => [...row.children].map(({ nodeName }) => nodeName).join();
  let row: Element | null = element.parentElement;
  for (let up = 0; row && up < 3; up++, row = row.parentElement) {
    if (row.childElementCount < 2 || !row.parentElement) continue;
    const own = kind(row);
    const neighbours = [row.previousElementSibling, row.nextElementSibling];
    if (neighbours.some((other) => other && other.nodeName === row?.nodeName && kind(other) === own))
      return true;
  }
  return false;
}
