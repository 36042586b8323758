import type { Secret } from '../../../utils/secret.ts';

const LONGEST = 300;

/** A form this short would be found in any text. */
const SHORTEST = 4;

/**
 * A server's words, fit to be stored and shown: without the password in any form it was sent in, addresses, IP
 * addresses, long tokens, query strings (Google's sign-in link carries one) and control characters.
 */
export function scrub(text: string, password: Secret, user: string): string {
  return text
    .replace(formsOf(password.open()), '…')
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .replaceAll(user, '…')
    .replace(/[^\s<>[\]()]+@[^\s<>[\]()]+/g, '…')
    .replace(/\?[^\s>)\]]*/g, '?…')
    .replace(/(?<![\w.])(\d{1,3}\.){3}\d{1,3}(?![\w.])/g, '…')
    .replace(/(?<!\w)([0-9a-f]{0,4}:){3,}[0-9a-f]{1,4}(?!\w)/gi, '…')
    .replace(/[\w+/=-]{25,}/g, '…')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST);
}

/** Finds a secret as it is, spelled with gaps (in groups, in UTF-16), in hexadecimal, escaped for a URL, in Base64. */
function formsOf(secret: string): RegExp {
  const written = [
    { text: secret, pattern: [...secret].map(literally).join('[\\s\\p{Cc}\\p{Cf}]*') },
    ...[Buffer.from(secret).toString('hex'), encodeURIComponent(secret.toWellFormed())].map((text) => ({
      text,
      pattern: literally(text),
    })),
    ...base64Within(secret).map((text) => ({ text, pattern: `${literally(text)}[\\w+/]?=*` })),
  ];
  const patterns = written.filter(({ text }) => text.length >= SHORTEST).map(({ pattern }) => pattern);
  return new RegExp(patterns.join('|') || '(?!)', 'giu');
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

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
