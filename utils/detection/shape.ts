import type { CodeForm } from '../../providers/registry/code-form.ts';

/**
 * How the code is drawn. `letters`: an element for each. `groups`: gaps of white space, or an element a group.
 * `run`: nothing between the letters, which an ordinary long word shares. `pieces`: a run that is cut up by chance.
 */
export type Drawn = 'letters' | 'groups' | 'run' | 'pieces';

/** Takes part in no code: soft hyphens, zero-width characters, direction marks, variation selectors … */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
const HYPHENS = /[\u2010-\u2015]/g;
const NOT_PLAIN = /[^\0-\x7f]/;

/** Most text has nothing invisible, and then costs no more than a look. */
export const visibleText = (text: string): string =>
  NOT_PLAIN.test(text) ? text.replace(INVISIBLE, '').replace(HYPHENS, '-') : text;

/** The text as it would be used: without invisible characters and white space of any kind. */
export const compact = (text: string): string => visibleText(text).replace(/\s+/g, '');

/** Whether the text could be a part of such a code. White space is allowed, other characters are not. */
export const couldBePart = (text: string, { part }: CodeForm): boolean => part.test(visibleText(text));

/** Quotation marks, brackets, an icon, a full stop. */
const AROUND = /^[^\p{L}\p{N}-]+|(?<![^\p{L}\p{N}-])[^\p{L}\p{N}-]+$/gu;
const NOT_A_STOP = /^[^\p{L}\p{N}-]+|(?<![^\p{L}\p{N}\p{Po}-])[^\p{L}\p{N}\p{Po}-]+$/gu;

/**
 * Reads the texts of one element, one for each element directly around text, as a code.
 *
 * The grouping is checked before white space goes: two words that happen to have sixteen letters between them
 * ("password strength") are no code.
 */
export function readCode(
  texts: readonly string[],
  { whole, isSeparated, grouped, varies }: CodeForm,
): { code: string; drawn: Drawn } | undefined {
  // Where the length varies a sentence's last word could pass for the code's last group.
  const around = varies ? NOT_A_STOP : AROUND;
  const words = (text: string): string[] =>
    visibleText(text).replace(around, '').split(/\s+/).filter(Boolean);
  const together = words(texts.join(''));
  const code = together.join('');
  if (!whole.test(code)) return undefined;
  const parts = texts.map((text) => words(text).join('')).filter(Boolean);
  if (parts.length > 1 && parts.every((part) => part.length === 1)) return { code, drawn: 'letters' };
  // The separators are the grouping, whatever else stands between the parts.
  if (isSeparated) return { code, drawn: 'groups' };
  if (parts.length === 1 && together.length === 1) return { code, drawn: 'run' };
  // An element, or a line, is a gap as well as white space is.
  const isGrouped = [together, texts.flatMap(words)].some((some) => grouped?.test(some.join(' ')));
  if (isGrouped) return { code, drawn: 'groups' };
  return together.length === 1 ? { code, drawn: 'pieces' } : undefined;
}
