import { setTimeout as passed } from 'node:timers/promises';
import * as z from 'zod';
import { Problem, type ProblemType } from '../../utils/onboarding/contract.ts';

/** Of a web page that is not the backend's: what is seen of its CORS headers is what an extension would see. */
const ORIGIN = 'https://conformance.example';

/** Longer than any poll may last. */
const ANSWER_WITHIN_MS = 40_000;

/** A backend that is asked too much says when to come back. This much is waited for, then it is told. */
const MOST_PATIENCE_S = 90;

export interface Answer {
  /** What was asked, without the token. */
  what: string;
  status: number;
  headers: Headers;
  text: string;
  ms: number;
  /** Whether the request had the right token, or needed none. */
  hadToken: boolean;
}

/** Asks a backend, and remembers all that it answered. */
export class Caller {
  readonly origin: string;
  readonly #token: string;
  readonly answers: Answer[] = [];

  constructor(origin: string, token: string) {
    this.origin = origin;
    this.#token = token;
  }

  /** @param token sent instead of the right one; none where it is null */
  async ask(
    method: string,
    path: string,
    { json, body, token = this.#token, headers = {} }: Ask = {},
  ): Promise<Answer> {
    for (;;) {
      const started = performance.now();
      const response = await fetch(`${this.origin}${path}`, {
        method,
        body: json === undefined ? body : JSON.stringify(json),
        headers: {
          Origin: ORIGIN,
          ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
          ...(json === undefined && body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      const text = await response.text();
      const answer = {
        what: `${method} ${path}`,
        status: response.status,
        headers: response.headers,
        text,
        ms: performance.now() - started,
        hadToken: token === this.#token,
      };
      this.answers.push(answer);
      const seconds = Number(response.headers.get('Retry-After'));
      if (answer.status !== 429 || !(seconds > 0 && seconds <= MOST_PATIENCE_S)) return answer;
      await passed(seconds * 1000);
    }
  }
}

interface Ask {
  json?: unknown;
  body?: string;
  token?: string | null;
  headers?: Record<string, string>;
}

/** @throws Error that says what was asked, expected and answered */
export function expectStatus(answer: Answer, ...expected: number[]): void {
  if (expected.includes(answer.status)) return;
  const { type, title } = readProblem(answer) ?? {};
  throw new Error(
    `${answer.what} was answered ${answer.status}${type ? ` (${type}: ${title})` : ''}, not ${expected.join(' or ')}`,
  );
}

/** @throws Error unless the answer is as the contract's schema says */
export function read<T>({ what, text }: Answer, schema: z.core.$ZodType<T>): T {
  const parsed = z.safeParse(schema, parse(text));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new Error(`${what} was not answered as the contract says: ${where.join('; ')}`);
}

/** @throws Error unless it was refused in this way */
export function expectProblem(answer: Answer, status: number, type: ProblemType): void {
  expectStatus(answer, status);
  const problem = readProblem(answer);
  if (problem?.type !== type) {
    throw new Error(`${answer.what} was refused as ${problem?.type ?? 'nothing in particular'}, not ${type}`);
  }
}

/** The type by its path: it may be written with the backend's origin. */
export function readProblem({ text }: Answer): Problem | undefined {
  const problem = z.safeParse(Problem, parse(text)).data;
  return problem && { ...problem, type: problem.type.replace(/^https?:\/\/[^/]+/, '') };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
