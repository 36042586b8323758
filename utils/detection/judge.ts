import type { ProviderPage } from '../../providers/registry/types.ts';
import type { Drawn } from './shape.ts';
import { closestAcross, parentAcross } from './tree.ts';
import { isField } from './visible.ts';
import { isMasked, wordLikeness } from './word-like.ts';

export type Certainty = 'certain' | 'likely';

/** What speaks for and against a code, and how much. People who debug a page read this. */
const WEIGHT = {
  letters: 9,
  groups: 3,
  place: 3,
  page: 2,
  dialog: 2,
  field: 2,
  unlike: 2,
  hardly: 1,
  apart: 1,
  acted: 1,
  vague: -1,
  somewhat: -1,
  arrival: -2,
  list: -2,
  control: -1,
  row: -3,
  example: -6,
  word: -9,
} as const;
export type Reason = keyof typeof WEIGHT;

const CERTAIN = 4;
const LIKELY = 2;

export interface Verdict {
  certainty: Certainty;
  /** Never contains the code. */
  reasons: Reason[];
}

export interface Evidence {
  code: string;
  drawn: Drawn;
  /** What has the code for its whole text, or the field. */
  element: Element;
}

/** When it is judged. */
export interface Moment {
  /** The page's path. */
  path: string;
  afterUserAction: boolean;
  atArrival: boolean;
}

const DIALOG = 'dialog, [role$=dialog], [aria-modal=true], [popover]';
const EMPHASIS = 'code, kbd, samp, output, pre, strong, b, mark';
export const ITEM = 'li, [role=listitem], [role=option], [role=row]';
const ENTRY = `${ITEM}, tr`;
const NOT_LABEL = 'button, a[href], summary, :is([role=button], [role=link], [role=tab], [role=menuitem])';
export const CONTROL = `${NOT_LABEL}, label`;
const EDITABLE = '[contenteditable]:not([contenteditable=false]), [role=textbox]';

/** How sure it is that this is an app password just made; `undefined` when it is hardly one. */
export function judge(evidence: Evidence, page: ProviderPage, moment: Moment): Verdict | undefined {
  if (isMasked(evidence.code) || closestAcross(evidence.element, EDITABLE)) return undefined;
  const reasons = reasonsFor(evidence, page, moment);
  const weight = weightOf(reasons);
  if (weight < LIKELY) return undefined;
  // What has no form of its own is asked about, whatever else speaks for it.
  const isCertain = weight >= CERTAIN && (!reasons.includes('vague') || reasons.includes('place'));
  return { certainty: isCertain ? 'certain' : 'likely', reasons };
}

export const weightOf = (reasons: readonly Reason[]): number =>
  reasons.reduce((sum, reason) => sum + WEIGHT[reason], 0);

export function reasonsFor(
  { code, drawn, element }: Evidence,
  page: ProviderPage,
  { path, afterUserAction, atArrival }: Moment,
): Reason[] {
  const reasons: Reason[] = [];
  if (drawn === 'letters') reasons.push('letters');
  if (drawn === 'groups') reasons.push('groups');
  if (page.codeHints.some((hint) => element.closest(hint) || element.querySelector(hint))) {
    reasons.push('place');
  }
  if (page.codeOnlyRoute?.test(path)) reasons.push('page');
  if (closestAcross(element, DIALOG) || isOverlaid(element)) reasons.push('dialog');
  if (isField(element)) reasons.push('field');
  // By then nothing but its letters speaks for it.
  if (atArrival && reasons.length === 0) reasons.push('arrival');
  if (!isField(element) && isSetApart(element)) reasons.push('apart');
  if (afterUserAction) reasons.push('acted');
  if (closestAcross(element, ENTRY)) reasons.push('list');
  if (isInRow(element)) reasons.push('row');
  // A field may well have a label around it.
  if (closestAcross(element, isField(element) ? NOT_LABEL : CONTROL)) reasons.push('control');
  // Identifiers of all kinds, where a provider's codes have no form of their own.
  if (drawn === 'run' && typeof page.code.length !== 'number') reasons.push('vague');
  const group = drawn === 'groups' && !page.code.separator ? page.code.group : undefined;
  const likeness = wordLikeness(code, page.code.alphabet, group);
  reasons.push(likeness);
  // Four words of four letters are like no word as a whole.
  if (drawn === 'groups' && likeness === 'somewhat') reasons.push('vague');
  return reasons;
}

/** Laid over the page: what a dialog is to the eye, whatever it is called. */
function isOverlaid(element: Element): boolean {
  for (let box: Element | null = element; box && box.nodeName !== 'BODY'; box = parentAcross(box)) {
    const { position, zIndex } = getComputedStyle(box);
    if (position === 'fixed' || (position === 'absolute' && Number(zIndex) > 0)) return true;
  }
  return false;
}

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
