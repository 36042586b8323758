import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formOf, lengthsOf } from '../../providers/registry/code-form.ts';
import { loadProviders } from '../../providers/registry/node.ts';
import type { CodeShape } from '../../providers/registry/types.ts';
import { readCode, visibleText } from '../../utils/detection/shape.ts';

const RUNS = { seed: 1, numRuns: 300 };

const shapes = [...(await loadProviders()).values()].flatMap(({ id, page }) =>
  page ? [[id, page.code as CodeShape] as const] : [],
);

const asciiOf = (alphabet: string): string[] =>
  Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).filter((letter) =>
    new RegExp(`[${alphabet}]`).test(letter),
  );

/** The letters of a random code, of any length the shape allows. */
function lettersOf(shape: CodeShape): fc.Arbitrary<string[]> {
  const [minLength, maxLength] = lengthsOf(shape);
  return fc.array(fc.constantFrom(...asciiOf(shape.alphabet)), { minLength, maxLength, size: 'max' });
}

/** All of the group's size but the last, which holds what is left; that can be more where the length varies. */
function inGroups(
  { group = 1, length }: CodeShape,
  letters: readonly string[],
  isLastLong = false,
): string[] {
  const groups = letters.join('').match(new RegExp(`.{1,${group}}`, 'g')) ?? [];
  // Two groups of which one is long are two words.
  if (!isLastLong || typeof length === 'number' || groups.length - 1 < length[0] / group) return groups;
  return [...groups.slice(0, -2), groups.slice(-2).join('')];
}

const blanks = fc
  .array(fc.constantFrom(' ', '\t', '\n', '\r\n', '\n      ', '\u00A0', '\u2003', '\u202F', '\u3000'), {
    minLength: 1,
    maxLength: 3,
  })
  .map((some) => some.join(''));

/** Zero-width characters, direction marks, a soft hyphen, a variation selector, and often nothing. */
const unseen = fc.constantFrom(
  ...['', '', '\u200B', '\u200D', '\u200E', '\u2060', '\uFEFF', '\u00AD', '\uFE0F'],
);

/** The texts of the elements directly around a code's parts, with the white space there is between them. */
type Drawing = fc.Arbitrary<string[]>;

/** Every way such a code can be drawn. */
function drawings(shape: CodeShape): [how: string, drawing: Drawing][] {
  const { group, separator } = shape;
  const letters = lettersOf(shape);
  const groups = fc
    .tuple(letters, fc.boolean())
    .map(([code, isLastLong]) => inGroups(shape, code, isLastLong));
  const spaced = (parts: fc.Arbitrary<string[]>): Drawing =>
    fc.tuple(parts, blanks).map(([texts, gap]) => texts.map((text) => text + gap));
  if (separator) {
    const separated = groups.map((parts) =>
      parts.flatMap((part, at) => (at === 0 ? part : [separator, part])),
    );
    return [
      ['groups with separators', separated.map((parts) => [parts.join('')])],
      ['groups with separators, an element each', separated],
      ['groups with separators, a line each', spaced(separated)],
      ['an element a letter', separated.map((parts) => [...parts.join('')])],
      ['every letter followed by white space', spaced(separated.map((parts) => [...parts.join('')]))],
    ];
  }
  const all: [string, Drawing][] = [
    ['one run', letters.map((code) => [code.join('')])],
    ['an element a letter', letters],
    ['every letter followed by white space', spaced(letters)],
  ];
  if (!group) return all;
  return [
    ...all,
    ['groups in one text', fc.tuple(groups, blanks).map(([parts, gap]) => [parts.join(gap)])],
    ['an element a group', groups],
    ['an element a group, a line each', spaced(groups)],
  ];
}

/** The text with something invisible between any two of its characters. */
const withUnseen = (text: string): fc.Arbitrary<string> =>
  fc
    .array(unseen, { minLength: text.length + 1, maxLength: text.length + 1, size: 'max' })
    .map((between) => between.map((one, at) => one + (text[at] ?? '')).join(''));

const around = fc.constantFrom(
  '',
  ' ',
  '\n\n',
  'Your app password: ',
  ' 使用してください ',
  ' Copy it now. ',
  '“',
  ')',
);

describe.each(shapes)('%s', (_, shape) => {
  const form = formOf(shape);
  const { sieve } = form;

  describe.each(drawings(shape))('%s', (_, drawing) => {
    const text = drawing.map((texts) => texts.join(''));

    test('is read as a code', () => {
      fc.assert(
        fc.property(drawing, (texts) => readCode(texts, form) !== undefined),
        RUNS,
      );
    });

    test('passes', () => {
      fc.assert(
        fc.property(text, (drawn) => sieve.test(drawn)),
        RUNS,
      );
    });

    test('passes between other words', () => {
      fc.assert(
        fc.property(around, text, around, (before, drawn, after) => sieve.test(before + drawn + after)),
        RUNS,
      );
    });

    test('passes with what nobody sees', () => {
      fc.assert(
        fc.property(text.chain(withUnseen), (drawn) => sieve.test(visibleText(drawn))),
        RUNS,
      );
    });
  });

  // A sieve that lets everything through would pass all of the above.
  test('not everything passes', () => {
    const [fewest] = lengthsOf(shape);
    const tooShort = fc
      .array(fc.constantFrom(...asciiOf(shape.alphabet)), { minLength: fewest - 1, maxLength: fewest - 1 })
      .map((letters) =>
        shape.separator ? inGroups(shape, letters).join(shape.separator) : letters.join(''),
      );
    fc.assert(
      fc.property(tooShort, (text) => !sieve.test(text)),
      RUNS,
    );
    for (const text of ['', 'To be sure, do it now.', '12:30, 1 Jan. 2026', 'a b c d e f']) {
      expect(sieve.test(text), text).toBe(false);
    }
  });
});
