import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createPki, type Pki } from '../servers/pki.ts';
import { mailHosts } from '../servers/routes.ts';
import { type ScriptedMailServer, startScriptedMailServer } from '../servers/scripted-mail-server.ts';

// What the libraries under test never say, and other clients may.

const EMAIL = 'test.person@gmail.com';
const PASSWORD = 'abcdefghijklmnop';

let pki: Pki;
let server: ScriptedMailServer;

beforeAll(async () => {
  pki = await createPki();
  server = await startScriptedMailServer({ certificate: await pki.certificateFor(await mailHosts()) });
});

afterAll(() => server?.stop());

beforeEach(() => {
  server.accounts.set(EMAIL, { password: PASSWORD });
  server.logIns.length = 0;
});

const secured = (options: ConnectionOptions, servername: string): Socket =>
  connectTls({ host: '127.0.0.1', servername, ca: pki.ca, ...options });

/** Says these lines and gives back all the server's, until it hangs up. */
async function talk(socket: Socket, lines: string[]): Promise<string[]> {
  const heard: string[] = [];
  createInterface(socket).on('line', (line) => heard.push(line));
  socket.write(lines.map((line) => `${line}\r\n`).join(''));
  await once(socket, 'close');
  return heard;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('IMAP: LOGIN, quoted', async () => {
  const heard = await talk(secured({ port: server.ports.imaps }, 'imap.gmail.com'), [
    `a LOGIN "${EMAIL}" "${PASSWORD}"`,
    'b NOOP',
    'c LOGOUT',
  ]);
  expect(heard).toEqual([
    expect.stringContaining('Gimap ready'),
    'a OK authenticated (Success)',
    'b OK NOOP completed',
    '* BYE Logging out',
    'c OK LOGOUT completed',
  ]);
});

test('IMAP: AUTHENTICATE with an initial response', async () => {
  const heard = await talk(secured({ port: server.ports.imaps }, 'imap.mail.yahoo.com'), [
    `a AUTHENTICATE PLAIN ${base64(`\0${EMAIL}\0fakefakefakefake`)}`,
    `b AUTHENTICATE PLAIN ${base64(`\0${EMAIL}\0${PASSWORD}`)}`,
    'c LOGOUT',
  ]);
  expect(heard.slice(1, 3)).toEqual([
    'a NO [AUTHENTICATIONFAILED] AUTHENTICATE Invalid credentials',
    'b OK AUTHENTICATE completed',
  ]);
  expect(server.logIns).toEqual([
    { host: 'imap.mail.yahoo.com', user: EMAIL, protocol: 'imap', ok: false },
    { host: 'imap.mail.yahoo.com', user: EMAIL, protocol: 'imap', ok: true },
  ]);
});

test('SMTP: AUTH LOGIN, HELO, NOOP, RSET', async () => {
  const heard = await talk(secured({ port: server.ports.smtps }, 'smtp.gmail.com'), [
    'HELO client.example',
    'AUTH LOGIN',
    base64(EMAIL),
    base64(PASSWORD),
    'NOOP',
    'RSET',
    'MAIL FROM:<test.person@gmail.com>',
    'RCPT TO:<test.person@gmail.com>',
    'QUIT',
  ]);
  expect(heard.slice(1)).toEqual([
    '250 smtp.gmail.com at your service, [192.0.2.1]',
    '334 VXNlcm5hbWU6',
    '334 UGFzc3dvcmQ6',
    '235 2.7.0 Accepted',
    '250 2.0.0 OK',
    '250 2.0.0 OK',
    '250 2.1.0 OK',
    '502 5.5.1 Unrecognized command',
    '221 2.0.0 Bye',
  ]);
});

test('SMTP: a password in the clear is not taken, but noted', async () => {
  const socket = connect({ host: '127.0.0.1', port: server.ports.submission });
  const heard = await talk(socket, [`AUTH PLAIN ${base64(`\0${EMAIL}\0${PASSWORD}`)}`, 'QUIT']);
  expect(heard[1]).toBe('530 5.7.0 Must issue a STARTTLS command first');
  expect(server.logIns).toEqual([{ host: '', user: EMAIL, protocol: 'smtp', ok: false }]);
});

test('Google takes a code with its blanks over SMTP, not over IMAP', async () => {
  const spaced = 'abcd efgh ijkl mnop';
  const imap = await talk(secured({ port: server.ports.imaps }, 'imap.gmail.com'), [
    `a LOGIN ${EMAIL} "${spaced}"`,
    'b LOGOUT',
  ]);
  const smtp = await talk(secured({ port: server.ports.smtps }, 'smtp.gmail.com'), [
    `AUTH PLAIN ${base64(`\0${EMAIL}\0${spaced}`)}`,
    'QUIT',
  ]);
  expect(imap).toContain('a NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)');
  expect(smtp).toContain('235 2.7.0 Accepted');
});
