import type { CodeShape } from './types.ts';

/**
 * A provider's shape of codes made into patterns. The watcher is given these instead of the shape, so that no page pays
 * for making them (`page-script.ts`).
 *
 * Texts are tested without invisible characters.
 */
export interface CodeForm {
  /** Lets through every text that has a code in it, and some that have none. It goes over the text of whole pages. */
  sieve: RegExp;
  /** A text that could be a part of a code. White space goes along. */
  part: RegExp;
  /** A whole code, as it is used. */
  whole: RegExp;
  /** A code's groups as they are drawn, one blank between any two. Absent where it is not drawn so. */
  grouped?: RegExp;
  /** The size of those groups. */
  group?: number;
  /** What stands between the groups is part of the code. */
  isSeparated: boolean;
  /** Not all have the same length. */
  varies: boolean;
  alphabet: string;
  /** The fewest characters, separators not counted, and the most, separators counted. */
  fewest: number;
  longest: number;
}

/** The fewest and the most characters of a code, separators not counted. */
export const lengthsOf = ({ length }: CodeShape): readonly [fewest: number, most: number] =>
  typeof length === 'number' ? [length, length] : length;

export function formOf(shape: CodeShape): CodeForm {
  const { alphabet, group, separator = '' } = shape;
  const [fewest, most] = lengthsOf(shape);
  const letter = `[${alphabet}]`;
  const form: CodeForm = {
    sieve: sieveOf(shape),
    part: new RegExp(`^[${alphabet}\\s${separator && `\\${separator}`}]*$`),
    whole: new RegExp(`^${letter}{${fewest},${most}}$`),
    isSeparated: separator !== '',
    varies: fewest !== most,
    alphabet,
    fewest,
    longest: separator && group ? most + Math.ceil(most / group) - 1 : most,
  };
  if (!group) return form;
  // All of the group's size; the last holds what is left, which is more where the length varies. And enough of them:
  // `Your Thoughts` is no code of twelve in groups of four.
  const between = separator || ' ';
  const before = Math.ceil(fewest / group) - 1;
  const last = form.varies ? `1,${2 * group}` : `1,${group}`;
  const inGroups = `(?:${letter}{${group}}${between}){${before},}${letter}{${last}}$`;
  const length = `(?=(?:${between}?${letter}){${fewest},${most}}$)`;
  const grouped = new RegExp(`^${length}${inGroups}`);
  return separator ? { ...form, whole: grouped } : { ...form, grouped, group };
}

function sieveOf(shape: CodeShape): RegExp {
  const { alphabet, group = 1, separator } = shape;
  const [fewest] = lengthsOf(shape);
  const letter = `[${alphabet}]`;
  const gap = separator ? `\\s*${separator}\\s*` : '\\s*';
  const inGroups = `${letter}{${group - 1}}(?:${gap}${letter}{${group}}){${Math.floor(fewest / group) - 1}}`;
  // An element a letter, each on a line of its own in the source.
  const apart = `(?:\\s+[${alphabet}${separator ?? ''}]){${fewest - 1}}`;
  // What both begin with is tried once for the two of them.
  return new RegExp(`${letter}(?:${inGroups}|${apart})`);
}
