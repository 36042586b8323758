import ipaddr from 'ipaddr.js';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { problemTypes } from '../../utils/onboarding/contract.ts';
import type { Queries } from './database/database.ts';
import { RequestProblem } from './problems.ts';

export interface LimitsOptions {
  /** With the access token. */
  requestsPerMinute: number;
  /** From one network address, without the right token. */
  strangerRequestsPerMinute: number;
  /** Of one mailbox, in `MAILBOX_MINUTES`. */
  verificationsPerMailbox: number;
}

/** Providers count refused log-ins over about so long before they lock an account. */
const MAILBOX_MINUTES = 15;

/** Of addresses that have shown the right token, so many are remembered. */
const MAX_FAMILIAR = 10_000;

/**
 * How often who may do what. Requests are counted in memory, by each replica for itself: a restart forgets them.
 * Verifications are counted in the database, since an account that a provider locks is locked for all.
 */
export class Limits {
  readonly #workspace: RateLimiterMemory;
  readonly #stranger: RateLimiterMemory;
  readonly #perMailbox: number;
  readonly #familiar = new Set<string>();

  constructor({ requestsPerMinute, strangerRequestsPerMinute, verificationsPerMailbox }: LimitsOptions) {
    this.#workspace = new RateLimiterMemory({ points: requestsPerMinute, duration: 60 });
    this.#stranger = new RateLimiterMemory({ points: strangerRequestsPerMinute, duration: 60 });
    this.#perMailbox = verificationsPerMailbox;
  }

  /**
   * To be asked before a token is looked at: once an address has used up its tries, even the right token tells it
   * nothing. But nobody is shut out by a neighbour behind the same address who guesses.
   * @throws RequestProblem
   */
  async expectTries(address: string): Promise<void> {
    if (this.#familiar.has(address)) return;
    const spent = await this.#stranger.get(address);
    if (spent && spent.remainingPoints <= 0) throw tooMany(spent.msBeforeNext / 1000);
  }

  /** Counts a request with the right token. @throws RequestProblem */
  async countRequest(workspace: string, address: string): Promise<void> {
    this.#familiar.add(address);
    const [oldest] = this.#familiar;
    if (this.#familiar.size > MAX_FAMILIAR) this.#familiar.delete(oldest as string);
    await consume(this.#workspace, workspace);
  }

  /** Counts a request without the right token. @throws RequestProblem */
  async countStranger(address: string): Promise<void> {
    await consume(this.#stranger, address);
  }

  /** Counts what was wrong in a request that is counted already, as if it had been so many. */
  async penalise(address: string, requests: number): Promise<void> {
    await this.#stranger.penalty(address, requests);
  }

  /**
   * Counts a verification with the transaction that begins it, so that no provider locks an account because of us.
   * @throws RequestProblem, and then it must not begin
   */
  async countVerification({ query }: Queries, email: string, login: string | undefined): Promise<void> {
    // It is the user name that a provider locks, whatever address it is handed in with.
    for (const name of new Set([email, login ?? email].map((one) => one.toLowerCase()).sort())) {
      const [counted] = await query<{ count: number; seconds: number }>(
        `insert into verification_counts as known (name, count, until)
         values ($1, 1, now() + make_interval(mins => $2))
         on conflict (name) do update set
           count = case when known.until <= now() then 1 else known.count + 1 end,
           until = case when known.until <= now() then excluded.until else known.until end
         returning count, extract(epoch from until - now())::float8 as seconds`,
        [name, MAILBOX_MINUTES],
      );
      if (counted && counted.count > this.#perMailbox) throw tooMany(counted.seconds);
    }
  }

  async forgetOld({ query }: Queries): Promise<void> {
    await query('delete from verification_counts where until <= now()');
  }
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    throw error instanceof RateLimiterRes ? tooMany(error.msBeforeNext / 1000) : error;
  }
}

const tooMany = (seconds: number): RequestProblem =>
  new RequestProblem(
    problemTypes.tooManyRequests,
    429,
    'Too many requests for now.',
    Math.max(1, Math.ceil(seconds)),
  );

/**
 * Where a request comes from, as far as that can be known.
 * @param socket the address of who is connected
 * @param forwarded `X-Forwarded-For`: each proxy adds, at its end, the address it was asked from
 * @param proxies how many proxies in front are the operator's own; what is said further left anyone can write
 * @returns an IPv4 address, or the network (/64) of an IPv6 one, since whoever has one address there has them all
 */
export function callerAddress(
  socket: string | undefined,
  forwarded: string | undefined,
  proxies: number,
): string {
  const hops = [...(forwarded?.split(',') ?? []).map(withoutPort), socket ?? ''];
  const caller = hops.at(Math.max(-hops.length, -1 - proxies)) ?? '';
  const known = ipaddr.isValid(caller) ? caller : (socket ?? '');
  if (!ipaddr.isValid(known)) return known;
  const address = ipaddr.process(known);
  return address instanceof ipaddr.IPv6
    ? `${address.toNormalizedString().split(':').slice(0, 4).join(':')}::/64`
    : address.toString();
}

/** Some proxies add the port: `192.0.2.1:1234`, `[2001:db8::1]:1234`. */
const withoutPort = (text: string): string =>
  text
    .trim()
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1');
