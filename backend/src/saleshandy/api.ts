import * as z from 'zod';
import type { Secret } from '../../../utils/secret.ts';

/** Connecting is answered when Saleshandy has signed in by itself. */
const CONNECT_MS = 60_000;
const ANSWER_MS = 15_000;

/** Where 429 does not say when to come back, in seconds. Its limits are not documented. */
const COME_BACK_SECONDS = 60;

/** An answer is bigger than this only if something is wrong. */
const MAX_ANSWER_BYTES = 2 * 1024 * 1024;

/**
 * Why Saleshandy did not do as asked. `key_refused`: the key, or its plan, can't do this. `too_many`: come back later.
 * `refused`: it does not take what was sent. `unavailable`: no answer, a mistake of its own, or one nobody understands.
 */
export type Obstacle = 'key_refused' | 'too_many' | 'refused' | 'unavailable';

export class SaleshandyError extends Error {
  readonly obstacle: Obstacle;
  /** In seconds. */
  readonly retryAfter: number | undefined;

  constructor(obstacle: Obstacle, retryAfter?: number) {
    super(obstacle);
    this.obstacle = obstacle;
    this.retryAfter = retryAfter;
  }
}

/** One place it receives at or sends from, in the API's words. */
interface Server {
  user: string;
  host: string;
  port: number;
}

export interface NewAccount {
  emailServiceProvider: string;
  email: string;
  password: Secret;
  fromName: string;
  imap: Server;
  smtp: Server;
}

export interface KnownAccount {
  id: string;
  /** Whether it sends and receives there, as far as that is said. */
  isActive: boolean;
  /** The client it is assigned to, if any. */
  client?: { id: string; name: string };
}

const ACCOUNTS = '/email-accounts';

/** Numbers and texts are the same to it: live answers have had both. */
const Id = z.union([z.string().min(1), z.number()]).transform(String);

const Account = z.object({
  id: Id,
  // 0 inactive, 1 active, 2 suspended: not what connecting answers with.
  status: z.coerce.number().catch(1),
  client: z.object({ id: Id, name: z.string() }).nullish().catch(undefined),
});

/** The documents have the list elsewhere than live answers have it, which is `payload.emails`. */
const LISTS = ['emails', 'emailAccounts', 'data', 'payload'];
const ADDRESSES = ['fromEmail', 'email', 'emailAddress'];

/**
 * Saleshandy's public API, as far as connecting a mailbox needs it. Its documents and its live answers differ, so what is
 * read of an answer is little, and looked for in more than one place. Every method throws `SaleshandyError` and nothing
 * else; none of them logs, since passwords travel in the bodies.
 */
export class SaleshandyApi {
  readonly #address: string;
  readonly #key: Secret;

  /** @param address such as `https://open-api.saleshandy.com/v1` */
  constructor(address: string, key: Secret) {
    this.#address = address;
    this.#key = key;
  }

  /** Whether the key is accepted, by the cheapest question that needs one: for a single mailbox. @throws if it is not */
  async expectKey(within: number): Promise<void> {
    const response = await this.#post(ACCOUNTS, { page: 1, pageSize: 1 }, within);
    await response.body?.cancel().catch(() => {});
  }

  /** The mailbox with exactly this address. The search also finds others, and names. */
  async find(email: string): Promise<KnownAccount | undefined> {
    const answer = await this.#ask(ACCOUNTS, { search: email, page: 1, pageSize: 100 });
    const list = listIn(answer);
    if (!list) throw new SaleshandyError('unavailable');
    const found = list.find((entry) => {
      const known = Object(entry) as Record<string, unknown>;
      return ADDRESSES.map((name) => known[name]).some(
        (said) => typeof said === 'string' && said.toLowerCase() === email.toLowerCase(),
      );
    });
    return found === undefined ? undefined : toAccount(found);
  }

  /** The client that has this name or id, as far as the mailboxes tell: there is no list of clients. */
  async findClient(nameOrId: string): Promise<string | undefined> {
    const answer = await this.#ask(ACCOUNTS, { page: 1, pageSize: 100 });
    const clients = (listIn(answer) ?? []).flatMap((entry) => Account.safeParse(entry).data?.client ?? []);
    const wanted = nameOrId.toLowerCase();
    return clients.find(({ id, name }) => id === nameOrId || name.toLowerCase() === wanted)?.id;
  }

  /**
   * Connects a mailbox. Saleshandy keeps it even where it could not sign in to it, and says so.
   * @returns whether it could; `id` where the answer has one
   */
  async connect(account: NewAccount): Promise<{ works: boolean; id?: string }> {
    const [first = account.fromName, ...rest] = account.fromName.split(/\s+/);
    const side = ({ user, host, port }: Server): object => ({
      emailAddress: account.email,
      userName: user,
      password: account.password.open(),
      host,
      port,
      encryption: port === 993 || port === 465 ? 'ssl' : 'tls',
    });
    const answer = await this.#ask(
      '/email-accounts/smtp-imap/connect',
      {
        emailServiceProvider: account.emailServiceProvider,
        // All three must be there.
        fromName: account.fromName,
        fromFirstName: first,
        fromLastName: rest.join(' '),
        payload: { smtp: side(account.smtp), imap: side(account.imap) },
      },
      CONNECT_MS,
    );
    const result = [answer.payload, answer].map(Object).find((part) => 'status' in part);
    // 0 is kept and not verified; there is no third.
    if (!result || !/^[01]$/.test(String(result.status))) throw new SaleshandyError('unavailable');
    const id = Id.safeParse(result.id ?? result.emailAccountId).data;
    return { works: String(result.status) === '1', ...(id === undefined ? {} : { id }) };
  }

  /** Puts a mailbox under a client. */
  async assignClient(account: string, client: string): Promise<void> {
    await this.#ask('/clients/assign/emailAccount', { resourceIds: [account], clientId: client });
  }

  /** Sets the name that a mailbox sends under. */
  async rename(account: string, fromName: string): Promise<void> {
    await this.#ask('/email-accounts/bulk-update', { emailAccountIds: [account], fromName });
  }

  async #ask(path: string, body: object, within = ANSWER_MS): Promise<Record<string, unknown>> {
    const response = await this.#post(path, body, within);
    try {
      return Object(JSON.parse(await readBounded(response))) as Record<string, unknown>;
    } catch {
      throw new SaleshandyError('unavailable');
    }
  }

  /** @returns an answer that says yes, not read yet */
  async #post(path: string, body: object, within: number): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${this.#address}${path}`, {
        method: 'POST',
        headers: { 'x-api-key': this.#key.open(), 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
        // The key and the password are for nobody else.
        redirect: 'error',
        signal: AbortSignal.timeout(within),
      });
    } catch {
      // Its words could quote the request.
      throw new SaleshandyError('unavailable');
    }
    if (response.ok) return response;
    await response.body?.cancel().catch(() => {});
    const { status, headers } = response;
    // 403 where the plan has no API.
    if (status === 401 || status === 403) throw new SaleshandyError('key_refused');
    if (status === 429) throw new SaleshandyError('too_many', secondsUntil(headers));
    throw new SaleshandyError(status >= 500 ? 'unavailable' : 'refused');
  }
}

function toAccount(entry: unknown): KnownAccount {
  const account = Account.safeParse(entry);
  if (!account.success) throw new SaleshandyError('unavailable');
  const { id, status, client } = account.data;
  return { id, isActive: status !== 0, ...(client ? { client } : {}) };
}

/** The first list that stands where one may stand. */
function listIn(answer: Record<string, unknown>): unknown[] | undefined {
  const places = [Object(answer.payload), answer] as Record<string, unknown>[];
  const lists = places.flatMap((place) => LISTS.map((name) => place[name]));
  return lists.find((list) => Array.isArray(list)) as unknown[] | undefined;
}

/** @throws Error when it is too long */
async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let [text, size] = ['', 0];
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new Error('too long');
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

/** `Retry-After` as both kinds of it, or what others report of it: `x-ratelimit-reset`, in seconds. */
function secondsUntil(headers: Headers): number {
  const said = headers.get('Retry-After') ?? headers.get('x-ratelimit-reset') ?? '';
  const seconds = /^\d+$/.test(said) ? Number(said) : (Date.parse(said) - Date.now()) / 1000;
  return seconds > 0 && seconds < 3600 ? Math.ceil(seconds) : COME_BACK_SECONDS;
}
