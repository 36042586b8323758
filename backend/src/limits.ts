import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { problemTypes } from '../../utils/onboarding/contract.ts';
import type { Queries } from './database/database.ts';
import { RequestProblem } from './problems.ts';
import { sameMailbox } from './same-mailbox.ts';

export interface LimitsOptions {
  /** With the access token. */
  requestsPerMinute: number;
  /** From one network address, without the right token. */
  strangerRequestsPerMinute: number;
  /** Of one mailbox by one workspace, in `WINDOW_MINUTES`. */
  verificationsPerMailbox: number;
  /** Verifications of one workspace whose password was refused, in `WINDOW_MINUTES`. */
  refusalsPerWorkspace: number;
  /** The same at one mail host, of all workspaces together. */
  refusalsPerHost: number;
}

/** Providers count refused log-ins over about so long before they lock an account, or us out. */
const WINDOW_MINUTES = 15;

/** Where a host has refused too much of all workspaces together, each may still be refused so often. */
const REFUSALS_IN_ANY_CASE = 10;

/** Of addresses that have shown the right token, and of the tokens, so many are remembered. */
const MAX_FAMILIAR = 10_000;

/** Where the right token was shown, wrong ones are looked at so many times as often as elsewhere. */
const FAMILIAR_TRIES = 10;

/** Whoever has a network of IPv6 mostly has a larger one around it, which may make so many times as many requests. */
const WIDER = [
  { bits: 56, times: 2 },
  { bits: 48, times: 4 },
];

/**
 * How often who may do what. Requests are counted in memory, by each replica for itself: a restart forgets them.
 * Verifications are counted in the database, since an account that a provider locks is locked for all.
 */
export class Limits {
  readonly #options: LimitsOptions;
  readonly #workspace: RateLimiterMemory;
  readonly #stranger: RateLimiterMemory;
  readonly #wider: readonly { bits: number; limiter: RateLimiterMemory }[];
  readonly #guesses: RateLimiterMemory;
  readonly #familiar = new Familiar();
  readonly #shown = new Familiar();

  constructor(options: LimitsOptions) {
    this.#options = options;
    const perMinute = (points: number) => new RateLimiterMemory({ points, duration: 60 });
    this.#workspace = perMinute(options.requestsPerMinute);
    this.#stranger = perMinute(options.strangerRequestsPerMinute);
    this.#guesses = perMinute(options.strangerRequestsPerMinute * FAMILIAR_TRIES);
    this.#wider = WIDER.map(({ bits, times }) => ({
      bits,
      limiter: perMinute(options.strangerRequestsPerMinute * times),
    }));
  }

  /**
   * To be asked before a token is looked at: once an address has used up its tries, even the right token tells it
   * nothing. But nobody is shut out by a neighbour behind the same address who guesses: a token that was right there
   * before is let in, and others for some time longer.
   * @throws RequestProblem
   */
  async expectTries(address: string, token: string): Promise<void> {
    if (this.#shown.has(shownAt(address, token))) return;
    for (const { limiter, key } of this.#countersOf(address)) {
      const spent = await limiter.get(key);
      if (!spent || spent.remainingPoints > 0) continue;
      if (!this.#familiar.has(address)) throw tooMany(spent.msBeforeNext / 1000);
      await consume(this.#guesses, address);
    }
  }

  /** Counts a request with the right token. @throws RequestProblem */
  async countRequest(workspace: string, address: string, token: string): Promise<void> {
    this.#familiar.add(address);
    this.#shown.add(shownAt(address, token));
    await consume(this.#workspace, workspace);
  }

  /**
   * Counts a request without the right token.
   * @param requests as if it had been so many
   * @throws RequestProblem
   */
  async countStranger(address: string, requests = 1): Promise<void> {
    for (const { limiter, key } of this.#countersOf(address)) await consume(limiter, key, requests);
  }

  /** What was counted as so many requests was none. */
  async forgive(address: string, requests: number): Promise<void> {
    for (const { limiter, key } of this.#countersOf(address)) await limiter.reward(key, requests);
  }

  #countersOf(address: string): { limiter: RateLimiterMemory; key: string }[] {
    return [
      { limiter: this.#stranger, key: address },
      ...this.#wider.flatMap(({ bits, limiter }) => {
        const key = networkAround(address, bits);
        return key === undefined ? [] : [{ limiter, key }];
      }),
    ];
  }

  /**
   * Counts a verification with the transaction that begins it, so that no provider locks an account because of us. Each
   * workspace has its own tries: nobody can use up another's.
   * @param host where it is tried first
   * @throws RequestProblem, and then it must not begin
   */
  async countVerification(
    queries: Queries,
    {
      workspace,
      email,
      login,
      host,
    }: { workspace: string; email: string; login: string | undefined; host: string },
  ): Promise<void> {
    const refused = await this.#secondsUntilAllowed(queries, workspace, host);
    if (refused !== undefined) throw tooMany(refused);
    const counted = await this.#count(queries, workspace, email, login);
    if (counted !== undefined) throw tooMany(counted);
  }

  /** Counts a verification that is repeated because its worker was lost. @returns whether it may be */
  async mayRepeat(
    queries: Queries,
    workspace: string,
    email: string,
    login: string | undefined,
  ): Promise<boolean> {
    return (await this.#count(queries, workspace, email, login)) === undefined;
  }

  /** Whether a workspace may have a password tried at a host, by what has been refused. */
  async mayTryAt(queries: Queries, workspace: string, host: string): Promise<boolean> {
    return (await this.#secondsUntilAllowed(queries, workspace, host)) === undefined;
  }

  /** Counts a verification whose password was refused. */
  async countRefusal({ query }: Queries, workspace: string, host: string): Promise<void> {
    await query(
      `insert into refusals as known (workspace, host, count, until)
       values ($1, $2, 1, now() + make_interval(mins => $3))
       on conflict (workspace, host) do update set
         count = case when known.until <= now() then 1 else known.count + 1 end,
         until = case when known.until <= now() then excluded.until else known.until end`,
      [workspace, host, WINDOW_MINUTES],
    );
  }

  /** @returns in how many seconds it may be tried again, where it has been too often */
  async #count(
    { query }: Queries,
    workspace: string,
    email: string,
    login: string | undefined,
  ): Promise<number | undefined> {
    // It is the user name that a provider locks, whatever address it is handed in with.
    for (const name of new Set([email, login ?? email].map(sameMailbox).sort())) {
      const [counted] = await query<{ count: number; seconds: number }>(
        `insert into verification_counts as known (name, count, until)
         values ($1, 1, now() + make_interval(mins => $2))
         on conflict (name) do update set
           count = case when known.until <= now() then 1 else known.count + 1 end,
           until = case when known.until <= now() then excluded.until else known.until end
         returning count, extract(epoch from until - now())::float8 as seconds`,
        [`${workspace} ${name}`, WINDOW_MINUTES],
      );
      if (counted && counted.count > this.#options.verificationsPerMailbox) return counted.seconds;
    }
    return undefined;
  }

  async #secondsUntilAllowed(
    { query }: Queries,
    workspace: string,
    host: string,
  ): Promise<number | undefined> {
    const [refused] = await query<{ own: number; here: number; ownHere: number; seconds: number }>(
      `select coalesce(sum(count) filter (where workspace = $1), 0)::int as own,
              coalesce(sum(count) filter (where host = $2), 0)::int as here,
              coalesce(sum(count) filter (where workspace = $1 and host = $2), 0)::int as "ownHere",
              extract(epoch from max(until) filter (where workspace = $1) - now())::float8 as seconds
         from refusals where (workspace = $1 or host = $2) and until > now()`,
      [workspace, host],
    );
    if (!refused) return undefined;
    const { own, here, ownHere, seconds } = refused;
    const { refusalsPerWorkspace, refusalsPerHost } = this.#options;
    const isTooMuch =
      own >= refusalsPerWorkspace || (here >= refusalsPerHost && ownHere >= REFUSALS_IN_ANY_CASE);
    return isTooMuch ? seconds : undefined;
  }

  async forgetOld({ query }: Queries): Promise<void> {
    await query('delete from verification_counts where until <= now()');
    await query('delete from refusals where until <= now()');
  }
}

/** A set that forgets what was added first. */
class Familiar {
  readonly #all = new Set<string>();

  has(one: string): boolean {
    return this.#all.has(one);
  }

  add(one: string): void {
    this.#all.add(one);
    const [oldest] = this.#all;
    if (this.#all.size > MAX_FAMILIAR) this.#all.delete(oldest as string);
  }
}

const shownAt = (address: string, token: string): string =>
  `${address} ${createHash('sha256').update(token).digest('base64url')}`;

async function consume(limiter: RateLimiterMemory, key: string, points = 1): Promise<void> {
  try {
    await limiter.consume(key, points);
  } catch (error) {
    throw error instanceof RateLimiterRes ? tooMany(error.msBeforeNext / 1000) : error;
  }
}

const tooMany = (seconds: number): RequestProblem =>
  new RequestProblem(
    problemTypes.tooManyRequests,
    429,
    'Too many requests right now.',
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

/** The larger network that an IPv6 one, as `callerAddress` tells it, is part of. */
export function networkAround(address: string, bits: number): string | undefined {
  const [, network] = /^([\da-f:]+)::\/64$/.exec(address) ?? [];
  if (network === undefined) return undefined;
  const groups = network.split(':').map((group, index) => {
    const kept = Math.min(16, Math.max(0, bits - 16 * index));
    return (Number.parseInt(group, 16) & (0xffff << (16 - kept))).toString(16);
  });
  return `${groups.join(':')}::/${bits}`;
}

/** Some proxies add the port: `192.0.2.1:1234`, `[2001:db8::1]:1234`. */
const withoutPort = (text: string): string =>
  text
    .trim()
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1');
