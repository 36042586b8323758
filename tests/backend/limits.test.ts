import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../backend/src/config.ts';
import { callerAddress } from '../../backend/src/limits.ts';
import { Problem, problemTypes } from '../../utils/onboarding/contract.ts';
import { Onboarding } from './onboarding.ts';

const PASSWORD = 'abcdefghijklmnop';
const REQUESTS = 150;
const STRANGER_REQUESTS = 5;
const VERIFICATIONS = 3;

let onboarding: Onboarding;

beforeAll(async () => {
  onboarding = await Onboarding.start(undefined, {
    ONBOARDING_REQUESTS_PER_MINUTE: String(REQUESTS),
    ONBOARDING_STRANGER_REQUESTS_PER_MINUTE: String(STRANGER_REQUESTS),
    ONBOARDING_VERIFICATIONS_PER_MAILBOX: String(VERIFICATIONS),
    ONBOARDING_TRUSTED_PROXIES: '1',
  });
});

afterAll(() => onboarding?.stop());

async function expectTooMany(response: Response, within = 60): Promise<void> {
  expect(response.status).toBe(429);
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  expect(Problem.parse(await response.json())).toMatchObject({
    type: problemTypes.tooManyRequests,
    status: 429,
  });
  const seconds = Number(response.headers.get('Retry-After'));
  expect(seconds).toBeGreaterThanOrEqual(1);
  expect(seconds).toBeLessThanOrEqual(within);
  expect(Number.isInteger(seconds)).toBe(true);
}

describe('without the right token', () => {
  const WRONG = 'fakefakefakefakefakefake';
  let addresses = 0;
  const another = (): string => `203.0.113.${addresses++}`;

  const ask = (forwarded: string, token: string | undefined, path = '/v1/workspace'): Promise<Response> =>
    fetch(`${onboarding.backend.url}${path}`, {
      headers: { 'X-Forwarded-For': forwarded, ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    });

  const useUp = async (address: string): Promise<void> => {
    for (let i = 0; i < STRANGER_REQUESTS; i++) expect((await ask(address, WRONG)).status).toBe(401);
  };

  test('one address has so many tries, and then not even the right token tells it anything', async () => {
    const address = another();
    await useUp(address);
    await expectTooMany(await ask(address, WRONG));
    await expectTooMany(await ask(address, undefined));
    await expectTooMany(await ask(address, onboarding.backend.token));
    expect((await ask(another(), WRONG)).status).toBe(401);
    expect((await ask(another(), onboarding.backend.token)).status).toBe(200);
  });

  test('nobody who has the right one is shut out by a neighbour who guesses', async () => {
    const address = another();
    expect((await ask(address, onboarding.backend.token)).status).toBe(200);
    await useUp(address);
    await expectTooMany(await ask(address, WRONG));
    expect((await ask(address, onboarding.backend.token)).status).toBe(200);
  });

  test('what anyone may read is counted too', async () => {
    const address = another();
    for (const path of ['/.well-known/jwks.json', '/openapi.json', '/healthz', '/', '/v1/workspace']) {
      expect((await ask(address, undefined, path)).status).not.toBe(429);
    }
    await expectTooMany(await ask(address, undefined, '/.well-known/jwks.json'));
  });

  test('an address made up before the proxy is not believed', async () => {
    const address = another();
    for (let i = 0; i < STRANGER_REQUESTS; i++) await ask(`${another()}, ${address}`, WRONG);
    await expectTooMany(await ask(`${another()}, ${address}`, WRONG));
  });
});

describe('one mailbox', () => {
  const gmail = (outcome: object = {}): string => {
    const email = `test.${randomUUID()}@gmail.com`;
    onboarding.mail.accounts.set(email, { password: PASSWORD, outcome });
    return email;
  };
  const logInsOf = (email: string) => onboarding.mail.logIns.filter(({ user }) => user === email);

  test('is verified so many times; what is refused has not begun, and a repeat or a poll is not counted', async () => {
    const email = gmail({ imap: 'imap-off' });
    const id = randomUUID();
    const request = await onboarding.request(id, email, PASSWORD);
    expect((await onboarding.put(id, request)).status).toBe(202);
    for (let i = 0; i < 2 * VERIFICATIONS; i++) expect((await onboarding.put(id, request)).status).toBe(200);
    for (let i = 1; i < VERIFICATIONS; i++) {
      await onboarding.finished(id);
      expect((await onboarding.call('POST', `/v1/connections/${id}/verify`)).status).toBe(202);
      await onboarding.call('POST', `/v1/connections/${id}/verify`);
    }
    const before = await onboarding.finished(id);
    expect(before).toMatchObject({ state: 'done', attempt: VERIFICATIONS });

    await expectTooMany(await onboarding.call('POST', `/v1/connections/${id}/verify`), 900);
    expect(await onboarding.finished(id)).toEqual(before);
    const other = randomUUID();
    await expectTooMany(await onboarding.put(other, await onboarding.request(other, email, PASSWORD)), 900);
    expect((await onboarding.call('GET', `/v1/connections/${other}`)).status).toBe(404);
    expect((await onboarding.put(id, request)).status).toBe(200);
    expect(logInsOf(email)).toHaveLength(2 * VERIFICATIONS);
  });

  test('is one in capitals, too, and under another address', async () => {
    const email = gmail();
    for (const spelling of [email, email.toUpperCase()]) {
      expect(await onboarding.handIn(spelling, PASSWORD)).toMatchObject({ attempt: 1 });
    }
    await onboarding.handIn('test.alias@gmail.com', PASSWORD, { login: email });
    await expect(onboarding.handIn(gmail(), PASSWORD, { login: email })).rejects.toThrow('429');
    await expect(onboarding.handIn(email, PASSWORD)).rejects.toThrow('429');
    expect(await onboarding.handIn(gmail(), PASSWORD)).toMatchObject({ attempt: 1 });
  });

  test('handed in many times at once is one verification', async () => {
    const id = randomUUID();
    const request = await onboarding.request(id, gmail(), PASSWORD);
    const responses = await Promise.all(Array.from({ length: 10 }, () => onboarding.put(id, request)));
    expect(responses.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 202]);
  });

  test('handed in with many passwords at once is not more than that', async () => {
    const email = gmail();
    const requests = await Promise.all(
      Array.from({ length: 10 }, (_, n) => [randomUUID(), `${PASSWORD}${n}`] as const).map(
        async ([id, password]) => [id, await onboarding.request(id, email, password)] as const,
      ),
    );
    const responses = await Promise.all(requests.map(([id, request]) => onboarding.put(id, request)));
    expect(responses.filter(({ status }) => status === 202)).toHaveLength(VERIFICATIONS);
    expect(responses.filter(({ status }) => status === 429)).toHaveLength(10 - VERIFICATIONS);
  });
});

test('one token makes so many requests; what is refused has not begun', async () => {
  const id = randomUUID();
  const email = 'test.too-many@gmail.com';
  onboarding.mail.accounts.set(email, { password: PASSWORD });
  const request = await onboarding.request(id, email, PASSWORD);
  for (let i = 0; i < REQUESTS; i++) {
    if ((await onboarding.call('GET', '/v1/workspace')).status === 429) break;
  }
  await expectTooMany(await onboarding.call('GET', '/v1/workspace'));
  await expectTooMany(await onboarding.put(id, request));

  // It has forgotten what it counted, but not what it accepted.
  await onboarding.backend.stop();
  await onboarding.startBackend();
  expect((await onboarding.call('GET', `/v1/connections/${id}`)).status).toBe(404);
  expect(onboarding.mail.logIns.filter(({ user }) => user === email)).toEqual([]);
});

test('a hundred mailboxes at once are not hindered by the limits there are if nothing is said', async () => {
  const { limits } = readConfig({});
  const usual = await Onboarding.start(undefined, {
    ONBOARDING_VERIFICATIONS_PER_MAILBOX: String(limits.verificationsPerMailbox),
    ONBOARDING_VERIFY_TIMEOUT_MS: '20000',
  });
  try {
    const emails = Array.from({ length: 100 }, (_, number) => `test.${number}@gmail.com`);
    for (const email of emails) usual.mail.accounts.set(email, { password: PASSWORD });
    const verdicts = await Promise.all(
      emails.map(async (email) => (await usual.finished((await usual.handIn(email, PASSWORD)).id)).verdict),
    );
    expect(verdicts).toEqual(emails.map(() => 'verified'));
  } finally {
    await usual.stop();
  }
});

describe('who calls', () => {
  test.each([
    ['192.0.2.1', undefined, 0, '192.0.2.1'],
    ['::ffff:192.0.2.1', undefined, 0, '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', undefined, 0, '2001:db8:1:2::/64'],
    ['2001:db8::6', undefined, 0, '2001:db8:0:0::/64'],
    ['fe80::1%eth0', undefined, 0, 'fe80:0:0:0::/64'],
    ['192.0.2.1', '198.51.100.7', 0, '192.0.2.1'],
    ['192.0.2.1', '198.51.100.7', 1, '198.51.100.7'],
    ['192.0.2.1', '203.0.113.1, 198.51.100.7', 1, '198.51.100.7'],
    ['192.0.2.1', '203.0.113.1, 198.51.100.7', 2, '203.0.113.1'],
    ['192.0.2.1', '203.0.113.1, 198.51.100.7', 5, '203.0.113.1'],
    ['192.0.2.1', '198.51.100.7:1234', 1, '198.51.100.7'],
    ['192.0.2.1', '[2001:db8:1:2:3::1]:1234', 1, '2001:db8:1:2::/64'],
    ['192.0.2.1', 'unknown', 1, '192.0.2.1'],
    ['192.0.2.1', '', 1, '192.0.2.1'],
    ['192.0.2.1', undefined, 1, '192.0.2.1'],
    [undefined, undefined, 0, ''],
  ])('%s, forwarded for %s, behind %i proxies, is %s', (socket, forwarded, proxies, caller) => {
    expect(callerAddress(socket, forwarded, proxies)).toBe(caller);
  });
});

test.each([
  'ONBOARDING_REQUESTS_PER_MINUTE',
  'ONBOARDING_STRANGER_REQUESTS_PER_MINUTE',
  'ONBOARDING_VERIFICATIONS_PER_MAILBOX',
  'ONBOARDING_TRUSTED_PROXIES',
])('%s has to be a number that makes sense', (name) => {
  for (const value of ['-1', '1.5', 'many']) expect(() => readConfig({ [name]: value })).toThrow(name);
});
