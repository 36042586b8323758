import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Certificate } from '../servers/pki.ts';

/** Where a capture is on its way, as seen from the line between the extension and the backend. */
export type LineMoment = 'handing in' | 'accepted' | 'asking' | 'decided';

/** How the line can be out of order, for every request until it is in order again. */
export type Disorder =
  | 'closed'
  | 'silent'
  | 'late'
  | 'busy'
  | 'failing'
  | 'garbage'
  | 'half an answer'
  | 'answer lost'
  | 'token refused';

/** The line between the extension and the backend, over TLS: it can be out of order, and says what passes. */
export interface Line {
  port: number;
  disorder: Disorder | undefined;
  /** How many requests met the disorder. */
  met: number;
  /** Does something the next time the line comes to this moment, before anything goes on. */
  at(moment: LineMoment, action: () => Promise<void>): void;
  /** Forgets what was to be done. */
  clear(): void;
  /** Resolves when what was late has arrived. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** What comes late comes after this time, in ms: when the extension no longer waits for it. */
const LATE = 13_000;

/** @param backend where it is, when it is there at all */
export async function startLine(certificate: Certificate, backend: string): Promise<Line> {
  const actions = new Map<LineMoment, () => Promise<void>>();
  const sockets = new Set<Duplex>();
  const late = new Set<Promise<unknown>>();

  const moment = async (name: LineMoment): Promise<void> => {
    const action = actions.get(name);
    actions.delete(name);
    await action?.();
  };

  const pass = (
    incoming: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
  ): Promise<Answer | undefined> =>
    new Promise((resolve) => {
      const { method, headers } = incoming;
      const outgoing = httpRequest(
        new URL(incoming.url ?? '/', backend),
        { method, headers, agent: false },
        (answered) => {
          const { statusCode: status = 500, headers } = answered;
          bodyOf(answered).then(
            (bytes) => resolve({ status, headers, body: bytes }),
            () => resolve(undefined),
          );
        },
      );
      outgoing.on('error', () => resolve(undefined));
      response.once('close', () => outgoing.destroy());
      outgoing.end(body);
    });

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(incoming);
    const { method } = incoming;
    const isPoll = method === 'GET' && incoming.url?.startsWith('/v1/connections/');
    if (method === 'PUT') await moment('handing in');
    else if (isPoll) await moment('asking');
    if (response.destroyed) return;

    const { disorder } = line;
    if (disorder && method !== 'OPTIONS') {
      line.met += 1;
      await disturb(disorder, incoming, response, body);
      return;
    }
    const answered = await pass(incoming, response, body);
    if (method === 'PUT') await moment('accepted');
    else if (isPoll && answered?.body.includes('"state":"done"')) await moment('decided');
    if (!answered) response.destroy();
    else if (!response.destroyed) response.writeHead(answered.status, answered.headers).end(answered.body);
  };

  async function disturb(
    disorder: Disorder,
    incoming: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
  ): Promise<void> {
    const headers = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'Retry-After' };
    const say = (status: number, type: string, text: string, more = {}): void =>
      void response.writeHead(status, { ...headers, 'Content-Type': type, ...more }).end(text);
    const problem = (status: number, more = {}): void =>
      say(
        status,
        'application/problem+json',
        JSON.stringify({ type: 'about:blank', title: 'No', status }),
        more,
      );
    switch (disorder) {
      case 'closed':
        response.destroy();
        return;
      case 'silent':
        // Until the line is in order again, or whoever asks has gone.
        return;
      case 'late': {
        // Asked by nobody any more when it arrives.
        const arrived = new Promise((resolve) => setTimeout(resolve, LATE)).then(() =>
          pass(incoming, response, body),
        );
        late.add(arrived);
        await arrived;
        late.delete(arrived);
        response.destroy();
        return;
      }
      case 'busy':
        return problem(429, { 'Retry-After': '1' });
      case 'failing':
        return problem(503);
      case 'token refused':
        return problem(401);
      case 'garbage':
        return say(200, 'text/html', '<!doctype html><title>Sign in to the hotel network</title>');
      case 'half an answer':
        response.writeHead(202, { ...headers, 'Content-Type': 'application/json', 'Content-Length': '500' });
        response.write('{"id":"6f2f1d3e-00', () => response.destroy());
        return;
      case 'answer lost':
        await pass(incoming, response, body);
        response.destroy();
    }
  }

  const server: Server = createServer(
    { cert: certificate.cert, key: certificate.key },
    (incoming, response) => {
      answer(incoming, response).catch(() => response.destroy());
    },
  );
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  let disorder: Disorder | undefined;
  const line: Line = {
    port: (server.address() as AddressInfo).port,
    met: 0,
    get disorder() {
      return disorder;
    },
    set disorder(value) {
      disorder = value;
      line.met = 0;
      // What hangs in it is cut off, as when a network comes back.
      if (value === undefined) for (const socket of sockets) socket.destroy();
    },
    at: (name, action) => void actions.set(name, action),
    clear: () => actions.clear(),
    settled: async () => void (await Promise.allSettled(late)),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.allSettled(late);
    },
  };
  return line;
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
