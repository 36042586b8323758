import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPki } from '../servers/pki.ts';
import { mailHosts, mailRoutes } from '../servers/routes.ts';
import { type ScriptedMailServer, startScriptedMailServer } from '../servers/scripted-mail-server.ts';

const CODE = 'abcdefghijklmnop';
const SHOWN = 'abcd efgh ijkl mnop';
const MAIN = join(import.meta.dirname, '../../backend/src/command-line/verify.ts');
const EMAIL = 'test.person@gmail.com';

let mail: ScriptedMailServer;
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  const pki = await createPki();
  const hosts = [...(await mailHosts()), 'mail.test.example'];
  mail = await startScriptedMailServer({ certificate: await pki.certificateFor(hosts) });
  folder = await mkdtemp(join(tmpdir(), 'command-line-'));
  await writeFile(join(folder, 'ca.pem'), pki.ca);
  const { imaps, submission } = mail.ports;
  const own = [`mail.test.example:993=127.0.0.1:${imaps}`, `mail.test.example:587=127.0.0.1:${submission}`];
  env = {
    PATH: process.env.PATH ?? '',
    ONBOARDING_MAIL_ROUTES: [await mailRoutes(mail.ports), ...own].join(),
    ONBOARDING_MAIL_CA: join(folder, 'ca.pem'),
    ONBOARDING_VERIFY_TIMEOUT_MS: '4000',
    ONBOARDING_SETTLE_MS: '0',
    ONBOARDING_DISCOVERY: 'off',
    // Nobody answers there, at once.
    ONBOARDING_DNS_SERVERS: '127.0.0.1:9',
  };
});

afterAll(async () => {
  await mail?.stop();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  mail.accounts.clear();
  mail.logIns.length = 0;
});

interface Run {
  out: string;
  err: string;
  code: number | null;
}

/** With no terminal: the code comes over stdin. */
function verify(input: string, ...parameters: string[]): Promise<Run> {
  return ended(spawn(process.execPath, [MAIN, ...parameters], { env, cwd: folder }), () => input);
}

/** Ends its input as soon as there is nothing more to type. */
function ended(child: ReturnType<typeof spawn>, type: (printed: string) => string | undefined): Promise<Run> {
  const run: Run = { out: '', err: '', code: null };
  let isTyped = false;
  const look = (): void => {
    const keys = isTyped ? undefined : type(run.out + run.err);
    if (keys === undefined) return;
    isTyped = true;
    child.stdin?.write(keys);
    if (!run.out) child.stdin?.end();
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    run.out += text;
    look();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    run.err += text;
  });
  look();
  return new Promise((resolve) => child.once('close', (code) => resolve({ ...run, code })));
}

const neverSaid = ({ out, err }: Run): void => {
  for (const form of [CODE, SHOWN, Buffer.from(CODE).toString('base64').slice(0, 20)])
    expect(out + err).not.toContain(form);
};

test('a mailbox that works, found by its domain, its code with gaps', async () => {
  mail.accounts.set(EMAIL, { password: CODE });
  const run = await verify(`${SHOWN}\n`, EMAIL);
  expect(run.out).toMatch(
    /^test\.person@gmail\.com \(Google\): Connected\nReceiving {2}works {2}imap\.gmail\.com:993 {2}\d+ ms\nSending {4}works {2}smtp\.gmail\.com:465 {2}\d+ ms\n$/,
  );
  expect(run.err).toBe('');
  expect(run.code).toBe(0);
  expect(mail.logIns.map(({ ok }) => ok)).toEqual([true, true]);
  neverSaid(run);
});

test('a wrong code: the sentence, the server’s words and where to make another', async () => {
  mail.accounts.set(EMAIL, { password: 'anotheranotherxx' });
  const run = await verify(CODE, EMAIL);
  expect(run.out).toContain(`${EMAIL} (Google): The code was refused\n`);
  expect(run.out).toMatch(
    /Receiving {2}doesn’t work {2}AUTH_INVALID {2}at auth {2}imap\.gmail\.com:993.*\n {11}“.+”\n/,
  );
  expect(run.out).toContain(`Google refused this code for ${EMAIL}. Check that`);
  expect(run.out).toContain('\nhttps://myaccount.google.com/apppasswords\n');
  expect(run.code).toBe(1);
  neverSaid(run);
});

test('as JSON, it is what the contract has', async () => {
  mail.accounts.set(EMAIL, { password: CODE, outcome: { imap: 'imap-off' } });
  const run = await verify(CODE, EMAIL, '--json');
  expect(JSON.parse(run.out)).toMatchObject({
    email: EMAIL,
    provider: 'google',
    verdict: 'partial',
    checks: { receiving: { status: 'failed', code: 'IMAP_DISABLED' }, sending: { status: 'ok' } },
    advice: { code: 'IMAP_DISABLED', about: 'receiving' },
    headline: 'It can send, but can’t receive yet',
    text: expect.stringMatching(/^Receiving is turned off for test\.person@gmail\.com\. /),
  });
  expect(run.code).toBe(1);
  neverSaid(run);
});

test('with servers and a user name', async () => {
  mail.accounts.set('somebody', { password: 'Any words 1' });
  const run = await verify(
    'Any words 1',
    ...['person@company.example', '--login', 'somebody'],
    ...['--imap', 'mail.test.example', '--smtp', 'mail.test.example:587'],
  );
  expect(run.out).toContain('person@company.example: Connected\n');
  expect(run.code).toBe(0);
});

test('at a provider that is named', async () => {
  mail.accounts.set('person@company.example', { password: CODE });
  const run = await verify(CODE, 'person@company.example', '--provider', 'google');
  expect(run.out).toContain('person@company.example (Google): Connected\n');
  expect(run.code).toBe(0);
});

describe('is not tried', () => {
  test.each([
    ['what is no code of the provider', 'Summer-2026!', 'This looks like your account password', [EMAIL]],
    ['a part of one', 'abcd efgh', 'has 8.', [EMAIL]],
    ['nothing', '', 'Nothing here yet', [EMAIL]],
    ['a mailbox that is nowhere', CODE, 'no servers were given', ['person@company.example']],
    ['at an unknown provider', CODE, 'No provider is called nothing', [EMAIL, '--provider', 'nothing']],
    [
      'where no server is let in',
      CODE,
      'This provider doesn’t allow other services',
      ['a@proton.me', '--provider', 'proton'],
    ],
    ['without an address', CODE, 'npm run verify -- user@example.com', []],
    ['what is no address', CODE, 'npm run verify -- user@example.com', ['person']],
    ['with one server', CODE, 'npm run verify -- user@example.com', [EMAIL, '--imap', 'mail.test.example']],
    ['with no host', CODE, '--smtp is a host', [EMAIL, '--imap', 'mail.test.example', '--smtp', 'x:y']],
    ['with an option nobody knows', CODE, "Unknown option '--password'", [EMAIL, '--password', CODE]],
  ])('%s', async (_, input, says, parameters) => {
    const run = await verify(input, ...parameters);
    expect(run.err).toContain(says);
    expect(run.out).toBe('');
    expect(run.code).toBe(2);
    expect(mail.logIns).toEqual([]);
    if (input) expect(run.err).not.toContain(input);
  });

  test('but it is where somebody insists', async () => {
    mail.accounts.set(EMAIL, { password: 'Summer-2026!' });
    expect((await verify('Summer-2026!', EMAIL, '--insist')).code).toBe(0);
  });
});

test('nothing is stored', async () => {
  mail.accounts.set(EMAIL, { password: CODE });
  await verify(CODE, EMAIL);
  expect(await readdir(folder)).toEqual(['ca.pem']);
});

describe.skipIf(!existsSync('/usr/bin/script'))('at a terminal', () => {
  /** `script` gives it one, and prints all that it shows. */
  const atTerminal = (keys: string): Promise<Run> => {
    const command = `'${process.execPath}' '${MAIN}' ${EMAIL}`;
    const child = spawn('/usr/bin/script', ['-qec', command, '/dev/null'], { env, cwd: folder });
    return ended(child, (printed) => (printed.includes('App password of') ? keys : undefined));
  };

  test('the code is asked for and not shown, however it is typed', async () => {
    mail.accounts.set(EMAIL, { password: CODE });
    // Thought better of twice, and pasted the way terminals mark it.
    const run = await atTerminal(`nonsense\u0015\u001b[200~${SHOWN}x\u001b[201~\u007f\r`);
    expect(run.out).toContain(`App password of ${EMAIL}: `);
    expect(run.out).toContain('Connected');
    expect(run.out).not.toContain('nonsense');
    expect(run.code).toBe(0);
    neverSaid(run);
  });

  test('Ctrl-C leaves, and nothing was tried', async () => {
    const run = await atTerminal('abcd\u0003');
    expect(run.code).toBe(130);
    expect(run.out).not.toMatch(/abcd|Error|at .*\.ts/);
    expect(mail.logIns).toEqual([]);
  });
});
