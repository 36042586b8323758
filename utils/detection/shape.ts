import type { CodeShape } from '../../providers/registry/types.ts';

/**
 * How the code is drawn. `letters`: an element for each. `groups`: gaps of white space, or an element a group.
 * `run`: nothing between the letters, which an ordinary long word shares.
 */
export type Drawn = 'letters' | 'groups' | 'run';

/** Takes part in no code: soft hyphens, zero-width characters, direction marks, variation selectors … */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

export const visibleText = (text: string): string => text.replace(INVISIBLE, '');

/** The text as it would be used: without invisible characters and white space of any kind. */
export const compact = (text: string): string => visibleText(text).replace(/\s+/g, '');

const alphabets = new Map<string, RegExp>();

/** Whether the text could be a part of such a code. White space is allowed, other characters are not. */
export function couldBePart(text: string, shape: CodeShape): boolean {
  let pattern = alphabets.get(shape.alphabet);
  if (!pattern) {
    pattern = new RegExp(`^[${shape.alphabet}\\s]*$`);
    alphabets.set(shape.alphabet, pattern);
  }
  return pattern.test(visibleText(text));
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
  if (code.length !== shape.length || !couldBePart(code, shape)) return undefined;

  const parts = texts.map(compact).filter(Boolean);
  if (parts.length > 1 && parts.every((part) => [...part].length === 1)) return { code, drawn: 'letters' };

  const words = visibleText(texts.join('')).trim().split(/\s+/);
  if (words.length > 1) return areGroups(words, shape) ? { code, drawn: 'groups' } : undefined;
  if (parts.length > 1) return areGroups(parts, shape) ? { code, drawn: 'groups' } : undefined;
  return { code, drawn: 'run' };
}

function areGroups(parts: readonly string[], { group, length }: CodeShape): boolean {
  return (
    group !== undefined &&
    parts.length === Math.ceil(length / group) &&
    parts.every((part, i) => part.length === (i < parts.length - 1 ? group : length - group * i))
  );
}
