import type { Secret } from '../secret.ts';

const LONGEST = 300;

/**
 * A server's words, fit to be stored and shown: without the password in any form it was sent in, addresses, IP
 * addresses, long tokens, query strings (Google's sign-in link carries one) and control characters.
 */
export function scrub(text: string, password: Secret, user: string): string {
  const secret = password.open();
  const sent = [
    secret,
    Buffer.from(secret).toString('base64'),
    Buffer.from(`\0${user}\0${secret}`).toString('base64'),
    Buffer.from(secret).toString('hex'),
    encodeURIComponent(secret),
  ];
  let clean = text;
  for (const form of sent) if (form.length > 3) clean = clean.replaceAll(form, '…');
  return clean
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
