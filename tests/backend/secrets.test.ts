import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scrub } from '../../backend/src/verification/scrub.ts';
import { Secret } from '../../utils/secret.ts';
import { Onboarding } from './onboarding.ts';

const EMAIL = 'test.person@gmail.com';

/** How a secret may be written, by the name of the writing. */
function writingsOf(secret: string): [name: string, bytes: Buffer][] {
  const hex = Buffer.from(secret).toString('hex');
  const littleEndian = Buffer.from(secret, 'utf16le');
  return [
    ['in clear', Buffer.from(secret)],
    ['in capitals', Buffer.from(secret.toUpperCase())],
    ...[0, 1, 2].map((offset): [string, Buffer] => [
      `in Base64 after ${offset} bytes`,
      Buffer.from(base64Within(secret, offset)),
    ]),
    ['in hexadecimal', Buffer.from(hex)],
    ['in hexadecimal capitals', Buffer.from(hex.toUpperCase())],
    ['in UTF-16, little-endian', littleEndian],
    ['in UTF-16, big-endian', Buffer.from(littleEndian).swap16()],
  ];
}

/** What two different surroundings leave the same: the Base64 of the secret alone. */
function base64Within(secret: string, offset: number): string {
  const [one, other] = ['\0', '\xff'].map((pad) =>
    Buffer.from(`${pad.repeat(offset)}${secret}${pad.repeat(3)}`, 'latin1').toString('base64'),
  ) as [string, string];
  return [...one].filter((character, at) => character === other[at]).join('');
}

test('the writings are found where they are', () => {
  const secret = 'fakepasswordonly';
  const text = Buffer.from(`AUTH ${Buffer.from(`\0${EMAIL}\0${secret}`).toString('base64')}`);
  expect(writingsOf(secret).some(([, bytes]) => text.includes(bytes))).toBe(true);
});

describe('no password is left behind', () => {
  const WORKS = 'fakepasswordonly';
  const REFUSED = 'notthepasswordxx';
  const KEPT = 'keptforanothertry';
  let onboarding: Onboarding;

  beforeAll(async () => {
    onboarding = await Onboarding.start();
    onboarding.mail.accounts.set(EMAIL, { password: WORKS });
    onboarding.mail.accounts.set('test.off@gmail.com', { password: KEPT, outcome: { imap: 'imap-off' } });
    const handedIn = [
      await onboarding.handIn(EMAIL, WORKS),
      await onboarding.handIn('test.other@gmail.com', REFUSED),
      await onboarding.handIn('test.off@gmail.com', KEPT),
    ];
    const verdicts = [];
    for (const { id } of handedIn) verdicts.push((await onboarding.finished(id)).verdict);
    expect(verdicts).toEqual(['verified', 'rejected', 'partial']);
  });

  afterAll(() => onboarding?.stop());

  async function* files(): AsyncGenerator<[name: string, content: Buffer]> {
    const entries = await readdir(onboarding.dataDir, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile())) {
      const file = join(entry.parentPath, entry.name);
      yield [file, await readFile(file)];
    }
  }

  async function expectNoTrace(): Promise<void> {
    let isSearched = false;
    for await (const [file, content] of files()) {
      isSearched ||= content.includes(EMAIL);
      for (const secret of [WORKS, REFUSED, KEPT]) {
        for (const [writing, bytes] of writingsOf(secret)) {
          expect(content.includes(bytes), `${secret} ${writing} in ${file}`).toBe(false);
        }
      }
    }
    // Addresses are kept in clear, so the search would have found what there is to be found.
    expect(isSearched).toBe(true);
  }

  test('in the data, while it runs', expectNoTrace);

  test('in what it prints', () => {
    const log = Buffer.from(onboarding.backend.log());
    expect(log.toString()).toContain('"verdict":"rejected"');
    for (const secret of [WORKS, REFUSED, KEPT]) {
      for (const [writing, bytes] of writingsOf(secret)) expect(log.includes(bytes), writing).toBe(false);
    }
  });

  test('in the data, after it stopped', async () => {
    await onboarding.backend.stop();
    await expectNoTrace();
  });
});

describe('a server that repeats the password', () => {
  const PASSWORD = 'fakepasswordonly';
  const clean = (text: string, password = PASSWORD) => scrub(text, new Secret(password), EMAIL);

  test.each(writingsOf(PASSWORD))('%s is not quoted with it', (_, bytes) => {
    const answer = clean(`535 5.7.8 You said <${bytes.toString('latin1')}> and that is wrong`);
    for (const [writing, trace] of writingsOf(PASSWORD)) {
      expect(Buffer.from(answer).includes(trace), writing).toBe(false);
    }
    expect(answer).toMatch(/^535 5\.7\.8 You said < ?… ?> and that is wrong$/);
  });

  test.each([
    ['in groups', 'fake pass word only'],
    ['in groups with other blanks', 'fake\u00a0pass\u2003word\u200bonly'],
    ['with its prompt', Buffer.from(`\0${EMAIL}\0${PASSWORD}`).toString('base64')],
    ['with an identity to act as', Buffer.from(`${EMAIL}\0${EMAIL}\0${PASSWORD}`).toString('base64')],
    ['alone in Base64', Buffer.from(PASSWORD).toString('base64')],
  ])('%s is not quoted with it', (_, text) => {
    expect(clean(`NO (${text}) is wrong`)).toMatch(/^NO \(…+\) is wrong$/);
  });

  test.each([
    'a.b*c+d?e^f$',
    'pass(word)[x]{2}',
    'back\\slash|/',
    '100%-ünïcode',
    'emoji 😀 emoji',
    '\ud800lone',
  ])('of any characters is not quoted with it: %j', (password) => {
    expect(clean(`NO (${password}) is wrong`, password)).toBe('NO (…) is wrong');
    expect(clean(`NO ${encodeURIComponent(password.toWellFormed())} is wrong`, password)).not.toContain('%');
  });

  const secret = 'qzxjkvbwpyghmfdl';
  const base64 = Buffer.from(`\0${EMAIL}\0${secret}`).toString('base64');
  const escaped = (before: string, after = ''): string =>
    [...Buffer.from(secret)].map((byte) => `${before}${byte.toString(16)}${after}`).join('');
  test.each([
    ['its first half', secret.slice(0, 8)],
    ['a part from its middle', secret.slice(5, 13)],
    ['its second half, in capitals', secret.slice(8).toUpperCase()],
    ['folded over the lines of a reply', `${secret.slice(0, 5)}\n535 5.7.8 ${secret.slice(5)}`],
    ['folded over the lines of a reply, in Base64', base64.replace(/(.{6})/g, '$1\n535-5.7.8 ')],
    ['in Base64 for URLs', Buffer.from(`?>${secret}?>`).toString('base64url')],
    ['a part in Base64', Buffer.from(secret.slice(3, 13)).toString('base64')],
    ['in hexadecimal with colons', escaped('', ':')],
    ['in hexadecimal as C writes it', escaped('\\x')],
    ['in quoted-printable', escaped('=')],
    ['in quoted-printable, folded', `${secret.slice(0, 4)}=\r\n${secret.slice(4)}`],
    ['escaped for a URL', escaped('%')],
    ['escaped for a URL here and there', `qzx%6Akvb%77pyghmfdl`],
    ['escaped for HTML', escaped('&#x', ';')],
    ['in UTF-16', Buffer.from(secret, 'utf16le').toString('latin1')],
    ['set apart by hyphens', secret.replace(/(.{4})(?=.)/g, '$1-')],
  ])('%s is not quoted with it', (_, text) => {
    const kept = clean(`535 5.7.8 You said <${text}> and that is wrong`, secret);
    expect(kept).toMatch(/^535 5\.7\.8 You said <.*….*> and that is wrong$/);
    const letters = kept.toLowerCase().replace(/[^a-z]/g, '');
    for (let at = 0; at + 4 <= secret.length; at += 1) {
      expect(letters).not.toContain(secret.slice(at, at + 4));
    }
    expect(kept).not.toMatch(/[\w+/-]{9,}.*>/);
  });

  test('too short to be told from other words is left', () => {
    expect(clean('NO it is not', 'it')).toBe('NO it is not');
    expect(clean('NO it is not', 'x')).toBe('NO it is not');
  });
});

describe('a server’s words are kept without', () => {
  const clean = (text: string) => scrub(text, new Secret('fakepasswordonly'), 'test.login');

  test.each([
    ['addresses', 'NO user <someone@example.com> unknown', 'NO user <…> unknown'],
    ['the user name', '535 test.login is not known', '535 … is not known'],
    ['IP addresses', '535 from 192.0.2.1 refused', '535 from … refused'],
    ['IP addresses', '535 from [2001:db8::1:2] refused', '535 from […] refused'],
    [
      'links’ parameters',
      'NO [WEBALERT https://accounts.google.com/signin/continue?plt=fake] Web login required.',
      'NO [WEBALERT https://accounts.google.com/signin/continue?…] Web login required.',
    ],
    ['long tokens', 'NO session abcdef0123456789ABCDEF0123456789 ended', 'NO session … ended'],
    ['control characters', 'NO \u001b[31mred\u0000\u202eder\r\n', 'NO [31mred der'],
  ])('%s', (_, text, expected) => {
    expect(clean(text)).toBe(expected);
  });

  test('but with what explains', () => {
    const text =
      '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.';
    expect(clean(text)).toBe(text);
  });

  test('and cut', () => {
    expect(clean('word '.repeat(200)).length).toBeLessThanOrEqual(300);
  });
});

describe('a Secret', () => {
  const secret = new Secret('fakepasswordonly');

  test('opens by name', () => {
    expect(secret.open()).toBe('fakepasswordonly');
  });

  test.each<[string, () => string]>([
    ['in a template', () => `${secret}`],
    ['as a string', () => String(secret)],
    ['joined', () => [secret].join()],
    ['serialised', () => JSON.stringify({ password: secret })],
    ['printed', () => inspect({ password: secret }, { depth: null, showHidden: true })],
    ['printed as it is', () => inspect(secret, { customInspect: false, showHidden: true })],
    [
      'spread',
      () => JSON.stringify({ ...secret }) + Object.keys(secret) + Reflect.ownKeys(secret).map(String),
    ],
    ['cloned', () => inspect(structuredClone(secret))],
  ])('%s does not show', (_, shown) => {
    expect(shown()).not.toContain('fakepassword');
  });
});
