import { isEmail } from '../captures/view.ts';
import { keyOf } from './rows.ts';

/** A text that stands in a line of what was pasted or imported. */
export interface Line {
  /** Counted from 1. */
  line: number;
  text: string;
}

export interface ReadAddresses {
  emails: string[];
  /** What is no address. */
  wrong: Line[];
  /** How many were there twice, or in the list before. */
  doubles: number;
  /** How many the list has no room for. */
  left: number;
}

/** So much of a wrong line is enough to find it again. */
const MOST_SHOWN = 60;

export const linesOf = (text: string): Line[] =>
  text.split(/\r\n|[\r\n]/).map((line, at) => ({ line: at + 1, text: line }));

/**
 * The addresses in these lines: one a line or many, with whatever stands between them, and with the names that mail
 * programs write along.
 *
 * @param known addresses that are in the list
 * @param room for how many more
 */
export function readAddresses(lines: readonly Line[], known: readonly string[], room: number): ReadAddresses {
  const read: ReadAddresses = { emails: [], wrong: [], doubles: 0, left: 0 };
  const met = new Set(known.map(keyOf));
  for (const { line, text } of lines) {
    const wrong = (what: string): unknown => read.wrong.push({ line, text: what.slice(0, MOST_SHOWN) });
    const found = addressesIn(text);
    if (found.length === 0 && text.trim() !== '') wrong(text.trim());
    for (const email of found) {
      if (!isEmail(email)) wrong(email);
      else if (met.has(keyOf(email))) read.doubles += 1;
      else if (read.emails.length >= room) read.left += 1;
      else {
        met.add(keyOf(email));
        read.emails.push(email);
      }
    }
  }
  return read;
}

/** What looks as if an address was meant. Words beside it are a name. */
function addressesIn(text: string): string[] {
  return (
    text
      // Invisible characters, which come along from web pages.
      .replace(/\p{Cf}/gu, '')
      // A name in quotes can have anything in it.
      .replace(/"[^"]*"(?=\s*<)/g, ' ')
      .split(/[\s,;|<>]+/)
      .filter((word) => word.includes('@'))
      .map(bare)
  );
}

/** Longer than any address with what may stand around it. */
const MOST_AROUND = 400;

/** Without quotation marks, brackets and the like around it. The last is what spreadsheets are told a text by. */
const bare = (word: string): string =>
  // Of a longer one all that is left to do is to call it wrong.
  word.slice(0, MOST_AROUND).replace(/^["'([]*(mailto:)?|["')\].:]*$/gi, '');
