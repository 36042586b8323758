import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unlikeWords } from '../../utils/detection/word-like.ts';

test('words, names and words put together are like words', () => {
  for (const text of [
    'characterization',
    'passwordstrength',
    'homepagehelpmore',
    'rechtschreibungs',
    'thunderbirdemail',
  ]) {
    expect(unlikeWords(text, 'a-z')).toBeLessThanOrEqual(0);
  }
  for (const text of ['Thunderbird1', 'Password2024', 'Applications', 'devDependencies', 'allowScripts']) {
    expect(unlikeWords(text, 'A-Za-z0-9')).toBe(-1);
  }
});

test('nearly every random code is unlike any word', () => {
  const letter = fc.integer({ min: 0, max: 25 }).map((n) => String.fromCharCode(97 + n));
  const codes = fc.sample(fc.array(letter, { minLength: 16, maxLength: 16 }), { numRuns: 5000, seed: 1 });
  const likeness = codes.map((code) => unlikeWords(code.join(''), 'a-z'));
  expect(likeness.filter((how) => how === 2).length / codes.length).toBeGreaterThan(0.78);
  expect(likeness.filter((how) => how === -1).length / codes.length).toBeLessThan(0.03);
});

test('digits and capitals mixed in are unlike words', () => {
  for (const code of ['a1B2c3D4e5F6', 'x7k2m9q4w1z8r5t3']) expect(unlikeWords(code, 'A-Za-z0-9')).toBe(2);
});
