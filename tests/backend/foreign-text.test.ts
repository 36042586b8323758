import { describe, expect, test } from 'vitest';
import { readAutoconfig } from '../../backend/src/discovery/autoconfig.ts';
import { foundServer } from '../../backend/src/discovery/found.ts';
import { readDomain } from '../../backend/src/domains.ts';
import { callerAddress } from '../../backend/src/limits.ts';
import { sameMailbox } from '../../backend/src/same-mailbox.ts';
import { ConnectionRequest, SealedPassword } from '../../utils/onboarding/contract.ts';
import { serverFrom } from '../../utils/onboarding/server-name.ts';

// Whatever reads a text that somebody else has made takes no more time than the text is long.

/** As long as a description of servers may be, the longest of these texts. */
const LENGTH = 64 * 1024;

/** For a text; what takes the square of its length takes seconds. */
const MAX_MS = 250;

const PARTS = {
  'one long word': 'a',
  digits: '1',
  dots: '.',
  'dots and letters': 'a.',
  hyphens: 'a-',
  'at signs': '@',
  'addresses without end': 'a@a',
  blanks: ' ',
  'line breaks': '\r\n',
  'half characters': '\ud83d',
  NUL: '\0',
  'mixed scripts': 'aжא字é😀',
  'opened tags': '<a>',
  brackets: '<',
  'opened comments': '<!--',
  'opened sections': '<![CDATA[',
  'opened types': '<!DOCTYPE a [<!ENTITY a "a">',
  attributes: '<a b="c" ',
  quotation: '<a b="',
  entities: '&amp;',
  placeholders: '%EMAILDOMAIN%',
  colons: '[::',
};

const inXml = (text: string): string =>
  `<clientConfig><emailProvider><incomingServer type="imap"><hostname>${text}</hostname><port>993</port>` +
  `<socketType>SSL</socketType><username>${text}</username><authentication>plain</authentication>` +
  '</incomingServer></emailProvider></clientConfig>';

const server = (host: string) => ({ host, port: 993, security: 'tls' as const });

const READERS: Record<string, (text: string) => unknown> = {
  "a description of a domain's servers": (text) => readAutoconfig(text, 'example.com'),
  'the names in one': (text) => readAutoconfig(inXml(text.slice(0, LENGTH / 3)), 'example.com'),
  "a server's name": (text) => foundServer('imap', server(text), text),
  'a domain': (text) => safely(() => readDomain(text)),
  'a domain of several labels': (text) => safely(() => readDomain(`${text}.${text}.example`)),
  'who calls': (text) => callerAddress('192.0.2.1', text, 1),
  'an address': (text) => sameMailbox(text),
  'a request': (text) =>
    ConnectionRequest.safeParse({
      provider: text,
      email: text,
      login: text,
      password: text,
      servers: { imap: server(text), smtp: server(text) },
      pageHost: text,
      template: { fromName: text, client: text, tags: [text] },
    }),
  "a request's address": (text) => ConnectionRequest.shape.email.safeParse(`a@${text}`),
  'what was sealed': (text) => SealedPassword.safeParse({ password: text, connection: text }),
  'a server that was typed': (text) => serverFrom('imap', text),
};

function safely(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}

describe.each(Object.entries(READERS))('%s', (_, read) => {
  test.each(Object.entries(PARTS))('made of %s is read in a time that goes with its length', (_, part) => {
    const text = part.repeat(Math.floor(LENGTH / part.length));
    // The first time it is translated.
    read(part);
    for (const whole of [text, `${text}!`, `${text.slice(1)}${part}`]) {
      const started = performance.now();
      read(whole);
      expect(performance.now() - started).toBeLessThan(MAX_MS);
    }
  });
});

test('half characters and NUL are in nothing that is taken', () => {
  const { fromName, client, tags } = { fromName: 'a\ud800', client: '\udc00b', tags: ['c\ud83d'] };
  const whole = { provider: 'google', email: 'test.person@gmail.com', password: 'a.b.c.d.e' };
  expect(ConnectionRequest.safeParse(whole).success).toBe(true);
  for (const template of [{ fromName }, { client }, { tags }, { fromName: 'a\0' }]) {
    expect(ConnectionRequest.safeParse({ ...whole, template }).success).toBe(false);
  }
  for (const login of ['a\ud800', 'a\0']) {
    expect(ConnectionRequest.safeParse({ ...whole, login }).success).toBe(false);
  }
});
