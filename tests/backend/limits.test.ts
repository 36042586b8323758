import { randomUUID } from 'node:crypto';
import { once as event } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as passed } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readConfig } from '../../backend/src/config.ts';
import { callerAddress, Limits, networkAround } from '../../backend/src/limits.ts';
import { sameMailbox } from '../../backend/src/same-mailbox.ts';
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

test('a hundred mailboxes at once are not hindered by the limits there are if nothing is said', {
  tags: ['long'],
}, async () => {
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

describe('addresses that a provider takes for the same', () => {
  test.each([
    ['v.ic.tim@gmail.com', 'victim@gmail.com'],
    ['Victim+news@GoogleMail.com', 'victim@gmail.com'],
    ['victim+a@company.example', 'victim@company.example'],
    ['v.ictim@company.example', 'v.ictim@company.example'],
    ['vic_tim-x@pm.me', 'victimx@proton.me'],
    ['victim@me.com', 'victim@icloud.com'],
    ['victim-shop@yahoo.co.uk', 'victim@yahoo.co.uk'],
    ['vic.tim@ya.ru', 'victim@yandex.ru'],
    ['shop@victim.fastmail.com', 'victim@fastmail.com'],
    ['victim@gmail.com.', 'victim@gmail.com'],
    ['+victim@outlook.com', '+victim@outlook.com'],
    ['ＶＩＣＴＩＭ', 'victim'],
  ])('%s counts as %s', (spelling, counted) => expect(sameMailbox(spelling)).toBe(counted));

  test('a name as long as it likes takes no time', () => {
    const started = performance.now();
    for (const part of ['+', '.', '-', '@', 'a', '\ud800', '\0', 'ж']) {
      for (let i = 0; i < 20; i++) sameMailbox(`${part.repeat(100_000)}@${part.repeat(100_000)}`);
    }
    expect(performance.now() - started).toBeLessThan(500);
  });

  test('have their tries together', async () => {
    const name = `test.${randomUUID().slice(0, 8)}`;
    const spellings = [`${name}@gmail.com`, `${name.replace('.', '')}@gmail.com`, `${name}+a@googlemail.com`];
    for (const [n, email] of spellings.entries()) await onboarding.handIn(email, `${PASSWORD}${n}`);
    await expect(onboarding.handIn(`${name}+b@gmail.com`, PASSWORD)).rejects.toThrow('429');
  });
});

describe('a network of IPv6', () => {
  test('is part of larger ones', () => {
    expect(networkAround('2001:db8:1:12ff::/64', 56)).toBe('2001:db8:1:1200::/56');
    expect(networkAround('2001:db8:1:12ff::/64', 48)).toBe('2001:db8:1:0::/48');
    expect(networkAround('192.0.2.1', 56)).toBeUndefined();
  });

  test.each([
    ['/56', (n: number) => `2001:db8:1:${n.toString(16)}::/64`, 2],
    ['/48', (n: number) => `2001:db8:2:${(n << 8).toString(16)}::/64`, 4],
  ])('has the tries of a few, however many are within its %s', async (_, network, times) => {
    const limits = new Limits({ ...readConfig({}).limits, strangerRequestsPerMinute: STRANGER_REQUESTS });
    let taken = 0;
    for (let n = 0; n < 100; n++)
      await limits.countStranger(network(n)).then(
        () => taken++,
        () => {},
      );
    expect(taken).toBe(times * STRANGER_REQUESTS);
  });
});

describe('tokens guessed where the right one was shown', () => {
  test('are looked at for a while and then not; the one that was shown is let in all the same', async () => {
    const limits = new Limits({ ...readConfig({}).limits, strangerRequestsPerMinute: STRANGER_REQUESTS });
    const address = '192.0.2.7';
    await limits.countRequest('default', address, 'the-right-token');
    let looked = 0;
    for (let n = 0; n < 1000; n++) {
      const may = await limits.expectTries(address, `guess-${n}`).then(
        () => true,
        () => false,
      );
      if (may) looked += 1;
      await limits.countStranger(address).catch(() => {});
    }
    expect(looked).toBe(STRANGER_REQUESTS * 11);
    await limits.expectTries(address, 'the-right-token');
    await expect(limits.expectTries(address, 'another-right-token')).rejects.toThrow('Too many');
  });
});

/** However it comes about. */
const closing = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.once('close', () => resolve()));

describe('connections', () => {
  const once = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${onboarding.backend.url}${path}`, init);

  test('of strangers and of those who ask too much are not kept, those of callers are', async () => {
    const own = { 'X-Forwarded-For': '203.0.113.200' };
    expect((await once('/healthz', { headers: own })).headers.get('Connection')).toBe('close');
    const preflight = { method: 'OPTIONS', headers: { ...own, Origin: 'https://a.example' } };
    expect((await once('/v1/workspace', preflight)).headers.get('Connection')).toBe('close');
    const Authorization = `Bearer ${onboarding.backend.token}`;
    const known = await once('/v1/workspace', { headers: { ...own, Authorization } });
    expect([known.status, known.headers.get('Connection')]).toEqual([200, 'keep-alive']);
    let last = known;
    while (last.status !== 429) last = await once('/healthz', { headers: own });
    expect(last.headers.get('Connection')).toBe('close');
  });

  test('preflights are counted', async () => {
    const headers = { 'X-Forwarded-For': '203.0.113.201', Origin: 'https://a.example' };
    const answers: number[] = [];
    for (let n = 0; n <= STRANGER_REQUESTS; n++)
      answers.push((await once('/v1/workspace', { method: 'OPTIONS', headers })).status);
    expect(answers).toEqual([...Array(STRANGER_REQUESTS).fill(204), 429]);
  });

  test('are so many of one address, and others get in', async () => {
    const few = await Onboarding.start(undefined, { ONBOARDING_CONNECTIONS_PER_ADDRESS: '3' });
    const port = Number(new URL(few.backend.url).port);
    const sockets: Socket[] = [];
    const open = async (localAddress: string): Promise<'open' | 'closed'> => {
      const socket = connect({ port, host: '127.0.0.1', localAddress }).on('error', () => {});
      sockets.push(socket);
      socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n');
      await event(socket, 'connect');
      const closed = closing(socket).then(() => 'closed' as const);
      // One that is not closed at once is waited for to the end of its headers.
      const asked = passed(300).then(() => 'open' as const);
      return Promise.race([closed, asked]);
    };
    try {
      const places: string[] = [];
      for (let n = 0; n < 4; n++) places.push(await open('127.0.0.1'));
      expect(places).toEqual(['open', 'open', 'open', 'closed']);
      expect(await open('127.0.0.2')).toBe('open');
      const [first] = sockets as [Socket];
      first.destroy();
      await closing(first);
      await vi.waitFor(async () => expect(await open('127.0.0.1')).toBe('open'));
    } finally {
      for (const socket of sockets) socket.destroy();
      await few.stop();
    }
  });
});

test('what is not there is in the log without its path', async () => {
  const response = await fetch(`${onboarding.backend.url}/V1/domains/somebody-private.example`, {
    headers: { 'X-Forwarded-For': '203.0.113.202' },
  });
  expect(response.status).toBe(404);
  await vi.waitFor(() => expect(onboarding.backend.log()).toContain('"status":404'));
  expect(onboarding.backend.log()).not.toContain('somebody-private');
});

describe('refused passwords', () => {
  const REFUSALS = 6;
  let strict: Onboarding;

  beforeAll(async () => {
    strict = await Onboarding.start(undefined, {
      ONBOARDING_REFUSALS_PER_WORKSPACE: String(REFUSALS),
      ONBOARDING_VERIFICATIONS_PER_MAILBOX: '3',
      ONBOARDING_VERIFICATIONS_PER_HOST: '1',
    });
  });

  afterAll(() => strict?.stop());

  test('of one workspace are so many, at whichever mailboxes; what was accepted meanwhile is not tried', async () => {
    const emails = Array.from({ length: 3 * REFUSALS }, (_, n) => `test.sprayed.${n}@gmail.com`);
    const handedIn = await Promise.all(emails.map((email) => strict.handIn(email, PASSWORD).catch(String)));
    const accepted = handedIn.filter((one) => typeof one !== 'string');
    const ended = await Promise.all(accepted.map(({ id }) => strict.finished(id)));
    const tried = strict.mail.logIns.filter(({ protocol }) => protocol === 'imap');
    expect(tried.length).toBe(REFUSALS);
    const codes = ended.map(({ checks: { receiving } }) => ('code' in receiving ? receiving.code : ''));
    expect(codes.filter((code) => code === 'AUTH_INVALID')).toHaveLength(REFUSALS);
    expect(codes.filter((code) => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(accepted.length - REFUSALS);
    await expect(strict.handIn('test.another@gmail.com', PASSWORD)).rejects.toThrow('429');
  });
});

test.each([
  'ONBOARDING_REQUESTS_PER_MINUTE',
  'ONBOARDING_STRANGER_REQUESTS_PER_MINUTE',
  'ONBOARDING_VERIFICATIONS_PER_MAILBOX',
  'ONBOARDING_REFUSALS_PER_WORKSPACE',
  'ONBOARDING_REFUSALS_PER_HOST',
  'ONBOARDING_CONNECTIONS_PER_ADDRESS',
  'ONBOARDING_TRUSTED_PROXIES',
])('%s has to be a number that makes sense', (name) => {
  for (const value of ['-1', '1.5', 'many']) expect(() => readConfig({ [name]: value })).toThrow(name);
});
