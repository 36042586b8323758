import ky, { type KyInstance, type Options } from 'ky';
import * as z from 'zod/mini';
import { TooLarge, textOf } from './bounded.ts';
import {
  Connection,
  type ConnectionRequest,
  JsonWebKeySet,
  MailDomain,
  Problem,
  problemTypes,
  Workspace,
} from './contract.ts';
import { type Fault, type FaultCode, OnboardingError } from './fault.ts';
import type { Tokens } from './tokens.ts';

/** Time for a whole answer, headers and body, in ms. A browser ends a worker whose fetch takes over 30 s. */
const ANSWER_WITHIN = 12_000;
/** What a long poll may take beyond its `wait`, in ms. */
const POLL_SLACK = 7_000;

/** Speaks the onboarding contract. Every method throws `OnboardingError` and nothing else. */
export class OnboardingClient {
  readonly #http: KyInstance;
  readonly #tokens: Tokens;

  /**
   * @param origin the backend's origin, from `parseAddress`
   * @param tokens what opens it
   */
  constructor(origin: string, tokens: Tokens) {
    this.#tokens = tokens;
    this.#http = ky.create({
      baseUrl: origin,
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      throwHttpErrors: false,
      // Repeating is the outbox's business: it outlives the worker, a loop here does not.
      retry: 0,
      timeout: false,
    });
  }

  keys(): Promise<JsonWebKeySet> {
    return this.#ask('/.well-known/jwks.json', JsonWebKeySet);
  }

  /** Which provider has the mailboxes of a domain. */
  domain(domain: string): Promise<MailDomain> {
    return this.#ask(`/v1/domains/${encodeURIComponent(domain)}`, MailDomain);
  }

  workspace(): Promise<Workspace> {
    return this.#ask('/v1/workspace', Workspace);
  }

  /** Hands a mailbox in. The id makes it safe to repeat. */
  connect(id: string, request: ConnectionRequest): Promise<Connection> {
    return this.#askConnection(`/v1/connections/${id}`, { method: 'put', json: request });
  }

  /** How it stands, as soon as it is past version `since`, at the latest after `wait` seconds. */
  connection(id: string, { wait, since }: { wait: number; since: number }): Promise<Connection> {
    const searchParams = { wait, since };
    return this.#askConnection(`/v1/connections/${id}`, { searchParams }, wait * 1000 + POLL_SLACK);
  }

  verifyAgain(id: string): Promise<Connection> {
    return this.#askConnection(`/v1/connections/${id}/verify`, { method: 'post' });
  }

  async forget(id: string): Promise<void> {
    await this.#ask(`/v1/connections/${id}`, z.undefined(), { method: 'delete' });
  }

  /** A connection says which request told of it, so that support can find it. */
  async #askConnection(path: string, options: Options = {}, within?: number): Promise<Connection> {
    const { answer, response } = await this.#exchange(path, Connection, options, within);
    const requestId = requestIdOf(response);
    return requestId ? { ...answer, requestId } : answer;
  }

  async #ask<T>(path: string, schema: z.ZodMiniType<T>, options: Options = {}): Promise<T> {
    return (await this.#exchange(path, schema, options)).answer;
  }

  async #exchange<T>(
    path: string,
    schema: z.ZodMiniType<T>,
    options: Options,
    within: number = ANSWER_WITHIN,
  ): Promise<{ answer: T; response: Response }> {
    const token = await this.#tokens();
    let { response, content } = await this.#request(path, token, options, within);
    if (response.status === 401) {
      // One of a sign-in may have ended early.
      const another = await this.#tokens(token);
      if (another !== token) ({ response, content } = await this.#request(path, another, options, within));
    }
    if (!response.ok) throw new OnboardingError(readFault(response, content));
    const answer = schema.safeParse(content);
    if (answer.success) return { answer: answer.data, response };
    const isJson = /json/.test(response.headers.get('Content-Type') ?? '');
    throw new OnboardingError({ code: isJson ? 'malformed' : 'not_onboarding', status: response.status });
  }

  async #request(
    path: string,
    token: string,
    options: Options,
    within: number,
  ): Promise<{ response: Response; content: unknown }> {
    try {
      const headers = { Authorization: `Bearer ${token}` };
      const response = await this.#http(path, { ...options, headers, signal: AbortSignal.timeout(within) });
      return { response, content: parseJson(await textOf(response)) };
    } catch (error) {
      throw new OnboardingError({ code: error instanceof TooLarge ? 'malformed' : noAnswer(error) });
    }
  }
}

function noAnswer(error: unknown): FaultCode {
  for (let cause = error; cause instanceof Error || cause instanceof DOMException; cause = cause.cause) {
    if (cause.name === 'TimeoutError' || cause.name === 'AbortError') return 'slow';
  }
  return navigator.onLine === false ? 'offline' : 'unreachable';
}

const requestIdOf = (response: Response): string | undefined =>
  response.headers.get('X-Request-Id')?.slice(0, 80);

const parseJson = (text: string): unknown => {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
};

function readFault(response: Response, content: unknown): Fault {
  const problem = Problem.safeParse(content).data;
  const fault: Fault = { code: faultCode(response.status, problem), status: response.status };
  const requestId = requestIdOf(response);
  if (problem?.title) fault.title = problem.title.slice(0, 200);
  if (requestId) fault.requestId = requestId;
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  if (retryAfter >= 0) fault.retryAfter = retryAfter * 1000;
  return fault;
}

function faultCode(status: number, problem: Problem | undefined): FaultCode {
  switch (problem?.type) {
    case problemTypes.keyUnknown:
      return 'key_unknown';
    case problemTypes.sealForOther:
      return 'sealed_for_other';
    case problemTypes.idTaken:
      return 'id_taken';
    case problemTypes.sealTime:
      return 'clock_wrong';
    case problemTypes.serversNeeded:
      return 'servers_needed';
    case problemTypes.providerClosed:
      return 'provider_closed';
    case problemTypes.notFound:
      return 'not_found';
  }
  if (status === 401) return 'token_refused';
  if (status === 403) return 'not_allowed';
  if (status === 408) return 'slow';
  if (status === 429) return 'busy';
  if (status >= 500) return 'backend_error';
  // Every 4xx of an onboarding backend carries problem details.
  return problem ? 'request_refused' : 'not_onboarding';
}

/** The origin of a backend address as typed, or what is wrong with it. */
export function parseAddress(
  typed: string,
): { origin: string } | { wrong: 'empty' | 'no_url' | 'not_secure' } {
  const text = typed.trim();
  if (text === '') return { wrong: 'empty' };
  let url: URL;
  try {
    url = new URL(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`);
  } catch {
    return { wrong: 'no_url' };
  }
  // Chrome takes a host with blanks and encodes them; nobody has a backend there.
  if (!/^(\[[\da-f:]+\]|[\w.-]+)$/.test(url.hostname)) return { wrong: 'no_url' };
  const local = /^(localhost|127\.0\.0\.1)$/.test(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && local)) return { origin: url.origin };
  return { wrong: url.protocol === 'http:' ? 'not_secure' : 'no_url' };
}
