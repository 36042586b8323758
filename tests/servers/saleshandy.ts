import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/**
 * How it behaves. `no_plan`: the key is right, its plan has no API. `broken`: it answers as no API would.
 */
export type SaleshandyMood =
  | 'well'
  | 'no_plan'
  | 'too_many'
  | 'broken'
  | 'odd'
  | 'hangs_up'
  | 'connects_and_hangs_up'
  | 'refuses'
  | 'redirects';

export interface Saleshandy {
  /** For `ONBOARDING_SALESHANDY_URL`. */
  url: string;
  /** The API keys that it accepts. */
  keys: Set<string>;
  mood: SaleshandyMood;
  /** Its mailboxes. What the search finds is more than what was searched for. */
  accounts: SaleshandyAccount[];
  /** Whether it can sign in to a mailbox that is connected; it keeps it either way. */
  signsIn: (email: string) => boolean;
  /** In seconds, with 429. */
  retryAfter: string;
  /** What it was asked, with which key. */
  asked: { key: string | undefined; path: string; body: unknown }[];
  stop(): Promise<void>;
}

export interface SaleshandyAccount {
  id: number;
  fromName: string;
  fromEmail: string;
  /** 0 inactive, 1 active, 2 suspended: not the `status` that connecting answers with. */
  status: 0 | 1 | 2;
  client: { id: number; name: string } | null;
}

/**
 * A stand-in for Saleshandy's public API. Known: the paths, the header `x-api-key`, `search`, `page` and `pageSize` (100 at
 * most), that the live list is at `payload.emails` and the documented one elsewhere, the names of the fields, that
 * connecting keeps a mailbox it can't sign in to (`status` 0, the errors of each protocol beside it), and that all three
 * names must be sent. From what others report: 429 with `Retry-After`. Guessed: where connecting puts its answer
 * (`payload`), the fields' names within `payload.smtp`, that ids are numbers, that a mailbox which is there already is kept
 * twice, and that a key which is not accepted is a 401 and one without a plan a 403.
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
    const handle = request.method === 'POST' ? ROUTES[path] : undefined;
    if (!handle) return answer(404, { message: 'Not found' });
    if (saleshandy.mood === 'too_many')
      return answer(429, { message: 'Too many' }, { 'Retry-After': saleshandy.retryAfter });
    if (!key || !saleshandy.keys.has(key)) return answer(401, { message: 'Unauthorized' });
    if (saleshandy.mood === 'no_plan') return answer(403, { message: 'Forbidden' });
    if (saleshandy.mood === 'odd')
      return void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>');
    if (saleshandy.mood === 'refuses') return answer(422, { message: 'Unprocessable' });
    const result = handle(saleshandy, body as never);
    // As if it was cut off: it has done what was asked, and nobody hears of it.
    if (saleshandy.mood === 'connects_and_hangs_up' && handle === connect)
      return void request.socket.destroy();
    answer(result ? 200 : 400, result ?? { message: 'Bad request' });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const saleshandy: Saleshandy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    keys: new Set(),
    mood: 'well',
    accounts: [],
    signsIn: () => true,
    retryAfter: '30',
    asked: [],
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return saleshandy;
}

const ROUTES: Record<string, (saleshandy: Saleshandy, body: never) => object | undefined> = {
  '/v1/email-accounts': list,
  '/v1/email-accounts/smtp-imap/connect': connect,
  '/v1/email-accounts/bulk-update': bulkUpdate,
  '/v1/clients/assign/emailAccount': assignClient,
};

/** Finds whatever has the words in its address or its name. */
function list({ accounts }: Saleshandy, { search = '', pageSize }: { search?: string; pageSize: number }) {
  if (pageSize > 100) return undefined;
  const wanted = search.toLowerCase();
  const emails = accounts.filter(({ fromName, fromEmail }) =>
    `${fromName} ${fromEmail}`.toLowerCase().includes(wanted),
  );
  return { message: 'Success', payload: { emails: emails.slice(0, pageSize) } };
}

interface ConnectBody {
  emailServiceProvider: string;
  fromName: string;
  fromFirstName: string;
  fromLastName: string;
  payload: { smtp: { emailAddress: string; password: string }; imap: { password: string } };
}

const SERVICE_PROVIDERS = /^(gmail|microsoft|gsuite|o365|yahoo|zoho|godaddy|yandex|sendgrid|other)$/;

function connect({ accounts, signsIn }: Saleshandy, body: ConnectBody): object | undefined {
  const names = [body.fromName, body.fromFirstName, body.fromLastName];
  if (!names.every((name) => typeof name === 'string') || !SERVICE_PROVIDERS.test(body.emailServiceProvider))
    return undefined;
  const { emailAddress } = body.payload.smtp;
  const works = signsIn(emailAddress);
  accounts.push({
    id: 1000 + accounts.length,
    fromName: body.fromName,
    fromEmail: emailAddress,
    status: works ? 1 : 0,
    client: null,
  });
  const check = works ? {} : { error: 'Invalid credentials' };
  return {
    message: 'Success',
    payload: { status: works ? 1 : 0, smtpConnection: check, imapConnection: check },
  };
}

function bulkUpdate(
  { accounts }: Saleshandy,
  body: { emailAccountIds: (number | string)[]; fromName: string },
) {
  for (const account of accounts)
    if (body.emailAccountIds.map(Number).includes(account.id)) account.fromName = body.fromName;
  return { message: 'Success' };
}

function assignClient(
  { accounts }: Saleshandy,
  body: { resourceIds: (number | string)[]; clientId: number | string },
) {
  const client = accounts.find((account) => account.client?.id === Number(body.clientId))?.client;
  if (!client) return undefined;
  for (const account of accounts)
    if (body.resourceIds.map(Number).includes(account.id)) account.client = client;
  return { message: 'Success' };
}
