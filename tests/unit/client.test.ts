import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { OnboardingClient, parseAddress } from '../../utils/onboarding/client.ts';
import { Advice, problemTypes } from '../../utils/onboarding/contract.ts';
import { OnboardingError } from '../../utils/onboarding/fault.ts';

let server: Server | undefined;
afterEach(() => server?.close().closeAllConnections());

async function clientOf(listener: RequestListener): Promise<OnboardingClient> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return new OnboardingClient(
    `http://127.0.0.1:${(started.address() as AddressInfo).port}`,
    async () => 'a token',
  );
}

const faultOf = (asked: Promise<unknown>) =>
  asked.then(
    () => expect.fail('it should not have succeeded'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(OnboardingError);
      return (error as OnboardingError).fault;
    },
  );

const answer =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);
const JSON_ = { 'Content-Type': 'application/json' };
const problem = (status: number, type: string): RequestListener =>
  answer(status, JSON.stringify({ type, title: 'A reason', status }), { 'X-Request-Id': 'abc' });

test('a connection says which request told of it', async () => {
  const id = '6f2f1d3e-0000-4000-8000-000000000001';
  const pending = { status: 'pending' } as const;
  const connection = {
    id,
    provider: 'google',
    email: 'test.person@gmail.com',
    state: 'verifying',
    version: 1,
    attempt: 1,
    checks: { receiving: pending, sending: pending },
  };
  const client = await clientOf(
    answer(200, JSON.stringify(connection), { ...JSON_, 'X-Request-Id': 'a-request' }),
  );
  expect(await client.connection(id, { wait: 0, since: 0 })).toEqual({
    ...connection,
    requestId: 'a-request',
  });
});

describe('an answer that is none', () => {
  const cases: [string, RequestListener, string][] = [
    ['token refused', problem(401, problemTypes.tokenRefused), 'token_refused'],
    ['not allowed', answer(403, ''), 'not_allowed'],
    ['a web page', answer(200, '<!doctype html>'), 'not_onboarding'],
    ['some other server', answer(404, 'Not found'), 'not_onboarding'],
    ['JSON of another kind', answer(200, '{"hello":"world"}', JSON_), 'malformed'],
    ['half of it', answer(200, '{"id":"wor', JSON_), 'malformed'],
    [
      'longer texts than anybody shows',
      answer(200, JSON.stringify({ id: 'w', name: 'n'.repeat(400) }), JSON_),
      'malformed',
    ],
    [
      'megabytes',
      answer(200, JSON.stringify({ id: 'w', name: 'W', more: 'm'.repeat(2e6) }), JSON_),
      'malformed',
    ],
    [
      'what never ends',
      (_, response) => {
        const more = (): void => {
          while (response.write('x'.repeat(60_000)));
          response.once('drain', more);
        };
        more();
      },
      'malformed',
    ],
    ['too many requests', answer(429, '', { 'Retry-After': '7' }), 'busy'],
    ['a broken backend', answer(500, 'oops'), 'backend_error'],
    ['a gateway without a backend', answer(502, '<html>'), 'backend_error'],
    ['a key that is gone', problem(409, problemTypes.keyUnknown), 'key_unknown'],
    ['an id that is taken', problem(409, problemTypes.idTaken), 'id_taken'],
    ['a clock that is wrong', problem(400, problemTypes.sealTime), 'clock_wrong'],
    ['a mailbox whose servers it does not know', problem(400, problemTypes.serversNeeded), 'servers_needed'],
    ['a mailbox no server is let into', problem(400, problemTypes.providerClosed), 'provider_closed'],
    ['a request it does not like', problem(400, problemTypes.requestInvalid), 'request_refused'],
    ['a connection it does not know', problem(404, problemTypes.notFound), 'not_found'],
    [
      'a connection cut in the middle',
      (_, response) =>
        void response.writeHead(200, { 'Content-Length': '99' }).write('{', () => response.destroy()),
      'unreachable',
    ],
    [
      'a redirect, even to a good answer',
      ({ url }, response) =>
        url === '/v1/workspace'
          ? void response.writeHead(302, { Location: '/elsewhere' }).end()
          : void response.end('{"id":"w","name":"Workspace"}'),
      'unreachable',
    ],
  ];
  for (const [what, listener, code] of cases) {
    test(`${what}: ${code}`, async () => {
      expect((await faultOf((await clientOf(listener)).workspace())).code).toBe(code);
    });
  }

  test('the reason, the request id and the time to come back are kept', async () => {
    const refused = await faultOf((await clientOf(problem(400, problemTypes.requestInvalid))).workspace());
    expect(refused).toMatchObject({ status: 400, title: 'A reason', requestId: 'abc' });
    server?.close();
    const busy = await faultOf((await clientOf(answer(429, '', { 'Retry-After': '7' }))).workspace());
    expect(busy.retryAfter).toBe(7000);
  });

  test('nobody there: unreachable', async () => {
    expect(
      (await faultOf(new OnboardingClient('http://127.0.0.1:9', async () => 'a token').workspace())).code,
    ).toBe('unreachable');
  });

  test('one that does not come in time: slow', async () => {
    const client = await clientOf(() => {});
    const poll = client.connection('6f2f1d3e-0000-4000-8000-000000000001', { wait: -6.9, since: 0 });
    expect((await faultOf(poll)).code).toBe('slow');
  });
});

test('a mailbox is handed in as it is asked to be, with all that was said of it', async () => {
  let seen = '';
  const client = await clientOf((request, response) => {
    request.on('data', (chunk) => {
      seen += String(chunk);
    });
    request.on('end', () => response.writeHead(400).end());
  });
  const request = {
    provider: 'zoho',
    email: 'test.person@company.example',
    password: 'a.b.c.d.e',
    pageHost: 'accounts.zoho.eu',
  };
  await faultOf(client.connect('6f2f1d3e-0000-4000-8000-000000000001', request));
  expect(JSON.parse(seen)).toEqual(request);
});

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  'chrome://settings',
  'http://app.example',
  'x',
])('a link of the backend to %s is left out, and the rest is taken', async (app) => {
  const client = await clientOf(answer(200, JSON.stringify({ id: 'w', name: 'Workspace', app }), JSON_));
  expect((await client.workspace()).app).toBeUndefined();
  expect(Advice.parse({ code: 'UNKNOWN', link: app }).link).toBeUndefined();
  expect(Advice.parse({ code: 'UNKNOWN', link: 'https://help.example/' }).link).toBe('https://help.example/');
});

test('the token goes along, and nothing of a page', async () => {
  let seen: Record<string, unknown> = {};
  const client = await clientOf((request, response) => {
    seen = request.headers;
    response.end(JSON.stringify({ id: 'w', name: 'Workspace' }));
  });
  expect(await client.workspace()).toEqual({ id: 'w', name: 'Workspace' });
  expect(seen.authorization).toBe('Bearer a token');
  expect(seen.cookie).toBeUndefined();
});

describe('an address as typed', () => {
  const cases: [string, ReturnType<typeof parseAddress>][] = [
    ['', { wrong: 'empty' }],
    ['   ', { wrong: 'empty' }],
    ['onboarding.example.com', { origin: 'https://onboarding.example.com' }],
    [' https://onboarding.example.com/some/path?x ', { origin: 'https://onboarding.example.com' }],
    ['http://localhost:8787', { origin: 'http://localhost:8787' }],
    ['http://127.0.0.1:8787/', { origin: 'http://127.0.0.1:8787' }],
    ['http://onboarding.example.com', { wrong: 'not_secure' }],
    ['ftp://onboarding.example.com', { wrong: 'no_url' }],
    ['http://', { wrong: 'no_url' }],
    ['two words', { wrong: 'no_url' }],
  ];
  for (const [typed, read] of cases)
    test(JSON.stringify(typed), () => expect(parseAddress(typed)).toEqual(read));
});
