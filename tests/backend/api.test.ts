import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { validate } from '@readme/openapi-parser';
import { CompactEncrypt, type CompactJWEHeaderParameters, exportJWK, generateKeyPair, importJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../backend/src/app.ts';
import {
  Connection,
  type ConnectionRequest,
  JsonWebKeySet,
  MAX_WAIT,
  Problem,
  problemTypes,
  type SealedPassword,
  Workspace,
} from '../../utils/onboarding/contract.ts';
import { type Dovecot, startDovecot } from '../servers/dovecot.ts';
import { Onboarding, WORKSPACE } from './onboarding.ts';

const PASSWORD = 'abcdefghijklmnop';
const WRONG = 'fakefakefakefake';

let onboarding: Onboarding;
let dovecot: Dovecot;

beforeAll(async () => {
  onboarding = await Onboarding.start(async (pki) => {
    dovecot = await startDovecot({
      certificate: await pki.certificateFor(['mail.test']),
      users: [{ email: 'works@mail.test', password: PASSWORD }],
    });
    return [
      `mail.test:993=127.0.0.1:${dovecot.ports.imaps}`,
      `mail.test:587=127.0.0.1:${dovecot.ports.submission}`,
    ];
  });
});

afterAll(async () => {
  await onboarding?.stop();
  await dovecot?.stop();
});

let people = 0;
/** Somebody new with a mailbox at the scripted server. */
function somebody(): string {
  const email = `test.person.${people++}@gmail.com`;
  onboarding.mail.accounts.set(email, { password: PASSWORD });
  return email;
}

const logInsOf = (email: string) => onboarding.mail.logIns.filter(({ user }) => user === email);

async function expectProblem(response: Response, status: number, type: string): Promise<void> {
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*');
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  const problem = Problem.parse(await response.json());
  expect(problem).toEqual({
    type,
    status,
    title: expect.stringMatching(/\.$/),
    instance: `urn:request:${response.headers.get('X-Request-Id')}`,
  });
  expect(response.status).toBe(status);
}

test('the keys are public ones, as the contract says', async () => {
  const response = await fetch(`${onboarding.backend.url}/.well-known/jwks.json`);
  expect(response.headers.get('Cache-Control')).toBe('public, max-age=300');
  const body = await response.json();
  expect(JsonWebKeySet.parse(body)).toEqual(body);
  expect(JSON.stringify(body)).not.toContain('"d"');
});

test('the workspace is told to whoever has the token', async () => {
  const response = await onboarding.call('GET', '/v1/workspace');
  expect(Workspace.parse(await response.json())).toEqual({ id: WORKSPACE, name: 'My workspace' });
});

test('it says that it is well', async () => {
  expect((await fetch(`${onboarding.backend.url}/healthz`)).status).toBe(200);
});

describe('without the right token', () => {
  const id = randomUUID();
  const routes = [
    ['GET', '/v1/workspace'],
    ['PUT', `/v1/connections/${id}`],
    ['GET', `/v1/connections/${id}`],
    ['POST', `/v1/connections/${id}/verify`],
    ['DELETE', `/v1/connections/${id}`],
  ] as const;

  test.each(routes)('%s %s is not done for nobody', async (method, path) => {
    const response = await fetch(`${onboarding.backend.url}${path}`, { method });
    await expectProblem(response, 401, problemTypes.tokenMissing);
  });

  test.each(routes)('%s %s is not done for somebody else', async (method, path) => {
    const wrong = onboarding.backend.token.slice(0, -1);
    const response = await onboarding.call(method, path, { headers: { Authorization: `Bearer ${wrong}` } });
    await expectProblem(response, 401, problemTypes.tokenRefused);
  });
});

describe('a mailbox that works', () => {
  test('is accepted, verified and told without its password', async () => {
    const email = somebody();
    const id = randomUUID();
    const response = await onboarding.put(id, await onboarding.request(id, email, PASSWORD));
    expect(response.status).toBe(202);
    expect(Connection.parse(await response.json())).toEqual({
      id,
      provider: 'google',
      email,
      state: 'verifying',
      version: 1,
      attempt: 1,
      checks: { receiving: { status: 'pending' }, sending: { status: 'pending' } },
    });

    const connection = Connection.parse(await onboarding.finished(id));
    expect(connection).toEqual({
      id,
      provider: 'google',
      email,
      state: 'done',
      version: 3,
      attempt: 1,
      verdict: 'verified',
      mailbox: 'new',
      checks: {
        receiving: { status: 'ok', host: 'imap.gmail.com', port: 993, ms: expect.any(Number) },
        sending: { status: 'ok', host: 'smtp.gmail.com', port: 465, ms: expect.any(Number) },
      },
    });
  });

  // The third and fourth have no servers otherwise; whoever names some for the last may know better than we do.
  test.each(['other', 'google', 'zimbra', 'open-xchange', 'proton'])(
    'at a real mail server, named by hand, of %s',
    async (provider) => {
      const servers = {
        imap: { host: 'mail.test', port: 993, security: 'tls' },
        smtp: { host: 'mail.test', port: 587, security: 'starttls' },
      } as const;
      const good = await onboarding.handIn('works@mail.test', PASSWORD, { provider, servers });
      expect(await onboarding.finished(good.id)).toMatchObject({ verdict: 'verified' });
      const bad = await onboarding.handIn('works@mail.test', WRONG, { provider, servers });
      expect(await onboarding.finished(bad.id)).toMatchObject({ verdict: 'rejected' });
    },
  );

  test('with a user name of its own is signed in to under it', async () => {
    onboarding.mail.accounts.set('test.login', { password: PASSWORD });
    const { id } = await onboarding.handIn('test.alias@gmail.com', PASSWORD, { login: 'test.login' });
    expect(await onboarding.finished(id)).toMatchObject({
      verdict: 'verified',
      email: 'test.alias@gmail.com',
    });
  });
});

test('a finished verification is 200 whatever its verdict', async () => {
  const { id } = await onboarding.handIn(somebody(), WRONG);
  expect(await onboarding.finished(id)).toMatchObject({
    verdict: 'rejected',
    advice: { code: 'AUTH_INVALID', link: 'https://myaccount.google.com/apppasswords' },
    checks: { receiving: { code: 'AUTH_INVALID', stage: 'auth', retryable: false } },
  });
});

describe('the same request again', () => {
  test('under other ids, one after the other or at once, is the same connection, verified once', async () => {
    const email = somebody();
    const ids = Array.from({ length: 5 }, () => randomUUID());
    const requests = await Promise.all(ids.map((id) => onboarding.request(id, email, PASSWORD)));
    const answers = await Promise.all(ids.map((id, i) => onboarding.put(id, requests[i])));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 202]);
    const said = await Promise.all(answers.map((answer) => answer.json() as Promise<Connection>));
    expect(new Set(said.map(({ id }) => id)).size).toBe(1);
    const { id } = said[0] as Connection;
    expect(await onboarding.finished(id)).toMatchObject({ verdict: 'verified' });
    expect(logInsOf(email)).toHaveLength(2);
  });

  test('under another id once it is done is verified anew, once, and keeps the id it has', async () => {
    const email = somebody();
    const first = await onboarding.finished((await onboarding.handIn(email, PASSWORD)).id);
    const id = randomUUID();
    const request = await onboarding.request(id, email, PASSWORD);
    const second = await onboarding.put(id, request);
    expect([second.status, await second.json()]).toMatchObject([
      202,
      { id: first.id, state: 'verifying', attempt: 2 },
    ]);
    expect(await onboarding.finished(first.id)).toMatchObject({ verdict: 'verified' });
    const repeated = await onboarding.put(id, request);
    expect([repeated.status, await repeated.json()]).toMatchObject([
      200,
      { id: first.id, state: 'done', attempt: 2 },
    ]);
    expect(logInsOf(email)).toHaveLength(4);
  });

  test('with another password is another connection', async () => {
    const email = somebody();
    const first = await onboarding.handIn(email, 'not-the-password');
    const second = await onboarding.handIn(email, PASSWORD);
    expect(second.id).not.toBe(first.id);
    expect(await onboarding.finished(second.id)).toMatchObject({ verdict: 'verified' });
  });

  test('that comes after it was forgotten is refused, and the same mailbox can be handed in anew', async () => {
    const email = somebody();
    const id = randomUUID();
    const request = await onboarding.request(id, email, PASSWORD);
    for (const wasThere of [false, true]) {
      const other = wasThere ? (await onboarding.handIn(email, PASSWORD)).id : id;
      expect((await onboarding.call('DELETE', `/v1/connections/${other}`)).status).toBe(204);
      const late = await onboarding.put(
        other,
        wasThere ? await onboarding.request(other, email, PASSWORD) : request,
      );
      expect([late.status, await late.json()]).toMatchObject([409, { type: problemTypes.idTaken }]);
    }
    expect((await onboarding.handIn(email, PASSWORD)).state).toBe('verifying');
  });

  test('is the same connection, verified once, however it was sealed', async () => {
    const email = somebody();
    const id = randomUUID();
    expect((await onboarding.put(id, await onboarding.request(id, email, PASSWORD))).status).toBe(202);
    await onboarding.finished(id);

    const again = await onboarding.put(id, await onboarding.request(id, email, PASSWORD));
    expect(again.status).toBe(200);
    expect(await again.json()).toEqual(await onboarding.finished(id));
    expect(logInsOf(email)).toHaveLength(2);
  });

  test('at the same time, too', async () => {
    const email = somebody();
    const id = randomUUID();
    const requests = await Promise.all([1, 2, 3, 4, 5].map(() => onboarding.request(id, email, PASSWORD)));
    const responses = await Promise.all(requests.map((request) => onboarding.put(id, request)));
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 202]);
    await onboarding.finished(id);
    expect(logInsOf(email)).toHaveLength(2);
  });

  test.each<[string, (id: string, email: string) => Promise<ConnectionRequest>]>([
    ['password', (id, email) => onboarding.request(id, email, WRONG)],
    ['address', (id) => onboarding.request(id, somebody(), PASSWORD)],
    ['provider', (id, email) => onboarding.request(id, email, PASSWORD, { provider: 'yahoo' })],
    ['user name', (id, email) => onboarding.request(id, email, PASSWORD, { login: 'test.login' })],
    // It can mean other servers, and those another verdict.
    ['page', (id, email) => onboarding.request(id, email, PASSWORD, { pageHost: 'accounts.zoho.eu' })],
  ])('with another %s is another one, and refused', async (_, other) => {
    const email = somebody();
    const id = randomUUID();
    await onboarding.put(id, await onboarding.request(id, email, PASSWORD));
    await expectProblem(await onboarding.put(id, await other(id, email)), 409, problemTypes.idTaken);
    expect(await onboarding.finished(id)).toMatchObject({ verdict: 'verified', email });
  });
});

describe('a sealed password is refused', () => {
  const email = 'test.person@gmail.com';

  /** Seals as the extension does, but for what is said. */
  async function sealed(
    id: string,
    content: Partial<SealedPassword> | string = {},
    header: Partial<CompactJWEHeaderParameters> = {},
  ): Promise<string> {
    const [key] = (await onboarding.keys()).keys;
    if (!key) throw new Error('There is no key');
    const whole = { ...onboarding.content(id, email, PASSWORD), iat: Math.floor(Date.now() / 1000) };
    const plaintext = typeof content === 'string' ? content : JSON.stringify({ ...whole, ...content });
    return new CompactEncrypt(new TextEncoder().encode(plaintext))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: key.kid, ...header })
      .encrypt(await importJWK(key, header.alg ?? 'ECDH-ES'));
  }

  const putSealed = async (id: string, password: string): Promise<Response> =>
    onboarding.put(id, { provider: 'google', email, password });

  test('whose key is not known', async () => {
    const id = randomUUID();
    const { publicKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
    const jwe = await new CompactEncrypt(new TextEncoder().encode('{}'))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: 'another' })
      .encrypt(await importJWK(await exportJWK(publicKey), 'ECDH-ES'));
    await expectProblem(await putSealed(id, jwe), 409, problemTypes.keyUnknown);
    const unnamed = await sealed(id, {}, { kid: undefined });
    await expectProblem(await putSealed(id, unnamed), 409, problemTypes.keyUnknown);
  });

  const seconds = Math.floor(Date.now() / 1000);
  const day = 24 * 3600;
  test.each<[string, Partial<SealedPassword>, type: string]>([
    ['for another backend', { aud: 'https://onboarding.example.com' }, problemTypes.sealForOther],
    ['for another workspace', { workspace: 'another' }, problemTypes.sealForOther],
    ['for another connection', { connection: randomUUID() }, problemTypes.sealForOther],
    ['for another address', { email: 'another.person@gmail.com' }, problemTypes.sealForOther],
    ['too long ago', { iat: seconds - 15 * day }, problemTypes.sealTime],
    ['in the future', { iat: seconds + 2 * day }, problemTypes.sealTime],
    ['without a password', { password: undefined }, problemTypes.sealBroken],
    ['with an empty password', { password: '' }, problemTypes.sealBroken],
  ])('that was sealed %s', async (_, content, type) => {
    const id = randomUUID();
    await expectProblem(await putSealed(id, await sealed(id, content)), 400, type);
    expect((await onboarding.call('GET', `/v1/connections/${id}`)).status).toBe(404);
  });

  test('but not one that waited a few days', async () => {
    const id = randomUUID();
    const response = await putSealed(id, await sealed(id, { iat: seconds - 13 * day }));
    expect(response.status).toBe(202);
  });

  test.each<[string, Partial<CompactJWEHeaderParameters>]>([
    ['another algorithm for the key', { alg: 'ECDH-ES+A256KW' }],
    ['another algorithm for the text', { enc: 'A128GCM' }],
    ['another algorithm for the text', { enc: 'A256CBC-HS512' }],
  ])('that uses %s: %j', async (_, header) => {
    const id = randomUUID();
    await expectProblem(await putSealed(id, await sealed(id, {}, header)), 400, problemTypes.sealBroken);
  });

  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  test.each<[string, (jwe: string[]) => string[]]>([
    ['algorithm none', ([, ...rest]) => [encoded({ alg: 'none', enc: 'A256GCM' }), ...rest]],
    ['algorithm dir', ([, ...rest]) => [encoded({ alg: 'dir', enc: 'A256GCM' }), ...rest]],
    ['no header', ([, ...rest]) => ['e30', ...rest]],
    ['a header that is no JSON', ([, ...rest]) => ['abcd', ...rest]],
    [
      'another initialisation vector',
      ([header = '', key = '', , text = '', tag = '']) => [header, key, 'AAAAAAAAAAAAAAAA', text, tag],
    ],
    [
      'another text',
      ([header = '', key = '', iv = '', text = '', tag = '']) => [header, key, iv, flipped(text), tag],
    ],
    [
      'another tag',
      ([header = '', key = '', iv = '', text = '', tag = '']) => [header, key, iv, text, flipped(tag)],
    ],
    ['a key of its own', ([header = '', , iv = '', text = '', tag = '']) => [header, 'AAAA', iv, text, tag]],
  ])('that was tampered with: %s', async (_, tamper) => {
    const id = randomUUID();
    const genuine = await sealed(id);
    // The header names the key, and without it the key is not known.
    const tampered = tamper(genuine.split('.')).join('.');
    const response = await putSealed(id, tampered);
    expect([400, 409]).toContain(response.status);
    await expectProblem(
      response,
      response.status,
      response.status === 400 ? problemTypes.sealBroken : problemTypes.keyUnknown,
    );
  });

  test('that holds something else', async () => {
    const id = randomUUID();
    for (const content of ['no JSON', 'null', '[]', '"text"']) {
      await expectProblem(await putSealed(id, await sealed(id, content)), 400, problemTypes.sealBroken);
    }
  });

  test.each(['', 'garbage', 'a.b.c', 'a.b.c.d.e.f', `${'a'.repeat(5000)}.b.c.d.e`])(
    'that is none (%#)',
    async (jwe) => {
      await expectProblem(await putSealed(randomUUID(), jwe), 400, problemTypes.requestInvalid);
    },
  );

  const flipped = (part: string): string => (part[0] === 'A' ? 'B' : 'A') + part.slice(1);
});

describe('a request that is not as described', () => {
  const body = (content: string): RequestInit => ({
    body: content,
    headers: { 'Content-Type': 'application/json' },
  });
  const path = `/v1/connections/${randomUUID()}`;

  test.each([
    ['nothing', ''],
    ['no JSON', '{"provider": "google",'],
    ['null', 'null'],
    ['a list', '[]'],
    ['an object without what is needed', '{}'],
  ])('%s', async (_, content) => {
    await expectProblem(await onboarding.call('PUT', path, body(content)), 400, problemTypes.requestInvalid);
  });

  test.each<[string, Record<string, unknown>]>([
    ['provider', { provider: '../google' }],
    ['provider', { provider: 7 }],
    ['email', { email: 'nobody' }],
    ['email', { email: `${'a'.repeat(250)}@gmail.com` }],
    ['login', { login: '' }],
    ['login', { login: 'nobody\0' }],
    [
      'servers.imap.port',
      { servers: { imap: { host: 'mail.test', port: 0, security: 'tls' }, smtp: undefined } },
    ],
    ['pageHost', { pageHost: '' }],
    ['pageHost', { pageHost: 'Accounts.zoho.eu' }],
    ['pageHost', { pageHost: 'accounts.zoho.eu:443' }],
    ['pageHost', { pageHost: 'https://accounts.zoho.eu' }],
    ['pageHost', { pageHost: `${'a'.repeat(250)}.eu.` }],
    ['servers.imap.security', { servers: { imap: { host: 'mail.test', port: 143, security: 'none' } } }],
  ])('with another %s: %j', async (field, change) => {
    const id = randomUUID();
    const request = { ...(await onboarding.request(id, 'test.person@gmail.com', PASSWORD)), ...change };
    const response = await onboarding.put(id, request);
    const problem = Problem.parse(await response.clone().json());
    expect(problem.title).toContain(field);
    await expectProblem(response, 400, problemTypes.requestInvalid);
  });

  test('names a provider nobody knows, and no servers', async () => {
    const id = randomUUID();
    const request = await onboarding.request(id, 'test.person@mail.test', PASSWORD, { provider: 'nobody' });
    await expectProblem(await onboarding.put(id, request), 400, problemTypes.providerUnknown);
  });

  test.each(['proton', 'tuta', 'hey'])(
    'names %s, which lets no server in, and no servers',
    async (provider) => {
      const id = randomUUID();
      const request = await onboarding.request(id, 'test.person@mail.test', PASSWORD, { provider });
      await expectProblem(await onboarding.put(id, request), 400, problemTypes.providerClosed);
      expect((await onboarding.call('GET', `/v1/connections/${id}`)).status).toBe(404);
    },
  );

  test.each(['zimbra', 'open-xchange', 'hostpapa', 'ionos-workspace'])(
    'names %s, whose servers only its owner knows, and no servers',
    async (provider) => {
      const id = randomUUID();
      const request = await onboarding.request(id, 'test.person@mail.test', PASSWORD, { provider });
      await expectProblem(await onboarding.put(id, request), 400, problemTypes.serversNeeded);
      expect((await onboarding.call('GET', `/v1/connections/${id}`)).status).toBe(404);
    },
  );

  test('is too large', async () => {
    const huge = JSON.stringify({ provider: 'google', padding: 'x'.repeat(64 * 1024) });
    await expectProblem(await onboarding.call('PUT', path, body(huge)), 413, problemTypes.bodyTooLarge);
  });

  test('is too large, and does not say so beforehand', async () => {
    const { port } = new URL(onboarding.backend.url);
    const chunk = 'x'.repeat(20 * 1024);
    const head = [
      `PUT ${path} HTTP/1.1`,
      'Host: localhost',
      `Authorization: Bearer ${onboarding.backend.token}`,
      'Transfer-Encoding: chunked',
    ];
    // All at once: the server hangs up as soon as it has had enough.
    const socket = connect(Number(port), '127.0.0.1');
    socket.write([...head, '', chunk.length.toString(16), chunk, '0', '', ''].join('\r\n'));
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain(problemTypes.bodyTooLarge);
  });

  test.each([
    ['PUT', ''],
    ['GET', ''],
    ['POST', '/verify'],
    ['DELETE', ''],
  ])('has an id that is none: %s', async (method, rest) => {
    for (const id of ['1', 'not-a-uuid', '%00', "'; drop table connections; --"]) {
      const response = await onboarding.call(method, `/v1/connections/${encodeURIComponent(id)}${rest}`);
      await expectProblem(response, 400, problemTypes.requestInvalid);
    }
  });

  test.each(['wait=-1', `wait=${MAX_WAIT + 1}`, 'wait=soon', 'since=-1', 'since=1.5'])(
    'asks to %s',
    async (query) => {
      await expectProblem(await onboarding.call('GET', `${path}?${query}`), 400, problemTypes.requestInvalid);
    },
  );
});

describe('what does not exist', () => {
  test('a connection', async () => {
    const path = `/v1/connections/${randomUUID()}`;
    await expectProblem(await onboarding.call('GET', path), 404, problemTypes.notFound);
    await expectProblem(await onboarding.call('GET', `${path}?wait=20`), 404, problemTypes.notFound);
    await expectProblem(await onboarding.call('POST', `${path}/verify`), 404, problemTypes.notFound);
    expect((await onboarding.call('DELETE', path)).status).toBe(204);
  });

  test('a route', async () => {
    await expectProblem(await onboarding.call('GET', '/v1/nothing'), 404, problemTypes.notFound);
    await expectProblem(await onboarding.call('GET', '/'), 404, problemTypes.notFound);
  });
});

describe('a long poll', () => {
  /** A mailbox whose verification takes as long as it may. */
  async function handInHanging(): Promise<string> {
    const email = somebody();
    onboarding.mail.accounts.set(email, { password: PASSWORD, outcome: { imap: 'hang', smtp: 'hang' } });
    return (await onboarding.handIn(email, PASSWORD)).id;
  }

  const timed = async (path: string) => {
    const started = performance.now();
    const response = await onboarding.call('GET', path);
    const connection = response.ok ? Connection.parse(await response.json()) : undefined;
    return { response, connection, ms: performance.now() - started };
  };

  test('answers as soon as something changes', async () => {
    const email = somebody();
    onboarding.mail.accounts.set(email, { password: PASSWORD, outcome: { imap: 'hang', smtp: 'slow' } });
    const { id } = await onboarding.handIn(email, PASSWORD);
    const { connection, ms } = await timed(`/v1/connections/${id}?wait=20&since=1`);
    expect(connection).toMatchObject({
      state: 'verifying',
      version: 2,
      checks: { receiving: { status: 'pending' }, sending: { status: 'ok' } },
    });
    expect(ms).toBeLessThan(3000);
  });

  test('without a version to go by, answers when it is done', async () => {
    const email = somebody();
    onboarding.mail.accounts.set(email, { password: PASSWORD, outcome: { smtp: 'slow' } });
    const { id } = await onboarding.handIn(email, PASSWORD);
    const { connection } = await timed(`/v1/connections/${id}?wait=20`);
    expect(connection).toMatchObject({ state: 'done', verdict: 'verified' });
  });

  test('answers at the latest after the time it was given', async () => {
    const id = await handInHanging();
    const { connection, ms } = await timed(`/v1/connections/${id}?wait=1&since=1`);
    expect(connection).toMatchObject({ state: 'verifying', version: 1 });
    expect(ms).toBeGreaterThanOrEqual(950);
    expect(ms).toBeLessThan(2500);
  });

  test('answers at once without a time', async () => {
    const id = await handInHanging();
    const { connection, ms } = await timed(`/v1/connections/${id}?since=1`);
    expect(connection).toMatchObject({ state: 'verifying', version: 1 });
    expect(ms).toBeLessThan(900);
  });

  test('answers at once what is done', async () => {
    const { id, version } = await onboarding.finished((await onboarding.handIn(somebody(), PASSWORD)).id);
    const { connection, ms } = await timed(`/v1/connections/${id}?wait=20&since=${version}`);
    expect(connection).toMatchObject({ state: 'done' });
    expect(ms).toBeLessThan(5000);
  });

  test('ends when the connection is forgotten', async () => {
    const id = await handInHanging();
    const poll = timed(`/v1/connections/${id}?wait=20&since=1`);
    await onboarding.call('DELETE', `/v1/connections/${id}`);
    const { response, ms } = await poll;
    await expectProblem(response, 404, problemTypes.notFound);
    expect(ms).toBeLessThan(3000);
  });
});

describe('trying again', () => {
  test('uses the password that is there, after IMAP was switched on', async () => {
    const email = somebody();
    onboarding.mail.accounts.set(email, { password: PASSWORD, outcome: { imap: 'imap-off' } });
    const { id } = await onboarding.handIn(email, PASSWORD);
    expect(await onboarding.finished(id)).toMatchObject({
      verdict: 'partial',
      attempt: 1,
      advice: { code: 'IMAP_DISABLED', about: 'receiving' },
      checks: { receiving: { retryable: true }, sending: { status: 'ok' } },
    });

    onboarding.mail.accounts.set(email, { password: PASSWORD });
    const response = await onboarding.call('POST', `/v1/connections/${id}/verify`);
    expect(response.status).toBe(202);
    const restarted = Connection.parse(await response.json());
    expect(restarted).toMatchObject({
      state: 'verifying',
      attempt: 2,
      checks: { sending: { status: 'pending' } },
    });
    expect(restarted).not.toHaveProperty('verdict');
    expect(restarted).not.toHaveProperty('advice');
    expect(await onboarding.finished(id)).toMatchObject({ verdict: 'verified', attempt: 2 });
  });

  test('does nothing while it is being tried', async () => {
    const email = somebody();
    onboarding.mail.accounts.set(email, { password: PASSWORD, outcome: { imap: 'slow', smtp: 'slow' } });
    const { id } = await onboarding.handIn(email, PASSWORD);
    const response = await onboarding.call('POST', `/v1/connections/${id}/verify`);
    expect(await response.json()).toMatchObject({ state: 'verifying', attempt: 1 });
    await onboarding.finished(id);
    expect(logInsOf(email)).toHaveLength(2);
  });

  test('does nothing with a mailbox that works: its password is no longer with the connection', async () => {
    const email = somebody();
    const { id } = await onboarding.finished((await onboarding.handIn(email, PASSWORD)).id);
    const response = await onboarding.call('POST', `/v1/connections/${id}/verify`);
    expect(await response.json()).toMatchObject({ state: 'done', verdict: 'verified', attempt: 1 });
    expect(logInsOf(email)).toHaveLength(2);
  });
});

test('a connection is forgotten, with its mailbox', async () => {
  const email = somebody();
  const { id } = await onboarding.finished((await onboarding.handIn(email, PASSWORD)).id);
  const response = await onboarding.call('DELETE', `/v1/connections/${id}`);
  expect(response.status).toBe(204);
  expect(await response.text()).toBe('');
  await expectProblem(await onboarding.call('GET', `/v1/connections/${id}`), 404, problemTypes.notFound);
});

describe('servers named by hand', () => {
  test.each([
    ['a private address', { host: '127.0.0.1', port: 993 }, 'UNREACHABLE_DNS'],
    ['a port that is not for mail', { host: 'localhost', port: 22 }, 'UNREACHABLE_REFUSED'],
  ] as const)('do not lead to %s', async (_, place, code) => {
    const servers = { imap: { ...place, security: 'tls' }, smtp: { ...place, security: 'tls' } } as const;
    const { id } = await onboarding.handIn(somebody(), PASSWORD, { provider: 'other', servers });
    expect(await onboarding.finished(id)).toMatchObject({
      verdict: 'unreachable',
      checks: { receiving: { code }, sending: { code } },
    });
  });
});

test('any web origin may ask beforehand', async () => {
  const response = await fetch(`${onboarding.backend.url}/v1/connections/${randomUUID()}`, {
    method: 'OPTIONS',
    headers: {
      Origin: 'https://example.com',
      'Access-Control-Request-Method': 'PUT',
      'Access-Control-Request-Headers': 'authorization,content-type',
    },
  });
  expect(response.status).toBe(204);
  expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*');
  expect(response.headers.get('Access-Control-Allow-Methods')?.split(',')).toContain('PUT');
  expect(response.headers.get('Access-Control-Allow-Headers')?.toLowerCase().split(',')).toEqual([
    'authorization',
    'content-type',
  ]);
  expect(response.headers.get('Access-Control-Allow-Credentials')).toBeNull();
});

describe('the OpenAPI description', () => {
  interface Operation {
    operationId: string;
    parameters?: { name: string; in: string }[];
    responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
  }
  interface Description {
    openapi: string;
    servers: { url: string }[];
    paths: Record<string, Record<string, Operation>>;
    'x-problem-types': { type: string; when: string; todo: string }[];
  }
  let description: Description;

  beforeAll(async () => {
    description = (await (await fetch(`${onboarding.backend.url}/openapi.json`)).json()) as Description;
  });

  const operations = () =>
    Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

  test('is of version 3.1 and of this backend', () => {
    expect(description.openapi).toMatch(/^3\.1\.\d$/);
    expect(description.servers).toEqual([{ url: onboarding.backend.url }]);
  });

  test('is valid', async () => {
    expect(await validate(structuredClone(description) as never)).toMatchObject({
      valid: true,
      warnings: [],
    });
  });

  test('is made of JSON Schema throughout', () => {
    // Keywords that nobody knows are valid, so the validator says nothing of what zod keeps for itself.
    const schemas = JSON.stringify(description);
    for (const own of ['"def":', '"_zod":', String(Number.MAX_SAFE_INTEGER)])
      expect(schemas).not.toContain(own);
  });

  test('says of every problem type when it is said and what to do', () => {
    const told = description['x-problem-types'];
    expect(told.map(({ type }) => type)).toEqual(Object.values(problemTypes));
    for (const { when, todo } of told)
      expect([when, todo]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/\.$/)]);
  });

  test('names every route, and no other', () => {
    // Nothing is asked of the parts: it is the routes that are looked at.
    const { routes } = createApp({ keys: {}, origin: '', version: '' } as Parameters<typeof createApp>[0]);
    const served = routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    const described = operations().map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(described.sort()).toEqual([...new Set(served)].sort());
  });

  test('is complete: ids, parameters, answers', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations()) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect(declared.map(({ name }) => name)).toEqual(inPath);
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(response.description, `${path} ${status}`).toBeTruthy();
        const types = Object.keys(response.content ?? {});
        if (status === 'default' || (Number(status) >= 400 && path !== '/readyz')) {
          expect(types, `${path} ${status}`).toEqual(['application/problem+json']);
        }
      }
    }
  });

  test('refers to nothing that is not in it', () => {
    const references = [...JSON.stringify(description).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    expect(references).not.toEqual([]);
    for (const reference of references) {
      const found = reference
        .split('/')
        .reduce<unknown>((node, step) => (node as Record<string, unknown>)?.[step], description);
      expect(found, reference).toBeTypeOf('object');
    }
  });
});

test('no token, address or password is in the log', async () => {
  const { backend, mail } = onboarding;
  // The token is printed once, at the start, for whoever set the backend up.
  const log = backend.log().replace(`Access token ${backend.token}`, '');
  expect(log).not.toContain(backend.token);
  for (const email of mail.accounts.keys()) expect(log).not.toContain(email);
  for (const password of [PASSWORD, WRONG]) expect(log).not.toContain(password);
  expect(log).toContain('"verdict":"verified"');
});
