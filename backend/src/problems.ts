import type { Problem, ProblemType } from '../../utils/onboarding/contract.ts';

/** A request that can't be answered as asked. The HTTP layer turns it into problem details (RFC 9457). */
export class RequestProblem extends Error {
  readonly type: ProblemType;
  readonly status: 400 | 401 | 404 | 408 | 409 | 413 | 429 | 431 | 500 | 503;
  /** In seconds, when it makes sense to come back. */
  readonly retryAfter: number | undefined;

  constructor(type: ProblemType, status: RequestProblem['status'], title: string, retryAfter?: number) {
    super(title);
    this.type = type;
    this.status = status;
    this.retryAfter = retryAfter;
  }

  details(requestId?: string): Problem {
    return {
      type: this.type,
      title: this.message,
      status: this.status,
      ...(requestId ? { instance: `urn:request:${requestId}` } : {}),
    };
  }
}

/** @param requestId what it is to be found by in the log, for support */
export function respond(problem: RequestProblem, requestId?: string): Response {
  return Response.json(problem.details(requestId), {
    status: problem.status,
    headers: {
      'Content-Type': 'application/problem+json',
      // The rest of the body is not read, so nothing else can be asked on this connection.
      ...(problem.status === 413 ? { Connection: 'close' } : {}),
      ...(problem.retryAfter === undefined ? {} : { 'Retry-After': String(problem.retryAfter) }),
    },
  });
}
