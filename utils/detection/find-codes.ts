import type { CodeForm } from '../../providers/registry/code-form.ts';
import type { WatchedPage } from '../../providers/registry/page-script.ts';
import {
  type Certainty,
  CONTROL,
  type Evidence,
  ITEM,
  isHopeless,
  isMixed,
  judge,
  type Moment,
  type Reason,
} from './judge.ts';
import { compact, couldBePart, readCode, visibleText } from './shape.ts';
import { suspects, UNREAD } from './sieve.ts';
import {
  type Container,
  type Field,
  isCustom,
  isDocument,
  isElement,
  isField,
  isText,
  ofInterest,
  parentAcross,
  type Root,
  rootWithin,
  type ShadowRootOf,
} from './tree.ts';
import type { Typed } from './typed.ts';
import { isDrawn, isVisible } from './visible.ts';
import { wordLikeness } from './word-like.ts';

/** In the words of a capture: `code` says how sure it is that this is one. */
export interface FoundCode {
  password: string;
  code: Certainty;
  /** Never contain the code. */
  reasons: Reason[];
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
  typed: Pick<Typed, 'has' | 'noteAll'>;
  /** Codes that were told before. */
  known: ReadonlySet<string>;
}

/** What the finder tells on its way. */
export interface Trail {
  /** Could be a code, but is not painted yet: a dialog fades in without a mutation. */
  notYetVisible: (element: Container) => void;
  /** Stands on the page from the start, and is none. */
  old: (code: string) => void;
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
 * The codes that stand in these places, or around them where they are parts of one: each alone in an element of its own,
 * or on a line of its own. Shadow roots and frames of the same origin within are entered.
 */
export function findCodes(
  places: Iterable<Node>,
  page: WatchedPage,
  circumstances: Circumstances,
  trail: Trail,
): FoundCode[] {
  const { known, typed } = circumstances;
  /** Typed before anyone watched, or put back by the browser. Asked for once, and only where there is a candidate. */
  let isNoted = false;
  const isTyped = (code: string): boolean => {
    if (!isNoted) typed.noteAll();
    isNoted = true;
    return typed.has(code);
  };
  const candidates: { candidate: Candidate; moment: Moment }[] = [];
  for (const place of places) {
    let moment: Moment | undefined;
    try {
      for (const candidate of candidatesIn(place, page, trail)) {
        const { code } = candidate;
        if (isHopeless(candidate, page) || known.has(code) || isTyped(code)) continue;
        // What comes with so much else is a page that has arrived, by itself or inside an application.
        moment ??= { ...circumstances, atArrival: circumstances.atArrival || isPageful(place) };
        candidates.push({ candidate, moment });
      }
    } catch {
      // A page can give its elements properties under which none of this works. The rest of it is looked at all the same.
    }
  }
  const couldBe = candidates.flatMap(({ candidate, moment }) => {
    const alone = judge(candidate, page, moment);
    if (alone) return [{ candidate, moment, alone }];
    // A name in a list is no code either where the page repeats it later.
    if (circumstances.atArrival && isVisible(candidate.parts)) trail.old(candidate.code);
    return [];
  });
  const found = new Map<string, FoundCode>();
  for (const { candidate, moment, alone } of couldBe) {
    const { code, element } = candidate;
    const isOneOfSeveral = couldBe.some(
      ({ candidate: other }) => other.code !== code && areAlike(other.element, element),
    );
    const judgement = isOneOfSeveral ? judge({ ...candidate, isOneOfSeveral }, page, moment) : alone;
    if (!judgement) continue;
    if (!isVisible(candidate.parts)) trail.notYetVisible(element);
    else if (found.get(code)?.code !== 'certain')
      found.set(code, { password: code, code: judgement.certainty, reasons: judgement.reasons, element });
  }
  return [...found.values()];
}

/** Beside each other, and the same: a list of recovery codes, of devices with their numbers. */
const areAlike = (one: Element, other: Element): boolean =>
  one.nodeName === other.nodeName &&
  (one.parentElement === other.parentElement ||
    (one.parentElement?.nodeName === other.parentElement?.nodeName &&
      one.parentElement?.parentElement === other.parentElement?.parentElement));

const isPageful = (root: Node): boolean => (root.textContent?.length ?? 0) > PAGEFUL;

export interface Candidate extends Evidence {
  /** What has to be seen of it. */
  parts: readonly (Text | Field)[];
}

/** Everything in `root` of the provider's shape, whatever speaks for or against it. */
export function* candidatesIn(root: Node, page: WatchedPage, trail: Trail): Generator<Candidate> {
  if (isField(root)) {
    yield* fromField(root, page, trail);
    return;
  }
  if (isText(root)) {
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
function* fromField(field: Field, { code: form }: WatchedPage, trail: Trail): Generator<Candidate> {
  if (!(field.readOnly || field.disabled) || field.type === 'password' || field.type === 'hidden') return;
  trail.readOnly(field);
  const code = readCode([field.value], form);
  if (code) yield { ...code, element: field, parts: [field] };
}

function* fromText(root: Element | Root, page: WatchedPage, trail: Trail): Generator<Candidate> {
  const { code: form } = page;
  const container = isDocument(root) ? (root as Document).body : (root as Container);
  if (!container || UNREAD.has(container.nodeName)) return;
  const text = visibleText(container.textContent ?? '');
  if (!form.sieve.test(text)) {
    if (couldBePart(text, form) && compact(text)) yield* around(container, page);
    return;
  }
  for (const suspect of suspects(container, form.sieve)) {
    let isCode = false;
    for (const candidate of read(suspect, form)) {
      isCode = true;
      yield candidate;
    }
    // What a page hides beside a code is told from it only when the code itself is not hidden.
    if (!isCode && isElement(suspect) && suspect.childElementCount < MAX_TEXTS && !isDrawn(suspect))
      trail.notYetVisible(suspect);
  }
}

/** The code that this is a part of: letters and groups may come one after the other. */
function* around(part: Node, { code: form }: WatchedPage): Generator<Candidate> {
  let inside = part;
  for (let up = part.parentNode; up && !isDocument(up); up = up.parentNode) {
    if (UNREAD.has(up.nodeName)) return;
    const container = up as Container;
    const texts = textsBetween(container.firstChild, container.lastChild, form);
    if (!texts) {
      yield* readLine(lineAround(inside), container, form);
      return;
    }
    if (compact(joined(texts)).length >= form.fewest) {
      yield* read(container, form);
      return;
    }
    inside = container;
  }
}

type Line = readonly [first: Node | null, last: Node | null];

/** What has a code for its whole text, or for that of one of its lines. */
function* read(container: Container, form: CodeForm): Generator<Candidate> {
  const whole: Line = [container.firstChild, container.lastChild];
  const code = readBetween(whole, form);
  if (code) {
    yield grown({ ...code, element: elementOf(container) }, container, form);
    return;
  }
  for (let first = container.firstChild; first; ) {
    const line = lineAround(first);
    if (line[1] !== whole[1] || line[0] !== whole[0]) yield* readLine(line, container, form);
    first = line[1]?.nextSibling ?? null;
    while (first && BREAKS.has(first.nodeName)) first = first.nextSibling;
  }
}

function* readLine(line: Line, container: Container, form: CodeForm): Generator<Candidate> {
  const code = readBetween(line, form);
  if (code) yield { ...code, element: elementOf(container) };
}

/** A code whose length varies can go on outside the element that has enough of it. */
function grown(candidate: Candidate, within: Container, form: CodeForm): Candidate {
  if (!form.varies) return candidate;
  let most = candidate;
  for (let out = within.parentNode; out && !isDocument(out); out = out.parentNode) {
    const pieces = textsBetween(out.firstChild, out.lastChild, form);
    // In elements alike, or a word beside it that has some letters of its own would go along.
    if (!pieces || new Set(pieces.map((piece) => elementOfPiece(piece).nodeName)).size > 1) break;
    const texts = pieces.map(({ text }) => text.trim());
    const code = texts.some((text) => /\s/.test(text)) ? undefined : readCode(texts, form);
    if (!code || code.drawn === 'pieces') break;
    const parts = pieces.flatMap(({ nodes }) => nodes);
    if (code.code.length > most.code.length) most = { ...code, parts, element: elementOf(out as Container) };
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

/** The whole text of these nodes as a code, or what is left of it without what stands beside it, or is hidden. */
function readBetween([first, last]: Line, form: CodeForm): Omit<Candidate, 'element'> | undefined {
  const all = textsBetween(first, last);
  if (!all?.[0]) return undefined;
  if (!form.sieve.test(visibleText(joined(all)))) return undefined;
  const within = first?.parentNode as Container;
  const ways: (() => Piece[])[] = [
    () => all,
    () => all.filter((piece) => !isAside(elementOfPiece(piece), within)),
    // An icon drawn by letters, a word in a tooltip, a label.
    () => all.filter((piece) => elementOfPiece(piece) === elementOf(within)),
    () => all.slice(0, -1),
    () => all.slice(1),
    () => all.filter((piece) => isDrawn(elementOfPiece(piece))),
  ];
  let cutUp: Omit<Candidate, 'element'> | undefined;
  for (const [n, way] of ways.entries()) {
    const pieces = way();
    if (pieces.length === 0 || spreadOver(pieces, CONTROL) > 1 || spreadOver(pieces, ITEM) > 1) continue;
    const code = readCode(
      pieces.map(({ text }) => text),
      form,
    );
    const read = code && { ...code, parts: pieces.flatMap(({ nodes }) => nodes) };
    if (read && read.drawn !== 'pieces') return read;
    // A label and a number are two things, and what is left when something is taken away is no run that was cut up.
    const isLabel = ({ text }: Piece): boolean =>
      text.trim().length > 4 && wordLikeness(text.trim(), form.alphabet) === 'word';
    if (n < 2 && !(form.varies && pieces.some(isLabel))) cutUp ??= read;
  }
  if (cutUp) return cutUp;
  const afterLabel = /[:：]([^:：]+)$/.exec(all.length === 1 ? all[0].text : '')?.[1];
  const code = afterLabel && readCode([afterLabel], form);
  // Where codes have no form of their own, what follows a label can be any number or name.
  if (!code || (form.varies && !isMixed(code.code))) return undefined;
  return { ...code, parts: all[0].nodes, isInline: true };
}

/**
 * The texts from `first` to `last`, as they are divided between elements, or `undefined` when there are too many.
 * @param only `undefined` also when there is anything that can't be part of such a code
 */
function textsBetween(first: Node | null, last: Node | null, only?: CodeForm): Piece[] | undefined {
  const pieces: Piece[] = [];
  let whiteSpace = '';
  let letters = 0;
  for (let node = first; node; node = next(node, last)) {
    if (!isText(node)) continue;
    const { data } = node as Text;
    if (compact(data) === '') {
      whiteSpace += data;
      continue;
    }
    if (UNREAD.has(node.parentNode?.nodeName ?? '')) continue;
    if (pieces.length === MAX_TEXTS || data.length > MAX_PART) return undefined;
    if (only) {
      letters += compact(data).length;
      if (letters > only.longest || !couldBePart(data, only)) return undefined;
    }
    const piece = pieces.at(-1);
    if (piece) piece.text += whiteSpace;
    whiteSpace = '';
    // Text that arrived in bits is one text, as long as no element stands between.
    if (piece && isBeside(node, piece.nodes.at(-1) as Text)) {
      piece.text += data;
      piece.nodes.push(node as Text);
    } else pieces.push({ nodes: [node as Text], text: data });
  }
  return pieces;
}

/** Whether nothing but comments stands between; applications leave some there. */
function isBeside(node: Node, before: Node): boolean {
  let previous = node.previousSibling;
  while (previous?.nodeType === Node.COMMENT_NODE) previous = previous.previousSibling;
  return previous === before;
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

const elementOfPiece = ({ nodes: [text] }: Piece): Element => parentAcross(text as Text) as Element;

function isAside(element: Element, within: Container): boolean {
  const aside = element.closest(ASIDE);
  return aside !== null && aside !== within && within.contains(aside);
}

/** How many of these the texts are spread over: four buttons of four letters each are a toolbar. */
const spreadOver = (pieces: readonly Piece[], selector: string): number =>
  new Set(pieces.map((piece) => elementOfPiece(piece).closest(selector))).size;
