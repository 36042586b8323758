import { describe, expect, test } from 'vitest';
import { formOf } from '../../providers/registry/code-form.ts';
import { providerOf } from '../../providers/registry/guides.ts';
import { loadProviders } from '../../providers/registry/node.ts';
import { type WatchedPage, watched } from '../../providers/registry/page-script.ts';
import { readPasted } from '../../utils/captures/pasted.ts';
import { isEmail } from '../../utils/captures/view.ts';
import { findAccount } from '../../utils/detection/find-account.ts';
import { compact, couldBePart, readCode } from '../../utils/detection/shape.ts';
import { wordLikeness } from '../../utils/detection/word-like.ts';
import { matching } from '../../utils/history.ts';
import { parseAddress } from '../../utils/onboarding/client.ts';
import {
  Connection,
  ConnectionRequest,
  MailServer,
  Problem,
  Workspace,
} from '../../utils/onboarding/contract.ts';
import { serverFrom } from '../../utils/onboarding/server-name.ts';
import { isAllowed } from '../../utils/policy.ts';
import { readAddressFile } from '../../utils/queue/address-file.ts';
import { linesOf, readAddresses } from '../../utils/queue/addresses.ts';
import { tagsIn, templateProblems } from '../../utils/queue/template.ts';
import { masked, withoutAddresses } from '../../utils/support.ts';

/*
 * No text from elsewhere, however it is made up, keeps a pattern busy: four times as much of it takes about four times as long.
 * One that is tried from each of its characters to its end takes sixteen times as long, and is far beyond the time given.
 */

const LENGTH = 120_000;
/** For what is linear a hundred times too much, in ms; for what is quadratic a fraction. */
const WITHIN = 1_500;

const providers = [...(await loadProviders()).values()].flatMap(({ page }) => (page ? [page] : []));
const pages = providers.map(watched);

const times = (part: string): string => part.repeat(Math.ceil(LENGTH / part.length));
const TEXTS: Record<string, string> = {
  'one long word': times('a'),
  'a long word of capitals and digits': times('aB3'),
  'a long word before an @': `${times('a')}@`,
  'a long word after an @': `a@${times('b')}`,
  'a long address that goes wrong at its end': `a@${times('b.')}!`,
  'many @': times('@'),
  'many beginnings of addresses': times('a@'),
  'many @ and dots, and a blank at the end': `${times('@.')} x`,
  dots: `${times('.')}a`,
  'brackets and quotation marks': `@${times('(["\'')}a`,
  'closing ones, and a letter after them': `@${times(')].:')}a`,
  'quotation marks': times('"'),
  'quoted words': times('"a" '),
  'blanks, and a letter after them': `a${times(' ')}b`,
  'single letters': times('a '),
  'words of four letters': times('qzxj '),
  'words of four letters with hyphens': times('qzxj-'),
  hyphens: `a${times('-')}!`,
  colons: times(': '),
  commas: times(','),
  'rows of commas': times(',,,\n'),
  lines: times('a\n'),
  'signs, and a letter after them': `${times('★')}a`,
  'half characters': times('\ud83d'),
  'other half characters': times('\ude00a'),
  'characters of zero': times('\0'),
  'invisible characters': times('\u200b'),
  'marks upon a letter': `e${times('\u0301\u0323')}`,
  'many scripts': times('aяא中ก한'),
};

const documentThatSays = (text: string): Document =>
  ({ querySelectorAll: () => [{ getAttribute: () => text }] }) as never;
const accountPage = (certain: boolean): WatchedPage => ({
  ...(pages[0] as WatchedPage),
  account: [{ selector: '*', attribute: 'aria-label', certain }],
});

const READERS: Record<string, (text: string) => unknown> = {
  'what goes over the text of a page': (text) => pages.map(({ code }) => code.sieve.test(text)),
  'what could be a part of a code': (text) => pages.map(({ code }) => couldBePart(text, code)),
  'the form of a code': (text) => pages.map(({ code }) => [code.whole.test(text), code.grouped?.test(text)]),
  'a text read as a code': (text) => pages.slice(0, 8).map(({ code }) => readCode([text], code)),
  'a text without blanks': compact,
  'likeness to words': (text) => wordLikeness(text, 'a-z', 4),
  'the way to a page': (text) =>
    pages.map(({ route, codeOnlyRoute }) => [route.test(`/${text}`), codeOnlyRoute?.test(`/${text}`)]),
  'whose account a page is': (text) => findAccount(documentThatSays(text), accountPage(true)),
  'whose account a page may be': (text) => findAccount(documentThatSays(text), accountPage(false)),
  'a pasted code': (text) => providers.slice(0, 8).map(({ code }) => readPasted(text, code)),
  'a pasted code of no known provider': (text) => readPasted(text),
  'pasted addresses': (text) => readAddresses(linesOf(text), [], 500),
  'a file of addresses': readAddressFile,
  'a file of addresses with a header': (text) => readAddressFile(`${text}\nann@example.com,b`),
  'an address': (text) => [isEmail(text), providerOf(text), isAllowed({ allowedDomains: ['a.b'] }, text)],
  'a masked address': masked,
  'a text whose addresses are masked': withoutAddresses,
  'a server’s name': (text) => serverFrom('imap', text),
  'a backend’s address': parseAddress,
  'words to look for': (text) => matching([], text),
  'tags as they are typed': (text) => [tagsIn(text), templateProblems({ fromName: text, tags: [text] })],
  'an answer of a backend': (text) => [
    Workspace.safeParse({ id: text, name: text, app: `https://${text}` }),
    Problem.safeParse({ type: text, title: text, status: 400, detail: text }),
    Connection.safeParse({ id: text, email: text, advice: { code: text, link: text } }),
    MailServer.safeParse({ host: text, port: 1, security: 'tls' }),
    ConnectionRequest.safeParse({ provider: text, email: text, login: text, password: text, pageHost: text }),
  ],
};

describe.each(Object.entries(READERS))('%s', (_, read) => {
  test.each(Object.entries(TEXTS))('is done in time with %s', async (_name, text) => {
    const begun = performance.now();
    await read(text);
    expect(performance.now() - begun).toBeLessThan(WITHIN);
  });
});

test('a code is read in its texts, many of them and long ones, in time', () => {
  const form = formOf({ alphabet: 'a-z', length: [10, 40] });
  const begun = performance.now();
  for (let n = 0; n < 64; n++)
    readCode(
      Array.from({ length: 64 }, () => `${'★'.repeat(255)}a`),
      form,
    );
  expect(performance.now() - begun).toBeLessThan(WITHIN);
});

test('a file of 200,000 rows, and one of as many columns, is read to its end', async () => {
  const rows = Array.from({ length: 200_000 }, (_, at) => `a${at}@b.example`);
  const read = await readAddressFile(rows.join('\n'));
  expect(read).toMatchObject({ lines: { length: 200_000 } });
  const wide = await readAddressFile(`ann@example.com${','.repeat(200_000)}\n${times('x\n')}`);
  expect(wide).toMatchObject({ lines: expect.arrayContaining([{ line: 1, text: 'ann@example.com' }]) });
});
