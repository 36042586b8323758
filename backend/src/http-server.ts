import { createServer, type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { MAX_WAIT, problemTypes } from '../../utils/onboarding/contract.ts';
import { callerAddress } from './limits.ts';
import { RequestProblem, respond } from './problems.ts';

/** Longer than the usual proxies keep an idle connection, so that it is they who hang up, and never amid a request. */
const KEEP_ALIVE_MS = 65_000;

/** How long nothing may move on a connection while it is answered: a long poll, and then some. */
const SILENCE_MS = (MAX_WAIT + 10) * 1000;

/** How often connections are looked at for being late, in ms. */
const LATE_CHECK_MS = 500;

export interface HttpLimits {
  /** The longest a request may take to arrive, in ms. */
  requestTimeoutMs: number;
  /** Beyond so many, new connections are closed at once. */
  maxConnections: number;
  /** The same of one network address. None where a proxy stands between, which all of them come from. */
  maxConnectionsPerAddress?: number;
}

export type Answer = (request: Request, bindings: HttpBindings) => Response | Promise<Response>;

/** An HTTP server on which nobody can stay for ever. */
export function createHttpServer(
  answer: Answer,
  { requestTimeoutMs, maxConnections, maxConnectionsPerAddress = Number.POSITIVE_INFINITY }: HttpLimits,
): Server {
  const ask = async (request: Request, bindings: HttpBindings): Promise<Response> => {
    const response = await answer(request, bindings);
    // Who has answered by themselves said so, but middleware makes copies, which would be sent as well.
    return bindings.outgoing.headersSent ? RESPONSE_ALREADY_SENT : response;
  };
  const listener = getRequestListener((request, bindings) => ask(request, bindings as HttpBindings), {
    // A path or host of which no URL can be made: there is no request yet, and nobody else answers.
    errorHandler: () => respond(problemOf(undefined)),
  });
  const server = createServer(
    {
      headersTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: LATE_CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    listener,
  );
  server.timeout = SILENCE_MS;
  server.maxConnections = maxConnections;
  const perAddress = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = callerAddress(socket.remoteAddress, undefined, 0);
    const open = (perAddress.get(address) ?? 0) + 1;
    perAddress.set(address, open);
    socket.once('close', () => {
      const left = (perAddress.get(address) ?? 1) - 1;
      if (left > 0) perAddress.set(address, left);
      else perAddress.delete(address);
    });
    if (open > maxConnectionsPerAddress) socket.destroy();
  });
  server.on('clientError', refuse);
  // An expectation nobody knows may be ignored; left alone, it is answered without saying why.
  server.on('checkExpectation', (request, response) => void listener(request, response));
  return server;
}

/** What is no HTTP, or comes too late, gets problem details as anything else that is refused. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  const isAnswered = (socket as { _httpMessage?: { headersSent: boolean } })._httpMessage?.headersSent;
  if (!socket.writable || isAnswered) {
    socket.destroy();
    return;
  }
  const problem = problemOf(error.code);
  const body = JSON.stringify(problem.details());
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.write([...head, '', body].join('\r\n'));
  (socket as Duplex & { destroySoon(): void }).destroySoon();
}

function problemOf(code: string | undefined): RequestProblem {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new RequestProblem(problemTypes.tooSlow, 408, 'The request took too long to arrive.');
    case 'HPE_HEADER_OVERFLOW':
      return new RequestProblem(problemTypes.requestInvalid, 431, 'The headers are too large.');
    default:
      return new RequestProblem(problemTypes.requestInvalid, 400, 'This isn’t an HTTP request.');
  }
}
