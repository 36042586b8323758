import type { ProviderPage } from '../../providers/registry/types.ts';
import { compact, couldBePart, type Drawn, longest, readCode } from './shape.ts';
import { type Field, isField, isVisible } from './visible.ts';

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
  /** What the user typed on this page, compacted. A page likes to repeat it beside the code. */
  typed: ReadonlySet<string>;
}

const WEIGHT = {
  'one element a letter': 3,
  'in groups': 3,
  'where this provider shows it': 3,
  'a page for nothing else': 3,
  'in a dialog': 2,
  'a read-only field': 2,
  emphasised: 1,
  'after the user acted': 1,
  'in a list of entries': -2,
  'inside a control': -2,
} as const;
export type Reason = keyof typeof WEIGHT;

const CERTAIN = 3;
const LIKELY = 1;

const DIALOG = 'dialog, [role="dialog"], [role="alertdialog"], [aria-modal="true"]';
const EMPHASIS = 'code, kbd, samp, output, pre, strong, b, mark';
const ENTRY = 'li, tr, [role="listitem"], [role="row"], [role="option"]';
const CONTROL =
  'button, a[href], select, label, summary, [role="button"], [role="link"], [role="tab"], [role="menuitem"]';
const NEVER = 'script, style, noscript, template, select, [contenteditable=""], [contenteditable="true"]';

/** Beyond this many texts in one element it is no code, whatever they are. One element a letter makes 16 to 40. */
const MAX_TEXTS = 64;

/**
 * The codes that stand in `root`, or around it when it is a part of one: each alone in an element of its own.
 * What matches but is not painted yet is handed to `notYetVisible`, since a dialog fades in without a mutation.
 */
export function findCodes(
  root: Node,
  page: ProviderPage,
  circumstances: Circumstances,
  notYetVisible: (element: Element) => void = () => {},
): FoundCode[] {
  const found = new Map<string, FoundCode>();
  const seen = new Set<Element>();
  for (const start of startingPoints(root, page)) {
    const candidate = isField(start) ? fromField(start, page) : fromText(start, page);
    if (!candidate || seen.has(candidate.element)) continue;
    seen.add(candidate.element);
    if (circumstances.typed.has(candidate.code)) continue;
    if (!isVisible(candidate.parts)) {
      notYetVisible(candidate.element);
      continue;
    }
    const judged = judge(candidate, page, circumstances);
    if (!judged) continue;
    const rival = found.get(candidate.code);
    if (rival?.certainty !== 'certain') found.set(candidate.code, judged);
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

/** Elements directly around text that could be a part of a code, and fields that could hold one. */
function* startingPoints(root: Node, page: ProviderPage): Generator<Element> {
  const document = root.ownerDocument ?? (root as Document);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node: Node | null = walker.currentNode; node; node = walker.nextNode()) {
    if (isField(node)) {
      if (couldBePart(node.value, page.code)) yield node;
    } else if (node.nodeType === Node.TEXT_NODE) {
      const text = (node as Text).data;
      // Long texts can't be parts; white space alone starts nothing.
      if (text.length <= 256 && couldBePart(text, page.code) && compact(text) !== '') {
        if (node.parentElement && !node.parentElement.closest(NEVER)) yield node.parentElement;
      }
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

/** Climbs from an element with text to the one whose whole text is a code. */
function fromText(start: Element, page: ProviderPage): Candidate | undefined {
  for (let element: Element | null = start; element; element = element.parentElement) {
    const texts = textsOf(element, longest(page.code));
    if (!texts) return undefined;
    const read = readCode([...texts.values()], page.code);
    if (read) return controlsWithin(element) ? undefined : { ...read, element, parts: [...texts.keys()] };
  }
  return undefined;
}

/** The element's text by the elements directly around it, or `undefined` when it is more than a code's. */
function textsOf(element: Element, length: number): Map<Element, string> | undefined {
  const texts = new Map<Element, string>();
  const walker = element.ownerDocument.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let letters = 0;
  let whiteSpace = '';
  let last: Element | undefined;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { data, parentElement } = node as Text;
    if (!parentElement) continue;
    const size = compact(data).length;
    if (size === 0) {
      whiteSpace += data;
      continue;
    }
    letters += size;
    if (letters > length || texts.size === MAX_TEXTS) return undefined;
    if (last && whiteSpace) texts.set(last, texts.get(last) + whiteSpace);
    texts.set(parentElement, (texts.get(parentElement) ?? '') + data);
    last = parentElement;
    whiteSpace = '';
  }
  return texts;
}

/** Four buttons of four letters each are a toolbar. */
const controlsWithin = (element: Element): boolean => element.querySelectorAll(CONTROL).length > 1;

function judge(
  { code, drawn, element }: Candidate,
  page: ProviderPage,
  { path, afterUserAction }: Circumstances,
): FoundCode | undefined {
  const reasons: Reason[] = [];
  if (drawn === 'letters') reasons.push('one element a letter');
  if (drawn === 'groups') reasons.push('in groups');
  if (page.codeHints.some((hint) => element.closest(hint) || element.querySelector(hint))) {
    reasons.push('where this provider shows it');
  }
  if (page.codeOnlyRoute?.test(path)) reasons.push('a page for nothing else');
  if (element.closest(DIALOG)) reasons.push('in a dialog');
  if (isField(element)) reasons.push('a read-only field');
  if (element.closest(EMPHASIS) ?? element.querySelector(EMPHASIS)) reasons.push('emphasised');
  if (afterUserAction) reasons.push('after the user acted');
  if (element.closest(ENTRY)) reasons.push('in a list of entries');
  if (element.closest(CONTROL)) reasons.push('inside a control');

  const weight = reasons.reduce((sum, reason) => sum + WEIGHT[reason], 0);
  if (weight < LIKELY) return undefined;
  return { code, certainty: weight >= CERTAIN ? 'certain' : 'likely', reasons };
}
