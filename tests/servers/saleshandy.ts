import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/**
 * How it behaves. `no_plan`: the key is right, its plan has no API. `broken`: it answers as no API would.
 */
export type SaleshandyMood = 'well' | 'no_plan' | 'too_many' | 'broken' | 'hangs_up' | 'redirects';

export interface Saleshandy {
  /** For `ONBOARDING_SALESHANDY_URL`. */
  url: string;
  /** The API keys that it accepts. */
  keys: Set<string>;
  mood: SaleshandyMood;
  /** What it was asked, with which key. */
  asked: { key: string | undefined; path: string; body: unknown }[];
  stop(): Promise<void>;
}

/**
 * A stand-in for Saleshandy's public API, as far as signing in asks it. Known: `POST /email-accounts` with the header
 * `x-api-key`, `pageSize`, and that the list is at `payload.emails`. From what others report: 429 with `Retry-After`.
 * Guessed: everything else in the bodies, and that a key which is not accepted is a 401 and one without a plan a 403.
 *
 * To sign in in a test: start the backend with `ONBOARDING_SALESHANDY_URL` set to `url`, add a made-up key to `keys`, and
 * type that into the page's field "Saleshandy API key".
 */
export async function startSaleshandy(): Promise<Saleshandy> {
  const server = createServer(async (request, response) => {
    const key = request.headers['x-api-key'] as string | undefined;
    const path = request.url ?? '';
    const body: unknown = await json(request).catch(() => undefined);
    saleshandy.asked.push({ key, path, body });
    const answer = (status: number, content: object, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
      response.end(JSON.stringify(content));
    };
    if (saleshandy.mood === 'hangs_up') return void request.socket.destroy();
    if (saleshandy.mood === 'broken') return answer(500, { message: 'Internal server error' });
    if (saleshandy.mood === 'redirects') return answer(307, {}, { Location: `${saleshandy.url}/elsewhere` });
    if (request.method !== 'POST' || path !== '/v1/email-accounts')
      return answer(404, { message: 'Not found' });
    if (saleshandy.mood === 'too_many') return answer(429, { message: 'Too many' }, { 'Retry-After': '30' });
    if (!key || !saleshandy.keys.has(key)) return answer(401, { message: 'Unauthorized' });
    if (saleshandy.mood === 'no_plan') return answer(403, { message: 'Forbidden' });
    answer(200, { message: 'Success', payload: { emails: [] } });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const saleshandy: Saleshandy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    keys: new Set(),
    mood: 'well',
    asked: [],
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return saleshandy;
}
