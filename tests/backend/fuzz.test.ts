import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { CompactEncrypt, exportJWK, generateKeyPair, importJWK } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonWebKeySet } from '../../utils/onboarding/contract.ts';
import { Onboarding } from './onboarding.ts';

// Whatever arrives: problem details, in time, from the same process, and the secret in it nowhere.

/** In every password and every part that could be taken for one. */
const MARKER = 'fakesecretmarker';
const EMAIL = 'test.person@gmail.com';
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const PATIENCE_MS = 5000;

let onboarding: Onboarding;
let pid: number;
let key: JsonWebKeySet['keys'][number];

beforeAll(async () => {
  console.log(`SEED=${SEED}`);
  const enough = '1000000';
  onboarding = await Onboarding.start(undefined, {
    ONBOARDING_REQUESTS_PER_MINUTE: enough,
    ONBOARDING_STRANGER_REQUESTS_PER_MINUTE: enough,
  });
  pid = onboarding.backend.pid;
  key = (await onboarding.keys()).keys[0] as typeof key;
});

afterAll(async () => {
  try {
    expect((await onboarding.call('GET', '/v1/workspace')).status).toBe(200);
    expect(() => process.kill(pid, 0)).not.toThrow();
    const log = onboarding.backend.log();
    expect(log).not.toContain(MARKER);
    expect(log).not.toContain(Buffer.from(MARKER).toString('base64url'));
    expect(log.split('\n').filter((line) => line.includes('request failed'))).toEqual([]);
    expect(onboarding.mail.logIns.filter(({ ok }) => ok)).toEqual([]);
  } finally {
    await onboarding?.stop();
  }
});

/** `npm test` makes a fifth of the runs. */
const always = (numRuns: number) => ({
  numRuns: process.env.TEST_ALL ? numRuns : Math.ceil(numRuns / 5),
  seed: SEED,
});

async function expectRefused(response: Response): Promise<void> {
  const body = await response.text();
  expectProblem(response.status, response.headers.get('Content-Type'), body);
}

function expectProblem(status: number, type: string | null | undefined, body: string): void {
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(type).toBe('application/problem+json');
  expect(JSON.parse(body)).toMatchObject({
    type: expect.stringMatching(/^\/problems\/[a-z-]+$/),
    title: expect.stringMatching(/\.$/),
    status,
  });
  expect(body).not.toContain(MARKER);
}

const put = (id: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  onboarding.call('PUT', `/v1/connections/${id}`, {
    body,
    headers: { 'Content-Type': 'application/json', ...headers },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });

const putPassword = (id: string, password: unknown) =>
  put(id, JSON.stringify({ provider: 'google', email: EMAIL, password }));

const encoded = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** One that would be accepted. */
async function goodPassword(id: string, change: object = {}): Promise<string> {
  return (await onboarding.request(id, EMAIL, MARKER, change)).password;
}

test('a sealed password that was cut, stretched or changed', async () => {
  const id = randomUUID();
  const good = await goodPassword(id);
  const place = fc.nat(good.length - 1);
  // A tag or text can be spelled in two ways in Base64: flips in the last letter's unused bits change nothing.
  const flipped = fc.tuple(fc.nat(4), fc.nat(), fc.nat(7)).map(([part, at, bit]) => {
    const parts = good.split('.');
    const bytes = Buffer.from(parts[part] ?? '', 'base64url');
    if (bytes.length > 0) (bytes[at % bytes.length] as number) ^= 1 << bit;
    parts[part] = bytes.length > 0 ? bytes.toString('base64url') : 'AAAA';
    return parts.join('.');
  });
  const changed = fc.oneof(
    flipped,
    place.map((at) => good.slice(0, at)),
    place.map((at) => good.slice(at + 1)),
    fc.tuple(place, fc.string({ unit: 'grapheme', minLength: 1 })).map(([at, more]) => {
      return `${good.slice(0, at)}${more}${good.slice(at)}`;
    }),
    fc.shuffledSubarray(good.split('.'), { maxLength: 4 }).map((parts) => parts.join('.')),
    fc.constant('A'.repeat(4000)).map((long) => good.replace(/[^.]+$/, long)),
    fc.constantFrom(`${good}.`, `.${good}`, `${good}=`, `${good}\n`, good.replaceAll('.', '..'), good + good),
    fc.base64String({ minLength: 1 }).map((text) => [text, text, text, text, text].join('.')),
    fc.anything({ withUnicodeString: true } as object),
  );
  await fc.assert(
    fc.asyncProperty(changed, async (password) => {
      fc.pre(password !== good);
      await expectRefused(await putPassword(id, password));
    }),
    always(450),
  );
});

test('a sealed password with another header', async () => {
  const id = randomUUID();
  const parts = (await goodPassword(id)).split('.');
  const good = JSON.parse(Buffer.from(parts[0] as string, 'base64url').toString()) as Record<string, unknown>;
  const epk = good.epk as Record<string, unknown>;
  const point = (name: string) =>
    fc.constantFrom('', 'AA', 'A'.repeat(43), 'A'.repeat(44), `_${name}`, 1, null);
  const change = fc.oneof(
    fc.record({
      alg: fc.constantFrom('none', 'dir', 'RSA-OAEP', 'RSA1_5', 'PBES2-HS256+A128KW', 'A256KW', 1, null),
    }),
    fc.record({ enc: fc.constantFrom('A128GCM', 'A256CBC-HS512', 'none', '', 1, null, []) }),
    fc.record({
      kid: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(undefined, null, 1, {}, '__proto__')),
    }),
    fc.record({ zip: fc.constantFrom('DEF', 'GZ', '', 1) }),
    fc.record({ crit: fc.constantFrom(['exp'], [], ['b64'], 'exp', 1, [1], ['alg']), exp: fc.constant(1) }),
    fc.record({ apu: fc.anything(), apv: fc.anything() }),
    fc.record({
      p2c: fc.constant(2 ** 31),
      alg: fc.constant('PBES2-HS512+A256KW'),
      p2s: fc.constant('AAAA'),
    }),
    // Off the curve, of another one, or none at all.
    fc.record({ epk: fc.record({ x: point('x'), y: point('y') }).map((other) => ({ ...epk, ...other })) }),
    fc.record({
      epk: fc.constantFrom({ ...epk, crv: 'P-384' }, { ...epk, kty: 'OKP' }, { ...epk, crv: 'X25519' }),
    }),
    fc.record({ epk: fc.anything() }),
    fc.record({ jku: fc.constant('http://127.0.0.1:1/'), alg: fc.constant('ECDH-ES+A256KW') }),
    fc.dictionary(fc.string(), fc.anything(), { minKeys: 1 }),
  );
  const header = fc.oneof(
    { weight: 4, arbitrary: change.map((other) => ({ ...good, ...other })) },
    { weight: 1, arbitrary: fc.anything() },
    {
      weight: 1,
      // The same name twice: whoever takes the first and whoever takes the last see two different headers.
      arbitrary: fc.constantFrom(
        `{"alg":"none",${JSON.stringify(good).slice(1)}`,
        `${JSON.stringify(good).slice(0, -1)},"alg":"dir"}`,
        `${JSON.stringify(good).slice(0, -1)},"kid":"other"}`,
        `{"__proto__":{"alg":"dir"},${JSON.stringify(good).slice(1)}`,
      ),
    },
  );
  await fc.assert(
    fc.asyncProperty(header, async (other) => {
      fc.pre(JSON.stringify(other) !== JSON.stringify(good));
      const password = [encoded(other ?? ''), ...parts.slice(1)].join('.');
      await expectRefused(await putPassword(id, password));
    }),
    always(450),
  );
});

test('a password sealed well, of something else', async () => {
  const id = randomUUID();
  const whole = () => ({ ...onboarding.content(id, EMAIL, MARKER), iat: Math.floor(Date.now() / 1000) });
  const unit = fc.string({ unit: 'binary' });
  const content = fc.oneof(
    fc.anything().map((value) => JSON.stringify(value) ?? ''),
    unit.map((value) => `${MARKER}${value}`),
    fc
      .tuple(fc.constantFrom('aud', 'workspace', 'connection', 'email'), fc.anything())
      .map(([name, value]) => JSON.stringify({ ...whole(), [name]: value })),
    fc
      .constantFrom('password', 'iat', 'connection')
      .chain((name) =>
        fc
          .oneof(fc.constantFrom(null, [], {}, '', -1, 1e300, 'x'.repeat(257), MARKER.repeat(20)))
          .map((value) => JSON.stringify({ ...whole(), [name]: value })),
      ),
    fc.constant('[').map((bracket) => bracket.repeat(2000)),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  );
  const publicKey = await importJWK(key, 'ECDH-ES');
  await fc.assert(
    fc.asyncProperty(content, async (plaintext) => {
      const password = await new CompactEncrypt(Buffer.from(plaintext))
        .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: key.kid })
        .encrypt(publicKey);
      await expectRefused(await putPassword(id, password));
    }),
    always(300),
  );
});

test('a password sealed to a key of another curve, or somebody else’s of the same id', async () => {
  for (const crv of ['P-256', 'P-384', 'P-521', 'X25519']) {
    const { publicKey } = await generateKeyPair('ECDH-ES', { crv, extractable: true });
    const password = await new CompactEncrypt(Buffer.from(MARKER))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: key.kid })
      .encrypt(await importJWK(await exportJWK(publicKey), 'ECDH-ES'));
    await expectRefused(await putPassword(randomUUID(), password));
  }
});

/** Text of every kind: lone surrogates, NUL, what changes direction, and what is ordinary. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom(
    '\0',
    'a\0b',
    '\ud800',
    'a\udfffb',
    '\u202e',
    '\ufeff',
    'a\nb',
    '\r\nX: y',
    '💥'.repeat(200),
  ),
);

test('a request in which something is not as described', async () => {
  const id = randomUUID();
  const good = { provider: 'google', email: EMAIL, password: await goodPassword(id) };
  const server = { host: 'mail.test', port: 993, security: 'tls' };
  const bad = fc.oneof(
    // An e-mail or a login that is allowed must be the sealed one; a host is only looked at when all else is right.
    fc.record({ email: anyText.filter((value) => value !== EMAIL) }),
    fc.record({ provider: anyText.map((value) => `${value}\0`) }),
    fc.record({ login: anyText.map((value) => `${value}\u0000`) }),
    fc.record({ login: fc.constantFrom('a\tb', '\u007f', '\u0085', '', 'x'.repeat(255), 1, null, {}) }),
    fc.record({ pageHost: anyText.map((value) => `${value} `) }),
    fc.record({ servers: fc.anything().filter((value) => value !== undefined) }),
    anyText.map((host) => ({ servers: { imap: { ...server, host: `${host}\0` }, smtp: server } })),
    fc.constantFrom(0, -1, 65536, 1.5, '993', null).map((port) => ({
      servers: { imap: server, smtp: { ...server, port } },
    })),
    fc.record({ password: anyText }),
  );
  await fc.assert(
    fc.asyncProperty(bad, async (change) => {
      await expectRefused(await put(id, JSON.stringify({ ...good, ...change })));
    }),
    always(450),
  );
});

test('text of every kind where it is allowed is tried or refused, and breaks nothing', async () => {
  const password = anyText.map((value) => `${value}${MARKER}`);
  await fc.assert(
    fc.asyncProperty(anyText, password, async (login, secret) => {
      const id = randomUUID();
      const response = await put(id, JSON.stringify(await onboarding.request(id, EMAIL, secret, { login })));
      if (response.status !== 202) return expectRefused(response);
      const connection = await onboarding.finished(id);
      expect(connection.verdict).not.toBe('verified');
      expect(JSON.stringify(connection)).not.toContain(MARKER);
      expect((await onboarding.call('DELETE', `/v1/connections/${id}`)).status).toBe(204);
    }),
    always(60),
  );
});

test('a body that is no such JSON', async () => {
  const body = fc.oneof(
    fc.json(),
    anyText.map((value) => `${MARKER}${value}`),
    fc.uint8Array({ maxLength: 500 }).map((bytes) => new Uint8Array(bytes)),
    fc.constantFrom('', 'null', '0', '""', '[]', '{}', '{"a":', '\ufeff{}', '{"__proto__":{}}', 'NaN'),
    fc.nat(20_000).map((depth) => '['.repeat(depth)),
    fc.nat(8000).map((depth) => `${'{"a":'.repeat(depth / 5)}1${'}'.repeat(depth / 5)}`),
    fc.nat(8000).map((depth) => `{"servers":${'['.repeat(depth)}${']'.repeat(depth)}}`),
    fc.integer({ min: 1, max: 400_000 }).map((length) => `{"password":"${'x'.repeat(length)}"}`),
    fc.constant(`{"provider":${'9'.repeat(10_000)}}`),
  );
  const type = fc.constantFrom(
    'application/json',
    'text/plain',
    '',
    'multipart/form-data',
    'application/json; charset=utf-16',
    'x/'.repeat(50),
  );
  const encoding = fc.constantFrom<Record<string, string>>(
    {},
    { 'Content-Encoding': 'gzip' },
    { 'Content-Encoding': 'nonsense' },
  );
  await fc.assert(
    fc.asyncProperty(body, type, encoding, async (content, contentType, headers) => {
      await expectRefused(await put(randomUUID(), content, { 'Content-Type': contentType, ...headers }));
    }),
    always(360),
  );
});

/** Says byte by byte what is sent, as `fetch` does not. */
async function raw(request: string): Promise<{ status: number; type: string | undefined; body: string }> {
  const socket = connect(Number(new URL(onboarding.backend.url).port), '127.0.0.1');
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('It hangs')));
  socket.write(request, 'latin1');
  const answer = (await text(socket)).replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '');
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  return {
    status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]),
    type: /^content-type: *(.+)$/im.exec(head)?.[1],
    body: rest.join('\r\n\r\n'),
  };
}

const visible = fc.string({
  unit: fc.constantFrom(...'abc/?#%&=;:@[]{}|\\^`"<>~.-_ \x80\xff'),
  maxLength: 60,
});

test('odd paths, queries, methods and headers', async () => {
  const path = fc.oneof(
    visible.map((rest) => `/v1/connections/${rest.replaceAll(' ', '+')}`),
    visible.map((rest) => `/${rest.replaceAll(' ', '+')}`),
    visible.map((query) => `/v1/connections/${randomUUID()}?${query.replaceAll(' ', '+')}`),
    fc.constantFrom(
      `/v1/connections/${randomUUID()}?wait=1&wait=2`,
      `/v1/connections/${randomUUID()}?wait=9007199254740993`,
      `/v1/connections/${randomUUID()}?since=99999999999`,
      `/v1/connections/${randomUUID()}?wait=%00`,
      `/v1/connections/${randomUUID()}/verify/verify`,
      '/v1/connections/%c0%ae',
      '/v1/connections/%',
      '/v1/connections/%ff',
      '/v1/connections/..%2f..',
      '/../../etc/passwd',
      '//',
      '/v1//workspace',
      `/${'a'.repeat(8000)}`,
    ),
  );
  const method = fc.constantFrom(
    'GET',
    'PUT',
    'POST',
    'DELETE',
    'PATCH',
    'TRACE',
    'PROPFIND',
    'SEARCH',
    'NONSENSE',
    'get',
  );
  const header = fc.constantFrom(
    '',
    'Upgrade: websocket\r\nConnection: Upgrade\r\n',
    'Expect: 100-continue\r\n',
    'Expect: nonsense\r\n',
    'Host: [\r\n',
    'Host: a b\r\n',
    'X-Forwarded-For: \x80\r\n',
    'Content-Length: -1\r\n',
    'Transfer-Encoding: nonsense\r\n',
    'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n',
    'Cookie: \x01\r\n',
    'Range: bytes=0-\r\n',
    'If-None-Match: *\r\n',
  );
  await fc.assert(
    fc.asyncProperty(method, path, header, async (verb, where, more) => {
      const host = more.startsWith('Host') ? '' : 'Host: localhost\r\n';
      const request = `${verb} ${where} HTTP/1.1\r\n${host}Authorization: Bearer ${onboarding.backend.token}\r\n${more}Connection: close\r\n\r\n`;
      // To forget what was never there is done.
      fc.pre(verb !== 'DELETE' || !/^\/v1\/connections\/[\da-f-]{36}(\?|$)/.test(where));
      const { status, type, body } = await raw(request);
      expectProblem(status, type, body);
    }),
    always(600),
  );
});

test('odd credentials', async () => {
  const { token } = onboarding.backend;
  const credentials = fc.oneof(
    visible,
    visible.map((rest) => `Bearer ${rest}`),
    visible.map((rest) => `Bearer ${token}${rest}x`),
    fc.constantFrom(
      `Basic ${encoded(`${MARKER}:${token}`)}`,
      `Bearer  ${MARKER}`,
      'Bearer',
      'Bearer ',
      `Token ${token}`,
      token,
      `Bearer ${token.slice(1)}`,
      `Bearer ${token.toUpperCase()}`,
      `Bearer ${token}, Bearer ${token}`,
      `Bearer ${token}\r\nAuthorization: Bearer x`.replace(token, MARKER),
      `Bearer ${'x'.repeat(8000)}`,
    ),
  );
  await fc.assert(
    fc.asyncProperty(credentials, async (authorization) => {
      const request = `GET /v1/workspace HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\nConnection: close\r\n\r\n`;
      const { status, type, body } = await raw(request);
      expectProblem(status, type, body);
      expect([400, 401]).toContain(status);
    }),
    always(300),
  );
});
