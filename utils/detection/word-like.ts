/**
 * How common each pair of neighbouring letters is, from 0 (hardly ever) to 3 (common), two bits a pair, row by row from
 * `aa` to `zz`. Counted in the word lists of 25 languages written in Latin letters, accents left out: the ones Debian
 * packages for spelling, from American English to Vietnamese, each language counting the same.
 */
const COMMON =
  '/br73/weejAwCIIhEBPDYzRUAjU0MEWDYlD6ev+v/FopYCAEghQAA1OTJGgCMTAgREMkEPt7+b/9Sj0wEEECIgADQ5c0qAZxebVdB2' +
  'ogCwNDthQCcX57lkNvYOpl5u/8LjkwNAjHJQAAAAAAAAKwenbmh39QN1e3tvQHOTB4VcN6UKpm5q78BTUwMERCERACAQEQAAAREBAAAR' +
  'AAVRFRVWQBMCQgVQJUUA';

const A = 'a'.charCodeAt(0);
const LETTERS = 26;
let table = '';

function howCommon(first: number, second: number): number {
  table ||= atob(COMMON);
  const pair = (first - A) * LETTERS + second - A;
  return (table.charCodeAt(pair >> 2) >> (2 * (pair & 3))) & 3;
}

/** How common the pairs within are on the average, from 0 to 3; 3 where there are none. */
function wordiness(letters: readonly string[]): number {
  let sum = 0;
  let pairs = 0;
  for (const part of letters) {
    for (let i = 1; i < part.length; i++, pairs++)
      sum += howCommon(part.charCodeAt(i - 1), part.charCodeAt(i));
  }
  return pairs ? sum / pairs : 3;
}

export type Likeness = 'unlike' | 'hardly' | 'somewhat' | 'word' | 'example';

/**
 * How much it looks like words, whatever the language.
 *
 * Of random codes of sixteen letters, in one run or in groups, 87 % are unlike any word, 11 % hardly and 1.4 % somewhat
 * like one, and 0.2 % like a word. Of 430,000 words of sixteen letters 0.1 %, 4 %, 21 % and 75 %; of words put together
 * to sixteen letters, and of four words of four letters side by side, 0.1 to 0.3 %, 1 to 3 %, 10 to 14 % and 84 to 89 %.
 * Where a code can have digits too, of random ones of sixteen 99 % are unlike any word and at most 0.3 % somewhat or more
 * like one; of twelve 94 to 98 %, and 0.3 to 1.5 %.
 *
 * @param alphabet the characters such a code is made of
 * @param group the size of the groups it is drawn in
 */
export function wordLikeness(code: string, alphabet: string, group = code.length): Likeness {
  const lower = code.toLowerCase();
  if (isExample(lower)) return 'example';
  if (isNumberLike(lower)) return 'word';
  if (alphabet.includes('a-z0-9') && KEY.test(code)) return 'word';
  // Where one group meets the next is no pair of neighbours: four words side by side would be full of rare ones.
  const groups = lower.match(new RegExp(`.{1,${group}}`, 'g')) ?? [];
  // `word word word word`: of random groups no two are alike.
  if (new Set(groups).size < groups.length) return 'example';
  let words = wordiness(groups.flatMap((part) => part.split(/[^a-z]+/)));
  if (alphabet.includes('0-9')) {
    const drawn = code.match(new RegExp(`.{1,${group}}`, 'g')) ?? [];
    if (drawn.length > 1 && drawn.every((part) => PLAIN.test(part))) return 'word';
    words += STRICTER - MIXED * mixture(code);
  }
  if (words < 1.6) return 'unlike';
  if (words < 2) return 'hardly';
  return words < 2.3 ? 'somewhat' : 'word';
}

/** A word, a name, a number: `Jeff John Roberts`, `18th July 2013`. One random code in a thousand has only such groups. */
const PLAIN = /^([A-Z]?[a-z]+|[A-Z]+|\d+([a-z]{2})?)$/;
/** Where digits are possible nearly everything is: names, numbers, identifiers. */
const STRICTER = 0.4;
/** What a change between letters, capitals and digits takes from the likeness to words. */
const MIXED = 0.25;

/** How often letters, capitals and digits change into each other, other than at the beginning of a Capitalised word. */
const mixture = (code: string): number =>
  (code.match(/[a-z](?=[A-Z0-9])|\d(?=[A-Za-z])|[A-Z](?=\d)/g) ?? []).length;

/** `abcd efgh ijkl mnop`, `1234 5678`: what help pages show for a code. */
function isExample(code: string): boolean {
  let steps = 0;
  for (let i = 1; i < code.length; i++) if (code.charCodeAt(i) - code.charCodeAt(i - 1) === 1) steps += 1;
  return steps > code.length / 2;
}

/** The key of an authenticator app, where a provider's codes are hardly all capitals. */
const KEY = /^(?=.*\d)[A-Z2-7]{16}([A-Z2-7]{16})?$/;

/** Digests, parts of UUIDs, numbers: what programs call things. Not one random code in a thousand is like that. */
const isNumberLike = (lower: string): boolean =>
  /^[\da-f]+$/.test(lower) || lower.replace(/\D/g, '').length > 0.7 * lower.length;

/** `xxxx xxxx xxxx xxxx`, `xxxx-xxxx`: too few different characters for any code. */
export const isMasked = (code: string): boolean => new Set(code).size < 3;
