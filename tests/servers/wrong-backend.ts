import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { compactDecrypt, exportJWK, generateKeyPair } from 'jose';
import type { Connection, JsonWebKeySet } from '../../utils/onboarding/contract.ts';
import { type SealContent, seal } from '../../utils/onboarding/seal.ts';

interface Asked {
  method: string;
  url: URL;
  headers: Headers;
  body: string;
}
interface Answered {
  status: number;
  headers: Headers;
  body: string;
}
type Pass = (asked: Asked) => Promise<Answered>;

/** What a backend may do wrong: how it answers, given what the right one answers. */
export type Mistake = (asked: Asked, pass: Pass) => Promise<Answered>;

const json = (answer: Answered): Connection & { type?: string } => JSON.parse(answer.body || '{}');
const saying = (answer: Answered, body: unknown, status = answer.status): Answered => ({
  ...answer,
  status,
  body: JSON.stringify(body),
});
const isConnection = ({ url }: Asked): boolean => /^\/v1\/connections\/[^/]+$/.test(url.pathname);

/** A mistake in what it answers only. */
const answering =
  (change: (answer: Answered, asked: Asked, pass: Pass) => Answered | Promise<Answered>): Mistake =>
  async (asked, pass) =>
    change(await pass(asked), asked, pass);

/** Takes what is refused with this problem. */
const taking = (type: string): Mistake =>
  answering((answer, asked) =>
    json(answer).type === type && asked.method === 'PUT'
      ? saying(
          answer,
          {
            id: asked.url.pathname.split('/').at(-1),
            provider: 'other',
            email: JSON.parse(asked.body).email,
            state: 'verifying',
            version: 1,
            attempt: 1,
            checks: { receiving: { status: 'pending' }, sending: { status: 'pending' } },
          },
          202,
        )
      : answer,
  );

/** It unseals, and tells what it found: for that it has keys of its own, and seals again for the right one. */
async function echoing(): Promise<Mistake> {
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  const key = { ...(await exportJWK(publicKey)), kid: 'own', use: 'enc', alg: 'ECDH-ES' };
  let theirs: JsonWebKeySet;
  return async (asked, pass) => {
    if (asked.url.pathname.endsWith('jwks.json')) {
      const answer = await pass(asked);
      theirs = JSON.parse(answer.body);
      return saying(answer, { keys: [key] });
    }
    const request = asked.method === 'PUT' ? safely(() => JSON.parse(asked.body)) : undefined;
    const opened = await compactDecrypt(request?.password ?? '', privateKey).catch(() => undefined);
    if (opened?.protectedHeader.kid !== 'own') return pass(asked);
    const content = JSON.parse(new TextDecoder().decode(opened.plaintext)) as SealContent;
    const answer = await pass({
      ...asked,
      body: JSON.stringify({ ...request, password: await seal(content, theirs) }),
    });
    return answer.status < 300
      ? saying(answer, { ...json(answer), debug: `with ${content.password}` })
      : answer;
  };
}

function safely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

export const MISTAKES: Record<string, () => Mistake | Promise<Mistake>> = {
  'says 401 of a mailbox that does not open': () =>
    answering((answer, asked) =>
      isConnection(asked) && json(answer).verdict === 'unreachable'
        ? saying(answer, { type: '/problems/token-refused', title: 'It does not open.', status: 401 }, 401)
        : answer,
    ),
  'tells the password': echoing,
  'takes another body under the same id': () =>
    answering((answer, asked, pass) =>
      asked.method === 'PUT' && json(answer).type === '/problems/id-taken'
        ? pass({ ...asked, method: 'GET', body: '' })
        : answer,
    ),
  'allows no other origin': () =>
    answering((answer) => {
      for (const name of [...answer.headers.keys()])
        if (name.startsWith('access-control-')) answer.headers.delete(name);
      return answer;
    }),
  'does not wait': () => (asked, pass) => {
    asked.url.searchParams.delete('wait');
    return pass(asked);
  },
  'waits although it is done': () => async (asked, pass) => {
    const answer = await pass(asked);
    const isDone = asked.method === 'GET' && isConnection(asked) && json(answer).state === 'done';
    if (isDone && asked.url.searchParams.has('wait')) await new Promise((done) => setTimeout(done, 2500));
    return answer;
  },
  'counts no versions': () =>
    answering((answer, asked) =>
      /^\/v1\/connections/.test(asked.url.pathname) && json(answer).version
        ? saying(answer, { ...json(answer), version: 1 })
        : answer,
    ),
  'tries the same again': () =>
    answering((answer, asked) =>
      asked.method === 'PUT' && answer.status === 200
        ? saying(answer, { ...json(answer), attempt: 2 }, 202)
        : answer,
    ),
  'takes what was sealed for others': () => taking('/problems/seal-for-other'),
  'takes a broken seal': () => taking('/problems/seal-broken'),
  'calls an unknown key a broken seal': () =>
    answering((answer) =>
      json(answer).type === '/problems/key-unknown'
        ? saying(answer, { ...json(answer), type: '/problems/seal-broken', status: 400 }, 400)
        : answer,
    ),
  'forgets what it has forgotten': () => {
    const gone = new Map<string, string>();
    return async (asked, pass) => {
      const id = asked.url.pathname.split('/')[3] ?? '';
      if (asked.method === 'DELETE') gone.set(id, id);
      const answer = await pass(asked);
      const isLate = asked.method === 'PUT' && gone.has(id) && answer.status === 409;
      return isLate ? saying(answer, { id: randomUUID() }, 202) : answer;
    };
  },
  'refuses in words of its own': () =>
    answering((answer) => {
      if (answer.status < 400) return answer;
      answer.headers.set('Content-Type', 'application/json');
      return saying(answer, { error: 'no' });
    }),
  'takes any token': () => (asked, pass) => {
    if (asked.headers.has('Authorization') && asked.method !== 'OPTIONS')
      asked.headers.set('Authorization', `Bearer ${TOKEN}`);
    return pass(asked);
  },
  'takes a body of any size': () =>
    answering((answer) =>
      answer.status === 413
        ? saying(answer, { type: '/problems/request-invalid', title: 'No.', status: 400 }, 400)
        : answer,
    ),
  'tells its private key': () =>
    answering((answer, asked) =>
      asked.url.pathname.endsWith('jwks.json')
        ? saying(answer, { keys: JSON.parse(answer.body).keys.map((key: object) => ({ ...key, d: 'fake' })) })
        : answer,
    ),
  'tries one mailbox without end': () =>
    answering((answer, asked, pass) =>
      answer.status === 429 && asked.url.pathname.endsWith('/verify')
        ? pass({ ...asked, method: 'GET', url: new URL(asked.url.href.replace(/.verify$/, '')) }).then(
            (now) => ({
              ...now,
              status: 202,
            }),
          )
        : answer,
    ),
  'does not say when to come back': () => {
    let times = 0;
    return answering((answer, asked) =>
      isConnection(asked) && asked.method === 'GET' && ++times === 1
        ? saying(answer, { type: '/problems/too-many-requests', title: 'Too much.', status: 429 }, 429)
        : answer,
    );
  },
};

/** Of the backend that is behind. */
export const TOKEN = 'fake-token-of-the-conformance-tests';

export interface WrongBackend {
  url: string;
  /** Has it answer with what this one says, but for its mistake. */
  inFrontOf(target: string): void;
  stop(): Promise<void>;
}

export async function startWrongBackend(mistake: Mistake): Promise<WrongBackend> {
  let target = '';
  const pass: Pass = async ({ method, url, headers, body }) => {
    const response = await fetch(`${target}${url.pathname}${url.search}`, {
      method,
      headers,
      ...(body ? { body } : {}),
      redirect: 'manual',
    });
    return { status: response.status, headers: new Headers(response.headers), body: await response.text() };
  };
  const server: Server = createServer(async (request, response) => {
    const headers = new Headers();
    // Of the connection to us.
    for (const [name, value] of Object.entries(request.headers))
      if (!/^(host|connection|content-length|transfer-encoding|expect|keep-alive)$/.test(name))
        headers.set(name, String(value));
    const url = new URL(request.url ?? '/', 'http://wrong.example');
    const asked = { method: request.method ?? 'GET', url, headers, body: (await buffer(request)).toString() };
    const answer = await mistake(asked, pass);
    for (const name of ['content-length', 'transfer-encoding', 'connection', 'keep-alive'])
      answer.headers.delete(name);
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(answer.body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    inFrontOf: (url) => {
      target = url;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
