import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isMasked, type Likeness, wordLikeness } from '../../utils/detection/word-like.ts';

const MANY = 20_000;

/** Random codes, always the same ones. */
function codes(alphabet: string, length: number): string[] {
  const all = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
  const letter = fc.constantFrom(...all.filter((one) => new RegExp(`[${alphabet}]`).test(one)));
  const letters = fc.array(letter, { minLength: length, maxLength: length });
  return fc.sample(letters, { numRuns: MANY, seed: 1 }).map((code) => code.join(''));
}

/** How many of a hundred. */
function share(
  texts: readonly string[],
  likeness: (text: string) => Likeness,
  ...wanted: Likeness[]
): number {
  return (100 * texts.filter((text) => wanted.includes(likeness(text))).length) / texts.length;
}

describe('words', () => {
  test.each([
    'characterization',
    'incomprehensible',
    'passwordstrength',
    'homepagehelpmore',
    'thunderbirdemail',
    'rechtschreibungs',
    'verantwoordelijk',
    'sikkerhedskopier',
    'responsabilidade',
  ])('%s is like a word', (text) => {
    expect(wordLikeness(text, 'a-z')).toBe('word');
    expect(wordLikeness(text.toUpperCase(), 'A-Z')).toBe('word');
  });

  test('four side by side are like words, where one meets the next too', () => {
    const words =
      'that with have this will your from they know want been good much some time very when come here just like ' +
      'long make many more only over such take than them well were back call down even find give hand high keep ' +
      'last left life live look mail code help home send text link menu user next save open page part work';
    const word = fc.constantFrom(...words.split(' '));
    const four = fc
      .sample(fc.array(word, { minLength: 4, maxLength: 4 }), { numRuns: MANY, seed: 1 })
      .map((some) => some.join(''));
    const grouped = (text: string) => wordLikeness(text, 'a-z', 4);
    expect(share(four, grouped, 'word', 'example')).toBeGreaterThan(84);
    expect(share(four, grouped, 'unlike', 'hardly')).toBeLessThan(3);
    // Without the groups the pairs between two words, which are no pairs, would make them unlike any.
    const inOneRun = (text: string) => wordLikeness(text, 'a-z');
    expect(share(four, inOneRun, 'word')).toBeLessThan(share(four, grouped, 'word'));
  });

  test.each(['Thunderbird1', 'Password2024', 'Applications', 'devDependencies', 'allowScripts'])(
    '%s is like a word where codes can have digits and capitals',
    (text) => {
      expect(['somewhat', 'word']).toContain(wordLikeness(text, 'A-Za-z0-9'));
    },
  );
});

describe('random codes, as often as the function says of itself', () => {
  test.each([
    ['in one run', undefined],
    ['groups', 4],
  ])('of sixteen letters %s', (_, group) => {
    const drawn = codes('a-z', 16);
    const likeness = (text: string) => wordLikeness(text, 'a-z', group);
    expect(share(drawn, likeness, 'unlike')).toBeGreaterThan(86);
    expect(share(drawn, likeness, 'hardly')).toBeLessThan(12);
    expect(share(drawn, likeness, 'somewhat')).toBeLessThan(2.1);
    expect(share(drawn, likeness, 'word')).toBeLessThan(0.3);
    expect(share(drawn, likeness, 'example')).toBe(0);
  });

  test('capitals count like small letters', () => {
    for (const code of codes('A-Z', 16).slice(0, 1000)) {
      expect(wordLikeness(code, 'A-Z')).toBe(wordLikeness(code.toLowerCase(), 'a-z'));
    }
  });

  test.each([
    ['a-z0-9', 16],
    ['A-Z0-9', 12],
    ['A-Za-z0-9', 12],
    ['A-Za-z0-9', 16],
    ['A-Za-z0-9', 32],
    ['-A-Za-z0-9', 12],
  ])('of %s, %i of them', (alphabet, length) => {
    const drawn = codes(alphabet, length);
    const likeness = (text: string) => wordLikeness(text, alphabet);
    expect(share(drawn, likeness, 'unlike')).toBeGreaterThan(length > 12 ? 98 : 93);
    expect(share(drawn, likeness, 'somewhat', 'word', 'example')).toBeLessThan(length > 12 ? 0.5 : 2);
  });
});

test('what help pages show for a code is like an example', () => {
  for (const text of [
    'abcdefghijklmnop',
    'ABCDEFGHIJKLMNOP',
    'qrstuvwxyzabcdef',
    'abcd-efgh-ijkl-mnop',
    'abcd1234efgh5678',
    '123456789012',
  ]) {
    for (const alphabet of ['a-z', 'A-Za-z0-9']) {
      expect(wordLikeness(text, alphabet, 4), text).toBe('example');
    }
  }
});

test('too few different characters are a mask, which a random code never is', () => {
  for (const text of ['xxxxxxxxxxxxxxxx', '****************', 'xxxx-xxxx-xxxx-xxxx', '----------------']) {
    expect(isMasked(text), text).toBe(true);
  }
  expect(isMasked('abc')).toBe(false);
  for (const [alphabet, length] of [
    ['a-z', 16],
    ['A-Za-z0-9', 12],
  ] as const) {
    expect(codes(alphabet, length).filter(isMasked)).toEqual([]);
  }
});
