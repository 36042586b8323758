import type { CodeShape, ProviderPage } from '../../providers/registry/types.ts';
import { CONTROL, type Evidence, ITEM, judge, type Moment, type Verdict } from './judge.ts';
import { compact, couldBePart, lengthsOf, longest, readCode, visibleText } from './shape.ts';
import { sieveFor, suspects, UNREAD } from './sieve.ts';
import {
  type Container,
  isCustom,
  isElement,
  ofInterest,
  type Root,
  rootWithin,
  type ShadowRootOf,
} from './tree.ts';
import { elementAround, type Field, isDrawn, isField, isVisible } from './visible.ts';

export interface FoundCode extends Verdict {
  code: string;
  element: Element;
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
  typed: Pick<ReadonlySet<string>, 'has'>;
  /** Codes that were told before. */
  known: ReadonlySet<string>;
}

/** What the finder tells on its way. */
export interface Trail {
  /** Could be a code, but is not painted yet: a dialog fades in without a mutation. */
  notYetVisible: (element: Container) => void;
  /** A custom element that has no shadow root, or none yet. */
  notYetDefined: (element: Element) => void;
  /** Shows a value that nobody can change but a script, which makes no mutation. */
  readOnly: (field: Field) => void;
  /** A tree of its own: what changes in it has to be observed by itself. */
  entered: (root: Root) => void;
  shadowRootOf: ShadowRootOf;
}

/** Beside the code, and no part of it. */
const ASIDE = `${CONTROL}, [hidden], [aria-hidden=true]`;
/** What ends a line of text. By name: to ask for styles would make the browser lay the page out. */
const BREAKS = new Set(
  (
    'BR HR DIV P H1 H2 H3 H4 H5 H6 UL OL LI DL DT DD TABLE SECTION ARTICLE HEADER FOOTER FORM FIELDSET PRE ' +
    'BLOCKQUOTE BUTTON INPUT IMG svg LABEL DETAILS'
  ).split(' '),
);

/** Beyond this many texts in one element it is no code, whatever they are. One element a letter makes 16 to 40. */
const MAX_TEXTS = 64;
/** Beyond so many characters it is no dialog that has come, but a page. */
const PAGEFUL = 4_000;
/** Beyond so many characters a text is no part of a code, white space and all. */
const MAX_PART = 256;

/**
 * The codes that stand in `root`, or around it when it is a part of one: each alone in an element of its own, or on a
 * line of its own. Shadow roots and frames of the same origin within are entered.
 */
export function findCodes(
  root: Node,
  page: ProviderPage,
  circumstances: Circumstances,
  trail: Trail,
): FoundCode[] {
  const found = new Map<string, FoundCode>();
  let moment: Moment = circumstances;
  for (const candidate of candidatesIn(root, page, trail)) {
    const { code, element } = candidate;
    if (circumstances.known.has(code) || circumstances.typed.has(code)) continue;
    // What comes with so much else is a page that has arrived, by itself or inside an application.
    moment = moment.atArrival || isPageful(root) ? { ...circumstances, atArrival: true } : moment;
    const verdict = judge(candidate, page, moment);
    if (!verdict) continue;
    if (!isVisible(candidate.parts)) trail.notYetVisible(element);
    else if (found.get(code)?.certainty !== 'certain') found.set(code, { code, element, ...verdict });
  }
  return [...found.values()];
}

const isPageful = (root: Node): boolean => (root.textContent?.length ?? 0) > PAGEFUL;

export interface Candidate extends Evidence {
  /** What has to be seen of it. */
  parts: readonly (Text | Field)[];
}

/** Everything in `root` of the provider's shape, whatever speaks for or against it. */
export function* candidatesIn(root: Node, page: ProviderPage, trail: Trail): Generator<Candidate> {
  if (isField(root)) {
    yield* fromField(root, page, trail);
    return;
  }
  if (root.nodeType === Node.TEXT_NODE) {
    if (couldBePart((root as Text).data, page.code)) yield* around(root, page);
    return;
  }
  const within = root as Element | Root;
  yield* fromText(within, page, trail);
  for (const element of ofInterest(within)) {
    if (isField(element)) {
      yield* fromField(element, page, trail);
      continue;
    }
    const inside = rootWithin(element, trail.shadowRootOf);
    if (inside) {
      trail.entered(inside);
      yield* candidatesIn(inside, page, trail);
    } else if (isCustom(element)) trail.notYetDefined(element);
  }
}

/** Only a field that nobody can type into shows a code; one for passwords never does. */
function* fromField(field: Field, { code: shape }: ProviderPage, trail: Trail): Generator<Candidate> {
  if (!(field.readOnly || field.disabled) || field.type === 'password' || field.type === 'hidden') return;
  trail.readOnly(field);
  const code = readCode([field.value], shape);
  if (code) yield { ...code, element: field, parts: [field] };
}

function* fromText(root: Element | Root, page: ProviderPage, trail: Trail): Generator<Candidate> {
  const { code: shape } = page;
  const container = root.nodeType === Node.DOCUMENT_NODE ? (root as Document).body : (root as Container);
  if (!container || UNREAD.has(container.nodeName)) return;
  const text = visibleText(container.textContent ?? '');
  const sieve = sieveFor(shape);
  if (!sieve.test(text)) {
    if (couldBePart(text, shape) && compact(text)) yield* around(container, page);
    return;
  }
  for (const suspect of suspects(container, sieve)) {
    let isCode = false;
    for (const candidate of read(suspect, shape)) {
      isCode = true;
      yield candidate;
    }
    // What a page hides beside a code is told from it only when the code itself is not hidden.
    if (!isCode && isElement(suspect) && suspect.childElementCount < MAX_TEXTS && !isDrawn(suspect))
      trail.notYetVisible(suspect);
  }
}

/** The code that this is a part of: letters and groups may come one after the other. */
function* around(part: Node, { code: shape }: ProviderPage): Generator<Candidate> {
  const [fewest] = lengthsOf(shape);
  let inside = part;
  for (let up = part.parentNode; up && up.nodeType !== Node.DOCUMENT_NODE; up = up.parentNode) {
    if (UNREAD.has(up.nodeName)) return;
    const container = up as Container;
    const texts = textsBetween(container.firstChild, container.lastChild, shape);
    if (!texts) {
      yield* readLine(lineAround(inside), container, shape);
      return;
    }
    if (compact(joined(texts)).length >= fewest) {
      yield* read(container, shape);
      return;
    }
    inside = container;
  }
}

type Line = readonly [first: Node | null, last: Node | null];

/** What has a code for its whole text, or for that of one of its lines. */
function* read(container: Container, shape: CodeShape): Generator<Candidate> {
  const whole: Line = [container.firstChild, container.lastChild];
  const code = readBetween(whole, shape);
  if (code) {
    yield grown({ ...code, element: elementOf(container) }, container, shape);
    return;
  }
  for (let first = container.firstChild; first; ) {
    const line = lineAround(first);
    if (line[1] !== whole[1] || line[0] !== whole[0]) yield* readLine(line, container, shape);
    first = line[1]?.nextSibling ?? null;
    while (first && BREAKS.has(first.nodeName)) first = first.nextSibling;
  }
}

function* readLine(line: Line, container: Container, shape: CodeShape): Generator<Candidate> {
  const code = readBetween(line, shape);
  if (code) yield { ...code, element: elementOf(container) };
}

/** A code whose length varies can go on outside the element that has enough of it. */
function grown(candidate: Candidate, within: Container, shape: CodeShape): Candidate {
  if (typeof shape.length === 'number') return candidate;
  let most = candidate;
  for (let out = within.parentNode; out && out.nodeType !== Node.DOCUMENT_NODE; out = out.parentNode) {
    const code = readBetween([out.firstChild, out.lastChild], shape);
    if (!code) break;
    if (code.code.length > most.code.length) most = { ...code, element: elementOf(out as Container) };
  }
  return most;
}

/** The nodes beside each other that are drawn on one line with this one. */
function lineAround(node: Node): Line {
  if (BREAKS.has(node.nodeName)) return [node, node];
  let [first, last] = [node, node];
  while (first.previousSibling && !BREAKS.has(first.previousSibling.nodeName)) first = first.previousSibling;
  while (last.nextSibling && !BREAKS.has(last.nextSibling.nodeName)) last = last.nextSibling;
  return [first, last];
}

interface Piece {
  /** More than one where text arrived in bits. */
  nodes: Text[];
  text: string;
}

/** The whole text of these nodes as a code, or what is left of it without what stands aside, or is hidden. */
function readBetween(
  [first, last]: Line,
  shape: CodeShape,
): Pick<Candidate, 'code' | 'drawn' | 'parts'> | undefined {
  const all = textsBetween(first, last);
  if (!all || all.length === 0) return undefined;
  const sieve = sieveFor(shape);
  if (!sieve.test(visibleText(joined(all)))) return undefined;
  const within = first?.parentNode as Container;
  const ways: (() => Piece[])[] = [
    () => all,
    () => all.filter((piece) => !isAside(elementOfPiece(piece), within)),
    () => all.filter((piece) => isDrawn(elementOfPiece(piece))),
  ];
  for (const way of ways) {
    const pieces = way();
    if (pieces.length === 0 || spreadOver(pieces, CONTROL) > 1 || spreadOver(pieces, ITEM) > 1) continue;
    const code = readCode(
      pieces.map(({ text }) => text),
      shape,
    );
    if (code) return { ...code, parts: pieces.flatMap(({ nodes }) => nodes) };
  }
  return undefined;
}

/**
 * The texts from `first` to `last`, as they are divided between elements, or `undefined` when there are too many.
 * @param only `undefined` also when there is anything that can't be part of such a code
 */
function textsBetween(first: Node | null, last: Node | null, only?: CodeShape): Piece[] | undefined {
  const pieces: Piece[] = [];
  let whiteSpace = '';
  let letters = 0;
  for (let node = first; node; node = next(node, last)) {
    if (node.nodeType !== Node.TEXT_NODE) continue;
    const { data } = node as Text;
    if (compact(data) === '') {
      whiteSpace += data;
      continue;
    }
    if (UNREAD.has(node.parentNode?.nodeName ?? '')) continue;
    if (pieces.length === MAX_TEXTS || data.length > MAX_PART) return undefined;
    if (only) {
      letters += compact(data).length;
      if (letters > longest(only) || !couldBePart(data, only)) return undefined;
    }
    const piece = pieces.at(-1);
    if (piece) piece.text += whiteSpace;
    whiteSpace = '';
    // Text that arrived in bits is one text, as long as nothing else stands between.
    if (piece && node.previousSibling === piece.nodes.at(-1)) {
      piece.text += data;
      piece.nodes.push(node as Text);
    } else pieces.push({ nodes: [node as Text], text: data });
  }
  return pieces;
}

/** In document order, to the end of `last`. */
function next(node: Node, last: Node | null): Node | null {
  if (node.firstChild && !UNREAD.has(node.nodeName)) return node.firstChild;
  for (let up: Node | null = node; up; up = up.parentNode) {
    if (up === last) return null;
    if (up.nextSibling) return up.nextSibling;
  }
  return null;
}

const joined = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join('');

const elementOf = (container: Container): Element =>
  isElement(container) ? container : (container as ShadowRoot).host;

const elementOfPiece = ({ nodes: [text] }: Piece): Element => elementAround(text as Text) as Element;

function isAside(element: Element, within: Container): boolean {
  const aside = element.closest(ASIDE);
  return aside !== null && aside !== within && within.contains(aside);
}

/** How many of these the texts are spread over: four buttons of four letters each are a toolbar. */
const spreadOver = (pieces: readonly Piece[], selector: string): number =>
  new Set(pieces.map((piece) => elementOfPiece(piece).closest(selector))).size;
