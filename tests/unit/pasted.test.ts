import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { page as google } from '../../providers/google.ts';
import { page as icloud } from '../../providers/icloud.ts';
import { page as zoho } from '../../providers/zoho.ts';
import { readPasted } from '../../utils/captures/pasted.ts';
import { serverFrom } from '../../utils/onboarding/server-name.ts';

describe('a pasted code', () => {
  test.each([
    ['qzxj kvbw pygh mfdl', google.code, 'qzxjkvbwpyghmfdl'],
    ['\u00a0qzxj\u2003kvbw\u00a0pygh\u200bmfdl\n', google.code, 'qzxjkvbwpyghmfdl'],
    ['qzxj-kvbw-pygh-mfdl', icloud.code, 'qzxj-kvbw-pygh-mfdl'],
    ['qzxjkvbwpyghmfdl', icloud.code, 'qzxj-kvbw-pygh-mfdl'],
    ['aB3dE6gH9jK2', zoho.code, 'aB3dE6gH9jK2'],
    ['  keeps its inner blank\u200b ', undefined, 'keeps its inner blank'],
  ])('%j is read', (text, shape, code) => expect(readPasted(text, shape)).toEqual({ code }));

  test.each([
    ['', google.code, 'empty'],
    [' \u200b\n', undefined, 'empty'],
    ['test.person@gmail.com', google.code, 'address'],
    ['••••••••••••••••', google.code, 'masked'],
    ['xxxx xxxx xxxx xxxx', google.code, 'masked'],
    ['****************', undefined, 'masked'],
    ['Not-a-real-Password1!', google.code, 'account_password'],
    ['password strength', google.code, undefined],
    ['qzxj kvbw', google.code, 'too_short'],
    ['qzxj kvbw pygh mfdl a', google.code, 'too_many'],
    ['a'.repeat(40) + 'b'.repeat(40), undefined, 'too_long'],
    ['two\nlines', undefined, 'too_long'],
  ])('%j is %3$s', (text, shape, problem) => expect(readPasted(text, shape).problem).toBe(problem));

  test('whatever white space people add, the code is the same', () => {
    const blank = fc.constantFrom('', ' ', '\u00a0', '\u2009', '\u200b', '\t', '\ufeff');
    const letters = fc.string({ unit: fc.constantFrom(...'qzxjkvbwpyghmfdl'), minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(letters, fc.array(blank, { minLength: 17, maxLength: 17 }), (code, blanks) => {
        fc.pre(new Set(code).size >= 3);
        const text = [...code].map((letter, i) => blanks[i] + letter).join('') + blanks[16];
        expect(readPasted(text, google.code)).toEqual({ code });
      }),
      { seed: 3 },
    );
  });
});

test.each([
  ['imap', 'mail.example.com', { host: 'mail.example.com', port: 993, security: 'tls' }],
  ['smtp', ' SMTP.Example.com:587 ', { host: 'smtp.example.com', port: 587, security: 'starttls' }],
  ['smtp', 'mail.example.com', { host: 'mail.example.com', port: 465, security: 'tls' }],
  ['imap', 'localhost', undefined],
  ['imap', 'https://mail.example.com', undefined],
  ['imap', 'mail.example.com:99999', undefined],
  ['imap', 'test.person@example.com', undefined],
] as const)('%s server %j', (protocol, text, server) => expect(serverFrom(protocol, text)).toEqual(server));
