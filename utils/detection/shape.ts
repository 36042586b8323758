import type { CodeShape } from '../../providers/registry/types.ts';

/**
 * How the code is drawn. `letters`: an element for each. `groups`: gaps of white space, or an element a group.
 * `run`: nothing between the letters, which an ordinary long word shares.
 */
export type Drawn = 'letters' | 'groups' | 'run';

/** Takes part in no code: soft hyphens, zero-width characters, direction marks, variation selectors … */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

const NOT_PLAIN = /[^\0-\x7f]/;
NOT_PLAIN.test('');

/** Most text has nothing invisible, and then costs no more than a look. */
export const visibleText = (text: string): string =>
  NOT_PLAIN.test(text) ? text.replace(INVISIBLE, '') : text;

/** The text as it would be used: without invisible characters and white space of any kind. */
export const compact = (text: string): string => visibleText(text).replace(/\s+/g, '');

const alphabets = new Map<CodeShape, RegExp>();

/** Whether the text could be a part of such a code. White space is allowed, other characters are not. */
export function couldBePart(text: string, shape: CodeShape): boolean {
  let pattern = alphabets.get(shape);
  if (!pattern) {
    pattern = new RegExp(`^[${shape.alphabet}\\s${shape.separator ? `\\${shape.separator}` : ''}]*$`);
    alphabets.set(shape, pattern);
  }
  return pattern.test(visibleText(text));
}

/** The fewest and the most characters of a code, separators not counted. */
export const lengthsOf = ({ length }: CodeShape): readonly [fewest: number, most: number] =>
  typeof length === 'number' ? [length, length] : length;

/** The most characters a code can have, separators counted. */
export function longest(shape: CodeShape): number {
  const [, most] = lengthsOf(shape);
  return shape.separator && shape.group ? most + Math.ceil(most / shape.group) - 1 : most;
}

/**
 * Reads the texts of one element, one for each element directly around text, as a code.
 *
 * The grouping is checked before white space goes: two words that happen to have sixteen letters between them
 * ("password strength") are no code, in one text or in two elements side by side.
 */
export function readCode(
  texts: readonly string[],
  shape: CodeShape,
): { code: string; drawn: Drawn } | undefined {
  const code = compact(texts.join(''));
  if (!couldBePart(code, shape)) return undefined;
  const [fewest, most] = lengthsOf(shape);
  const letters = shape.separator ? code.replaceAll(shape.separator, '') : code;
  if (letters.length < fewest || letters.length > most) return undefined;

  const parts = texts.map(compact).filter(Boolean);
  const areLetters = parts.length > 1 && parts.every((part) => part.length === 1);
  if (shape.separator) {
    // The separators are the grouping, whatever else stands between the parts.
    if (!areGroups(code.split(shape.separator), shape)) return undefined;
    return { code, drawn: areLetters ? 'letters' : 'groups' };
  }
  if (areLetters) return { code, drawn: 'letters' };

  const words = visibleText(texts.join('')).trim().split(/\s+/);
  const drawnParts = words.length > 1 ? words : parts;
  if (drawnParts.length === 1) return { code, drawn: 'run' };
  return areGroups(drawnParts, shape) ? { code, drawn: 'groups' } : undefined;
}

/** All of the group's size; the last holds what is left, which is more where the length varies. */
function areGroups(parts: readonly string[], shape: CodeShape): boolean {
  const { group, length } = shape;
  const [fewest] = lengthsOf(shape);
  // `Your Thoughts` is no code of twelve in groups of four.
  if (group === undefined || parts.length < fewest / group) return false;
  const last = parts.at(-1)?.length ?? 0;
  if (parts.slice(0, -1).some((part) => part.length !== group)) return false;
  return typeof length === 'number' ? last <= group : last <= 2 * group;
}
