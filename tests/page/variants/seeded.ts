import { lengthsOf } from '../../../providers/registry/code-form.ts';
import type { CodeShape } from '../../../providers/registry/types.ts';
import { wordLikeness } from '../../../utils/detection/word-like.ts';

/** Chance that comes out the same on every run: whole numbers below `below`. */
export type Chance = (below: number) => number;

/** Mulberry32. */
export function seeded(name: string): Chance {
  let state = [...name].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) >>> 0, 7);
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

export const pick = <T>(chance: Chance, from: readonly T[]): T => from[chance(from.length)] as T;

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
/** The characters of each alphabet in use. One that is not here is a provider's new one: add it. */
const ALPHABETS: Record<string, string> = {
  'a-z': LOWER,
  'A-Z': LOWER.toUpperCase(),
  'a-z0-9': LOWER + DIGITS,
  'A-Z0-9': LOWER.toUpperCase() + DIGITS,
  'A-Za-z0-9': LOWER.toUpperCase() + LOWER + DIGITS,
  // The hyphen may be there, and is not needed.
  '-A-Za-z0-9': LOWER.toUpperCase() + LOWER + DIGITS,
};

/** A code that no provider ever made, of its shape. */
export function fakeCode(shape: CodeShape, chance: Chance, length = lengthsOf(shape)[0]): string {
  const { alphabet, group, separator } = shape;
  const characters = ALPHABETS[alphabet];
  if (!characters) throw new Error(`Whichever characters are in [${alphabet}]?`);
  const letters = Array.from({ length }, () => characters[chance(characters.length)]).join('');
  if (!separator || !group) return letters;
  return (letters.match(new RegExp(`.{1,${group}}`, 'g')) as string[]).join(separator);
}

/** One code in eight happens to be a little like words; what that costs is measured by itself (docs/detection.md). */
export function unmistakable(shape: CodeShape, chance: Chance, length: number): string {
  for (;;) {
    const code = fakeCode(shape, chance, length);
    if (wordLikeness(code, shape.alphabet) === 'unlike') return code;
  }
}
