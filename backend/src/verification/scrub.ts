import type { Secret } from '../../../utils/secret.ts';

/** The longest text that is looked at, in UTF-16 code units. Nothing a server says is explained further down. */
export const MAX_WORDS = 2000;

/** The longest text that is kept. */
const MAX_KEPT = 300;

/** A secret as short as this would be found in any text. */
const MIN_SECRET = 4;

/** So many characters of a secret in a row are as bad as all of it. */
const PART = 8;

/** So many characters of Base64 stand for six bytes: enough to tell them from chance. */
const PART_BASE64 = 8;

/**
 * A server's words, fit to be stored and shown: well formed, and without the password in any form that it was sent in,
 * addresses, IP addresses, long tokens, query strings (Google's sign-in link carries one) and control characters. Takes a
 * time that grows with the text alone, whatever is in it.
 */
export function scrub(text: string, password: Secret, user: string): string {
  const bounded = text.slice(0, MAX_WORDS).toWellFormed();
  const visible = withoutSecret(bounded, password.open().toWellFormed()).replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
  return (user.length > 2 ? visible.replaceAll(user, '…') : visible)
    .replace(/[^\s<>[\]()]+/g, (word) => (word.includes('@') ? '…' : word))
    .replace(/\?[^\s>)\]]*/g, '?…')
    .replace(/[\da-f:.]+/gi, (word) => (isIpAddress(word) ? '…' : word))
    .replace(/[\w+/=-]{25,}/g, '…')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_KEPT)
    .toWellFormed();
}

const isIpAddress = (word: string): boolean =>
  /^\d{1,3}(\.\d{1,3}){3}\.?$/.test(word) || (word.match(/:/g)?.length ?? 0) > 2;

/** One character of a text as it is read, and where it stands in the text. */
interface Glyph {
  unit: string;
  from: number;
  to: number;
}

/** What stands between characters of a secret that was set apart, in groups or in UTF-16. */
const GAPS = /[\s\p{Cc}\p{Cf}-]/u;

/** The same for hexadecimal: `61:62`, `61 62`, `\x61\x62`, `0x61, 0x62`. */
const HEX_GAPS = /[\s\p{Cc}\p{Cf}:,;.\\x&#%=-]/iu;

const BASE64_GAPS = /[\s\p{Cc}=]/u;

/** Takes out the secret, and what is left of one that was cut or folded. */
function withoutSecret(text: string, secret: string): string {
  const bare = glyphs(secret, GAPS).map(smallLetter).join('');
  // As the bytes of UTF-8 read when each was escaped by itself.
  const bytes = glyphs(Buffer.from(secret).toString('latin1'), GAPS).map(smallLetter).join('');
  const hex = Buffer.from(secret).toString('hex');
  const hidden = new Set([
    ...(bare.length < MIN_SECRET
      ? []
      : [
          ...places(glyphs(text, GAPS), smallLetter, partsOf(bare, Math.min(PART, bare.length))),
          ...places(unescaped(text), smallLetter, partsOf(bytes, Math.min(PART, bytes.length))),
        ]),
    ...(hex.length < 2 * MIN_SECRET
      ? []
      : places(glyphs(text, HEX_GAPS), smallLetter, partsOf(hex, Math.min(2 * PART, hex.length), 2))),
    ...base64Places(text, secret),
  ]);
  let shown = '';
  for (let at = 0; at < text.length; at += 1) {
    if (!hidden.has(at)) shown += text[at];
    else if (!hidden.has(at - 1)) shown += '…';
  }
  return shown;
}

/** Where a secret stands in Base64, with all that is written on in the same breath. */
function base64Places(text: string, secret: string): Set<number> {
  const reading = glyphs(text, BASE64_GAPS);
  const standard = ({ unit }: Glyph): string => ({ '-': '+', _: '/' })[unit] ?? unit;
  const found = new Set(
    base64Within(secret)
      .filter((form) => form.length * 6 >= MIN_SECRET * 8)
      .flatMap((form) => places(reading, standard, partsOf(form, Math.min(PART_BASE64, form.length)))),
  );
  const isLetter = (at: number): boolean => /[\w+/=-]/.test(text[at] ?? '');
  for (let at = 1; at < text.length; at += 1) if (found.has(at - 1) && isLetter(at)) found.add(at);
  for (let at = text.length - 2; at >= 0; at -= 1) if (found.has(at + 1) && isLetter(at)) found.add(at);
  return found;
}

/** The places in the text of all parts that a reading has. */
function places(
  reading: readonly Glyph[],
  letterOf: (glyph: Glyph) => string,
  parts: ReadonlySet<string>,
): number[] {
  const letters = reading.map(letterOf);
  const [{ length } = { length: 0 }] = parts;
  const found: number[] = [];
  for (let at = 0; length > 0 && at + length <= letters.length; at += 1) {
    if (!parts.has(letters.slice(at, at + length).join(''))) continue;
    const { from } = reading[at] as Glyph;
    const { to } = reading[at + length - 1] as Glyph;
    for (let place = from; place < to; place += 1) found.push(place);
  }
  return found;
}

/** A text without its gaps, and without the status that begins each further line of an SMTP reply. */
function glyphs(text: string, gaps: RegExp): Glyph[] {
  const found: Glyph[] = [];
  const status = /(?<=\n)\d{3}[ -](?:\d\.\d{1,3}\.\d{1,3} )?|[\s\S]/g;
  for (const { index, 0: piece } of text.matchAll(status)) {
    if (piece.length === 1 && !gaps.test(piece)) found.push({ unit: piece, from: index, to: index + 1 });
  }
  return found;
}

/** The same with what is escaped for a URL, in quoted-printable, in C or in HTML read as what it stands for. */
function unescaped(text: string): Glyph[] {
  const found: Glyph[] = [];
  const pieces = /=\r?\n|(?:%|=|\\x|&#x|\\u00)([\da-f]{2});?|&#(\d{2,3});|[\s\S]/gi;
  for (const { index, 0: piece, 1: hex, 2: decimal } of text.matchAll(pieces)) {
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    const unit = hex || decimal ? String.fromCharCode(code) : piece;
    if (unit.length === 1 && !GAPS.test(unit)) found.push({ unit, from: index, to: index + piece.length });
  }
  return found;
}

/** Unit by unit: some letters have no small form of the same length. */
const smallLetter = ({ unit }: Glyph): string => {
  const small = unit.toLowerCase();
  return small.length === 1 ? small : unit;
};

function partsOf(text: string, length: number, step = 1): ReadonlySet<string> {
  const parts = new Set<string>();
  for (let at = 0; at + length <= text.length; at += step) parts.add(text.slice(at, at + length));
  return parts;
}

/** What is the same in the Base64 of every text that contains this one: it stands in one of three alignments. */
function base64Within(text: string): string[] {
  return [0, 1, 2].map((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
    const encoded = bytes.toString('base64').replace(/=+$/, '');
    // The characters at the ends that also hold bits of the neighbours are left off.
    return encoded.slice(Math.ceil((offset * 8) / 6), bytes.length % 3 === 0 ? undefined : -1);
  });
}
