import type { CodeForm } from '../../providers/registry/code-form.ts';
import type { WatchedPage } from '../../providers/registry/page-script.ts';
import type { Drawn } from './shape.ts';
import { closestAcross, isField, parentAcross } from './tree.ts';
import { isMasked, type Likeness, wordLikeness } from './word-like.ts';

export type Certainty = 'certain' | 'likely';

/** What speaks for and against a code, and how much. People who debug a page read this. */
export const WEIGHT = {
  letters: 9,
  groups: 3,
  pieces: -1,
  place: 3,
  page: 2,
  dialog: 2,
  field: 2,
  unlike: 2,
  hardly: 1,
  apart: 1,
  acted: 1,
  vague: -1,
  mixed: 1,
  somewhat: -2,
  wordy: -3,
  inline: -1,
  several: -12,
  footer: -9,
  arrival: -2,
  list: -1,
  control: -1,
  row: -1,
  example: -12,
  word: -9,
} as const;
export type Reason = keyof typeof WEIGHT;

const CERTAIN = 4;
const LIKELY = 2;

/** How sure a candidate is, and why. */
export interface Judgement {
  certainty: Certainty;
  /** Never contains the code. */
  reasons: Reason[];
}

export interface Evidence {
  code: string;
  drawn: Drawn;
  /** What has the code for its whole text, or the field. */
  element: Element;
  /** It follows a label in the same text. */
  isInline?: boolean;
  /** Others stand beside it that are drawn alike. */
  isOneOfSeveral?: boolean;
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
const NOT_LABEL = 'button, a[href], summary, [role=button], [role=link], [role=tab], [role^=menuitem]';
export const CONTROL = `${NOT_LABEL}, label`;
const EDITABLE = ':read-write, [role=textbox]:not([aria-readonly=true])';
const FOOTER = 'footer, nav, [role=contentinfo], [role=navigation]';

/** How sure it is that this is an app password just made; `undefined` when it is hardly one. */
export function judge(evidence: Evidence, page: WatchedPage, moment: Moment): Judgement | undefined {
  if (isMasked(evidence.code) || closestAcross(evidence.element, EDITABLE)) return undefined;
  const reasons = reasonsFor(evidence, page, moment);
  const weight = weightOf(reasons);
  if (weight < LIKELY) return undefined;
  // What has no form of its own, follows a label, or could be a word is asked about, whatever else speaks for it.
  const unclear = evidence.drawn === 'run' ? /vague|inline|hardly/ : /vague|inline|somewhat/;
  const isClear = !reasons.some((reason) => unclear.test(reason));
  const isCertain = weight >= CERTAIN && (isClear || reasons.includes('place'));
  return { certainty: isCertain ? 'certain' : 'likely', reasons };
}

/** Words are most of what has the form of a code. They are told without a look at the page. */
export const isHopeless = ({ code, drawn }: Evidence, { code: form }: WatchedPage): boolean =>
  drawn !== 'letters' && /word|example/.test(likenessOf(code, drawn, form));

const likenessOf = (code: string, drawn: Drawn, { alphabet, group }: CodeForm): Likeness =>
  wordLikeness(code, alphabet, drawn === 'groups' ? group : undefined);

export const weightOf = (reasons: readonly Reason[]): number =>
  reasons.reduce((sum, reason) => sum + WEIGHT[reason], 0);

export function reasonsFor(
  { code, drawn, element, isInline, isOneOfSeveral }: Evidence,
  { codeHints, codeOnlyRoute, code: form }: WatchedPage,
  { path, afterUserAction, atArrival }: Moment,
): Reason[] {
  const isInField = isField(element);
  const isInList = closestAcross(element, ENTRY) !== null;
  const isVague = form.varies && (drawn === 'run' || drawn === 'pieces');
  const likeness = likenessOf(code, drawn, form);
  const mixed = isVague && isMixed(code);
  const isWordy =
    drawn !== 'groups' && (likeness === 'somewhat' || (isVague && !mixed && likeness === 'hardly'));
  const ofItsOwn: Observed = {
    letters: drawn === 'letters',
    groups: drawn === 'groups',
    pieces: drawn === 'pieces',
    place: codeHints.some((hint) => element.closest(hint) ?? element.querySelector(hint)),
    page: codeOnlyRoute?.test(path),
    dialog: closestAcross(element, DIALOG) ?? isOverlaid(element),
    field: isInField,
  };
  const observed: Observed = {
    ...ofItsOwn,
    // By then nothing but its letters speaks for it, or it is in a list.
    arrival: atArrival && (isInList || told(ofItsOwn).every((reason) => WEIGHT[reason] < 0)),
    apart: !isInField && isSetApart(element),
    acted: afterUserAction,
    // Names stand there, which are words. Where codes have no form of their own it could be anything.
    list: isInList && (isVague || !afterUserAction),
    row: isVague && isInRow(element),
    // A field may well have a label around it.
    control: closestAcross(element, isInField ? NOT_LABEL : CONTROL),
    footer: closestAcross(element, FOOTER),
    inline: isInline,
    several: isOneOfSeveral,
    // Identifiers of all kinds, where a provider's codes have no form of their own.
    vague: isVague,
    mixed,
    // In groups one code in fifty is somewhat like words; in one run words are, and `TwoFactorAuth` is hardly like one.
    [isWordy ? 'wordy' : likeness]: true,
  };
  return told(observed);
}

type Observed = { [reason in Reason]?: unknown };

const told = (observed: Observed): Reason[] =>
  (Object.keys(observed) as Reason[]).filter((reason) => observed[reason]);

/** Of small letters, capitals and digits, as hardly anything is that people read. */
export const isMixed = (code: string): boolean => [/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(code));

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
