import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as passed } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../backend/src/config.ts';
import { problemTypes } from '../../utils/onboarding/contract.ts';
import { Onboarding } from './onboarding.ts';

const PASSWORD = 'abcdefghijklmnop';
const REQUEST_TIMEOUT_MS = 1000;
const STOP_TIMEOUT_MS = 500;
const MAX_CONNECTIONS = 20;

let onboarding: Onboarding;

beforeAll(async () => {
  onboarding = await Onboarding.start(undefined, {
    ONBOARDING_REQUEST_TIMEOUT_MS: String(REQUEST_TIMEOUT_MS),
    ONBOARDING_STOP_TIMEOUT_MS: String(STOP_TIMEOUT_MS),
    ONBOARDING_MAX_CONNECTIONS: String(MAX_CONNECTIONS),
  });
});

afterAll(() => onboarding?.stop());

const dial = (): Socket =>
  connect(Number(new URL(onboarding.backend.url).port), '127.0.0.1').on('error', () => {});

describe('who takes for ever is cut off', () => {
  const head = (): string =>
    [
      'PUT /v1/connections/00000000-0000-4000-8000-000000000000 HTTP/1.1',
      'Host: localhost',
      `Authorization: Bearer ${onboarding.backend.token}`,
      'Content-Type: application/json',
      'Content-Length: 1000',
      '',
      '',
    ].join('\r\n');

  test.each<[string, () => { atOnce: string; slowly: string }]>([
    ['a body a byte at a time', () => ({ atOnce: head(), slowly: '{"provider":"google",' })],
    ['headers a byte at a time', () => ({ atOnce: 'GET /healthz HTTP/1.1\r\n', slowly: 'X-Slow: slowly' })],
    ['half a request line', () => ({ atOnce: 'GET /heal', slowly: '' })],
    ['nothing at all', () => ({ atOnce: '', slowly: '' })],
  ])('who sends %s', async (_, request) => {
    const { atOnce, slowly } = request();
    const socket = dial();
    const started = performance.now();
    const answer = text(socket);
    socket.write(atOnce);
    const drip = (async () => {
      for (const byte of slowly.repeat(100)) {
        if (!socket.writable || performance.now() - started > 10_000) return;
        socket.write(byte);
        await passed(50);
      }
    })();
    expect(await answer).toMatch(/^HTTP\/1\.1 408 .*application\/problem\+json.*\/problems\/too-slow/s);
    const ms = performance.now() - started;
    expect(ms).toBeGreaterThanOrEqual(REQUEST_TIMEOUT_MS - 50);
    expect(ms).toBeLessThan(REQUEST_TIMEOUT_MS + 2000);
    await drip;
  });

  test('but not who waits for an answer', async () => {
    const email = 'test.waits@gmail.com';
    onboarding.mail.accounts.set(email, { password: PASSWORD, outcome: { imap: 'hang', smtp: 'hang' } });
    const { id } = await onboarding.handIn(email, PASSWORD);
    const started = performance.now();
    const response = await onboarding.call('GET', `/v1/connections/${id}?wait=2&since=1`);
    expect(response.status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(1900);
  });
});

test('one process holds so many connections; more are closed, and those who leave make room', async () => {
  const { pid } = onboarding.backend;
  const ask = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
  // Others may still be open, kept alive by this process.
  const held = Array.from({ length: MAX_CONNECTIONS }, dial);
  await Promise.all(held.map((socket) => Promise.race([once(socket, 'connect'), once(socket, 'close')])));
  await passed(200);
  const refused = dial();
  refused.write(ask);
  expect(await text(refused).catch(() => '')).toBe('');

  for (const socket of held) socket.destroy();
  await passed(200);
  const welcome = dial();
  welcome.write(ask);
  expect(await text(welcome)).toMatch(/^HTTP\/1\.1 200 /);
  expect(onboarding.backend.pid).toBe(pid);
});

test('a backend that is asked to stop does so in time, whatever the mail servers do, and goes on afterwards', async () => {
  const email = 'test.hangs@gmail.com';
  const { mail } = onboarding;
  mail.accounts.set(email, { password: PASSWORD, outcome: { imap: 'hang', smtp: 'hang' } });
  const before = mail.logIns.length;
  const { id } = await onboarding.handIn(email, PASSWORD);
  await mail.tried(before + 2);
  const started = performance.now();
  await onboarding.backend.stop();
  const ms = performance.now() - started;
  expect(ms).toBeGreaterThanOrEqual(STOP_TIMEOUT_MS - 50);
  expect(ms).toBeLessThan(STOP_TIMEOUT_MS + 1500);

  mail.accounts.set(email, { password: PASSWORD });
  await onboarding.startBackend();
  expect(await onboarding.finished(id)).toMatchObject({ verdict: 'verified' });
});

test.each([
  ['no HTTP', '\x16\x03\x01 hello\r\n\r\n', 400],
  ['a length that is none', 'PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n', 400],
  ['huge headers', `GET / HTTP/1.1\r\nHost: localhost\r\nX-Huge: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
])('%s gets problem details', async (_, request, status) => {
  const socket = dial();
  socket.write(request);
  const answer = await text(socket);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(JSON.parse(answer.split('\r\n\r\n')[1] as string)).toEqual({
    type: problemTypes.requestInvalid,
    title: expect.stringMatching(/\.$/),
    status,
  });
});

test.each(['ONBOARDING_REQUEST_TIMEOUT_MS', 'ONBOARDING_STOP_TIMEOUT_MS', 'ONBOARDING_MAX_CONNECTIONS'])(
  '%s has to be a number that makes sense',
  (name) => {
    for (const value of ['-1', '1.5', 'long']) expect(() => readConfig({ [name]: value })).toThrow(name);
  },
);
