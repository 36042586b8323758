import { isEmail } from '../captures/view.ts';
import type { Line } from './addresses.ts';

/** The largest file that is read, in bytes. */
export const MOST_BYTES = 5_000_000;

/** Beyond these nobody has a column, and beyond so many characters none has a name. */
const MOST_COLUMNS = 200;
const MOST_NAME = 100;

export interface AddressFile {
  /** What stands in the column of addresses. */
  lines: Line[];
  /** Columns that look like passwords, by name or number. What is in them was not looked at any further. */
  passwords: string[];
}

/** Why a file can't be read. The words are in `_locales`. */
export type FileProblem = 'too_big' | 'no_csv' | 'no_addresses';

/** The text of a file, in whichever encoding spreadsheets write it; nothing for what is no text. */
export function textOf(bytes: Uint8Array<ArrayBuffer>): string | undefined {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  const text = new TextDecoder(encoding).decode(bytes);
  return text.includes('\0') ? undefined : text;
}

/** Finds the addresses in a CSV file. Nothing but them is handed on. */
export async function readAddressFile(text: string): Promise<AddressFile | FileProblem> {
  // Only who imports a file has to load it.
  const { default: Papa } = await import('papaparse');
  const { data } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ''), {
    delimitersToGuess: [',', ';', '\t', '|'],
  });
  const hasHeader = !data[0]?.some((cell) => isEmail(cell.trim()));
  const first = hasHeader ? 1 : 0;
  const width = data.reduce((most, { length }) => Math.max(most, length), 0);
  const columns = Array.from({ length: Math.min(width, MOST_COLUMNS) }, (_, at) => ({
    name: hasHeader ? (data[0]?.[at]?.trim().slice(0, MOST_NAME) ?? '') : '',
    number: at + 1,
    lines: [] as Line[],
  }));
  // Only what is there: a file of many columns in one row and many rows has few cells all the same.
  for (let row = first; row < data.length; row++) {
    for (const [at, cell] of (data[row] ?? []).slice(0, MOST_COLUMNS).entries()) {
      const text = cell.trim();
      if (text !== '') columns[at]?.lines.push({ line: row + 1, text });
    }
  }
  const secret = columns.filter(({ name, lines }) => isPasswordName(name) || areCodes(lines));
  const column = columns
    .filter((one) => !secret.includes(one))
    .map((one) => ({
      ...one,
      rank: rankOf(one.name),
      count: one.lines.filter(({ text: t }) => isEmail(t)).length,
    }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.rank - a.rank || b.count - a.count)[0];
  if (!column) return 'no_addresses';
  return {
    lines: column.lines,
    passwords: secret.map(({ name, number }) => name || String(number)),
  };
}

/** Of several columns with addresses one is the mailboxes'; the others are where somebody is to be asked or told. */
function rankOf(name: string): number {
  const plain = wordsOf(name).join('');
  if (/recover|backup|forward|reply|owner|admin|contact|manager|cc$/.test(plain)) return 0;
  if (/^(e?mails?|(e?mail)?address(es)?|e?mailadressen?|adressen?|mailbox(es)?|fromemail)$/.test(plain))
    return 3;
  return /mail|address|adress|correo|почт|邮箱|メール|البريد/.test(plain) ? 2 : 1;
}

/** Words that name a password, in the languages of the providers that there are, without accents. */
const PASSWORD_WORDS =
  /^(pass|password|passwords|passwd|passcode|passphrase|passwort|passworter|kennwort|pw|pwd|psw|secret|secrets|code|codes|token|pin|apikey|contrasena|contrasenas|clave|claves|motdepasse|mdp|senha|senhas|palavrapasse|wachtwoord|losenord|adgangskode|kodeord|passord|salasana|haslo|hasla|heslo|hesla|jelszo|parola|parole|sifre|geheim|пароль|пароли|код|סיסמה|كلمةالمرور|كلمةالسر|密码|密碼|パスワード|비밀번호|암호|matkhau|katasandi|รหัสผ่าน|पासवर्ड)$/;

/** What else is called a code. */
const OTHER_CODES = /^(zip|postal|post|country|area|language|lang|currency|region|status|tax|plz)$/;

function isPasswordName(name: string): boolean {
  const words = wordsOf(name);
  if (words.some((word) => OTHER_CODES.test(word))) return false;
  // `smtpPassword`, `app password`, `mot de passe`, `IMAP_PASS`, `smtppassword`.
  return (
    words.some((word) => PASSWORD_WORDS.test(word)) ||
    PASSWORD_WORDS.test(words.join('')) ||
    /password|passwort|passwd|kennwort|motdepasse|contrasen|пароль|密码|パスワード/.test(words.join(''))
  );
}

/** The words of a column's name, in lower case and without accents. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .normalize('NFKD')
    // Latin ones only: in other scripts the marks are letters.
    .replace(/(?<=\p{Script=Latin})\p{M}+/gu, '')
    .normalize('NFC')
    .replaceAll('ł', 'l')
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter(Boolean);

/** Without a header: the form of most providers' app passwords, in nearly every row. */
function areCodes(lines: readonly Line[]): boolean {
  const codes = lines.filter(({ text }) => /^([a-z]{4}[ -]?){3}[a-z]{4}$/.test(text));
  return codes.length > 0 && codes.length >= lines.length * 0.8;
}
