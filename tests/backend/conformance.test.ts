import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conform, type Result } from '../conformance/checks.ts';
import { freePorts } from '../servers/daemon.ts';
import { type DnsServer, startDnsServer } from '../servers/dns.ts';
import { MISTAKES, startWrongBackend, TOKEN, type WrongBackend } from '../servers/wrong-backend.ts';
import { Onboarding } from './onboarding.ts';

/** What each mistake is caught by, at least. */
const CAUGHT: Record<keyof typeof MISTAKES, string[]> = {
  'says 401 of a mailbox that does not open': [
    'poll: a mailbox at hosts that do not exist ends as unreachable, 200',
    'every answer: 401 and 403 only for the token, never for a mailbox',
  ],
  'tells the password': ['every answer: has no password, in whatever form'],
  'takes another body under the same id': ['put: another body under the same id is refused, 409'],
  'allows no other origin': [
    'cors: any origin may ask beforehand',
    'every answer: allows any origin to read it',
  ],
  'does not wait': ['poll: waits until something changes, and no longer than `wait`'],
  'waits although it is done': ['poll: what is done is answered at once, however long it may wait'],
  'counts no versions': ['poll: its version has grown'],
  'tries the same again': ['put: the same again, sealed anew, is the same, 200'],
  'takes what was sealed for others': [
    'seal: for another backend, it is refused, 400',
    'seal: for another workspace, it is refused, 400',
    'seal: for another connection, it is refused, 400',
    'seal: for another address, it is refused, 400',
  ],
  'takes a broken seal': ['seal: broken, or sealed in another way, it is refused, 400'],
  'calls an unknown key a broken seal': ['seal: to a key that is not known, it is refused as such, 409'],
  'forgets what it has forgotten': ['delete: it is gone, and what comes late for it is refused'],
  'refuses in words of its own': ['every answer: a refusal is problem details (RFC 9457)'],
  'takes any token': ['token: with another token nothing is done'],
  'takes a body of any size': ['request: a body of 100 kB is refused, 413'],
  'tells its private key': ['keys: at least one to seal to, for everybody, and none of them private'],
  'tries one mailbox without end': ['limits: one mailbox is not tried without end, 429'],
  'does not say when to come back': ['every answer: 429 says when to come back'],
};

/** So long that a poll can be seen to wait. */
const DNS_TAKES_MS = 400;

let dns: DnsServer;
let onboarding: Onboarding;
const wrong = new Map<string, WrongBackend>();
/** Makes none: what is caught is caught for its mistake, and not for standing in between. */
let right: WrongBackend;

beforeAll(async () => {
  dns = await startDnsServer();
  dns.delayMs = DNS_TAKES_MS;
  const [port] = await freePorts(1);
  for (const [name, mistake] of Object.entries(MISTAKES))
    wrong.set(name, await startWrongBackend(await mistake()));
  const target = `http://127.0.0.1:${port}`;
  right = await startWrongBackend((asked, pass) => pass(asked));
  const all = [right, ...wrong.values()];
  for (const backend of all) backend.inFrontOf(target);
  onboarding = await Onboarding.start(async () => [], {
    PORT: String(port),
    ONBOARDING_TOKEN: TOKEN,
    ONBOARDING_PUBLIC_URL: [target, ...all.map(({ url }) => url)].join(),
    ONBOARDING_DNS_SERVERS: dns.address,
    ONBOARDING_STRANGER_REQUESTS_PER_MINUTE: '100000',
    ONBOARDING_REQUESTS_PER_MINUTE: '100000',
    ONBOARDING_VERIFICATIONS_PER_MAILBOX: '4',
  });
});

afterAll(async () => {
  await onboarding?.stop();
  for (const backend of [right, ...wrong.values()]) await backend?.stop();
  await dns?.stop();
});

/** The program, as another team starts it. */
async function run(...parameters: string[]) {
  const child = spawn(process.execPath, ['tests/conformance/main.ts', ...parameters], {
    env: { PATH: process.env.PATH, MAILBOX_CODE: 'abcdefghijklmnop' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  return { out, err, code, lines: out.trimEnd().split('\n') };
}

test('the reference backend keeps the contract, with a real mailbox, too', async () => {
  const email = 'test.conformance@gmail.com';
  onboarding.mail.accounts.set(email, { password: 'abcdefghijklmnop' });
  const { out, lines, code } = await run('--url', onboarding.backend.url, '--token', TOKEN, '--email', email);
  const passed = lines.filter((line) => line.startsWith('✓'));
  expect(out).not.toMatch(/✗/);
  expect(out).toContain('✓ mailbox: the one that was named ends as verified, and is deleted again');
  expect(out).toContain('✓ poll: waits until something changes');
  expect(lines.at(-1)).toBe(`${passed.length} passed, 0 failed`);
  expect(passed.length).toBeGreaterThanOrEqual(35);
  expect(out).not.toContain('abcdefghijklmnop');
  expect(code).toBe(0);
});

describe.concurrent('a backend that', () => {
  test('makes no mistake is not caught', async () => {
    const failures: Result[] = [];
    const tell = (result: Result) => result.failure && failures.push(result);
    await conform({ url: right.url, token: TOKEN }, tell);
    expect(failures).toEqual([]);
  });

  // Each asks everything; `npm test` takes a quarter of them.
  const mistakes = Object.keys(MISTAKES).filter((_, at) => process.env.TEST_ALL || at % 4 === 0);

  test.each(mistakes)('%s is caught', async (mistake) => {
    const { url } = wrong.get(mistake) as WrongBackend;
    const results: Result[] = [];
    const { failed } = await conform({ url, token: TOKEN }, (result) => results.push(result));
    const failures = results.filter(({ failure }) => failure).map(({ name }) => name);
    expect(failures).toEqual(expect.arrayContaining(CAUGHT[mistake] as string[]));
    expect(failed).toBe(failures.length);
  });
});

test('a failure is told, and in the exit code', async () => {
  const { url } = wrong.get('allows no other origin') as WrongBackend;
  const { out, lines, code } = await run('--url', url, '--token', TOKEN);
  expect(out).toContain('✗ cors: any origin may ask beforehand\n    The header authorization is not allowed');
  expect(lines.at(-1)).toMatch(/^\d+ passed, [1-9]\d* failed$/);
  expect(code).toBe(1);
});

test('where nothing answers, everything fails', async () => {
  const [port] = await freePorts(1);
  const { lines, code } = await run('--url', `http://127.0.0.1:${port}`, '--token', TOKEN);
  expect(lines.at(-1)).toMatch(/^0 passed, [1-9]\d+ failed$/);
  expect(code).toBe(1);
});

test('without an address it says how it is used', async () => {
  const { err, code } = await run('--token', TOKEN);
  expect(err).toContain('npm run conformance -- --url');
  expect(code).toBe(2);
});
