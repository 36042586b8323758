import { randomBytes, randomUUID } from 'node:crypto';
import { CompactEncrypt, importJWK } from 'jose';
import {
  Connection,
  type ConnectionRequest,
  JsonWebKeySet,
  MAX_WAIT,
  MailDomain,
  problemTypes,
  type SealedPassword,
  Workspace,
} from '../../utils/onboarding/contract.ts';
import type { Destination } from '../../utils/onboarding/seal.ts';
import { type Answer, Caller, expectProblem, expectStatus, read, readProblem } from './caller.ts';

export interface Mailbox {
  email: string;
  password: string;
  /** Found by its domain where it is not said. */
  provider?: string;
}

export interface Options {
  /** The backend's origin. */
  url: string;
  token: string;
  /** A real one, to be verified. Its connection is deleted again. */
  mailbox?: Mailbox;
}

export interface Result {
  name: string;
  /** Why it failed. */
  failure?: string;
  /** Why it could not be seen. Counts as neither. */
  unseen?: string;
}

/** Thrown by a check that could not be made, by no fault of the backend's. */
class Unseen extends Error {}

/** A poll is answered on the way, too, in ms. */
const SLACK_MS = 2000;

/** Servers that whoever has only a sealed password would like it to be sent to. */
const ELSEWHERE: NonNullable<Destination['servers']> = {
  imap: { host: 'imap.elsewhere.invalid', port: 993, security: 'tls' },
  smtp: { host: 'smtp.elsewhere.invalid', port: 465, security: 'tls' },
};

/** What there was before versions. */
const OLD_SEAL = { version: undefined, provider: undefined, servers: undefined } as const;

/** No verification may go on for longer than this, in ms. */
const VERIFIED_WITHIN_MS = 120_000;

/** So often in a row nobody may try one mailbox: providers lock an account after fewer. */
const TOO_OFTEN = 20;

/** Asks a backend whatever the contract says something about, and tells each result as it comes. */
export async function conform(
  { url, token, mailbox }: Options,
  tell: (result: Result) => void,
): Promise<{ passed: number; failed: number }> {
  const origin = new URL(url).origin;
  const caller = new Caller(origin, token);
  const secrets = mailbox ? [mailbox.password] : [];
  const made = new Set<string>();
  let workspace = '';
  let passed = 0;
  let failed = 0;

  const check = async (name: string, run: () => Promise<void> | void): Promise<void> => {
    try {
      await run();
      passed += 1;
      tell({ name });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof Unseen) return tell({ name, unseen: message });
      failed += 1;
      const { cause } = error as { cause?: { code?: string } };
      tell({ name, failure: cause?.code ? `${message} (${cause.code})` : message });
    }
  };

  const keys = async (): Promise<JsonWebKeySet> => {
    const answer = await caller.ask('GET', '/.well-known/jwks.json', { token: null });
    expectStatus(answer, 200);
    return read(answer, JsonWebKeySet);
  };

  /** A mailbox that nobody has: names under `.invalid` lead nowhere, for ever. */
  const nobody = (): Omit<ConnectionRequest, 'password'> & { password: string } => {
    const name = randomBytes(6).toString('hex');
    const host = `mail.${name}.invalid`;
    const password = `fake${randomBytes(9).toString('base64url')}`;
    secrets.push(password);
    return {
      provider: 'other',
      email: `conformance@${name}.invalid`,
      password,
      servers: { imap: { host, port: 993, security: 'tls' }, smtp: { host, port: 465, security: 'tls' } },
    };
  };

  /** As the extension seals it, but for what is said. */
  const sealed = async (
    id: string,
    { password, ...mailbox }: { email: string; password: string } & Destination,
    content: Partial<SealedPassword> = {},
    header: { kid?: string; enc?: string } = {},
  ): Promise<string> => {
    const [key] = (await keys()).keys;
    if (!key) throw new Error('There is no key');
    const iat = Math.floor(Date.now() / 1000);
    const { provider, email, login, servers, pageHost } = mailbox;
    const destination = { provider, login, servers, pageHost };
    const whole = {
      version: 2,
      password,
      aud: origin,
      workspace,
      connection: id,
      email,
      iat,
      ...destination,
      ...content,
    };
    return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(whole)))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: key.kid, ...header })
      .encrypt(await importJWK(key, 'ECDH-ES'));
  };

  const put = (id: string, json: unknown): Promise<Answer> => {
    made.add(id);
    return caller.ask('PUT', `/v1/connections/${id}`, { json });
  };
  const handIn = async (mailbox = nobody(), id: string = randomUUID()): Promise<Answer> =>
    put(id, { ...mailbox, password: await sealed(id, mailbox) });
  const accepted = async (mailbox = nobody()): Promise<Connection> => {
    const answer = await handIn(mailbox);
    expectStatus(answer, 202);
    const connection = read(answer, Connection);
    made.add(connection.id);
    return connection;
  };
  const poll = (id: string, query: string): Promise<Answer> =>
    caller.ask('GET', `/v1/connections/${id}?${query}`);

  /** Polls as the extension does. */
  const finished = async ({ id, version }: Connection): Promise<Connection> => {
    const until = performance.now() + VERIFIED_WITHIN_MS;
    for (let since = version - 1; performance.now() < until; ) {
      const answer = await poll(id, `wait=${MAX_WAIT}&since=${since}`);
      expectStatus(answer, 200);
      const now = read(answer, Connection);
      if (now.version < since) throw new Error(`Its version went from ${since} to ${now.version}`);
      if (now.state === 'done') return now;
      if (now.version === since && answer.ms < MAX_WAIT * 1000 - 50)
        throw new Error(`A poll was answered after ${Math.round(answer.ms)} ms, with nothing new`);
      since = now.version;
    }
    throw new Error(`A verification did not end within ${VERIFIED_WITHIN_MS / 1000} s`);
  };

  const isRefused = async (id: string, password: string, mailbox: object, status: number, type: Type) => {
    expectProblem(await put(id, { ...mailbox, password }), status, type);
    expectStatus(await caller.ask('GET', `/v1/connections/${id}`), 404);
  };

  await check('keys: at least one to seal to, for everybody, and none of them private', async () => {
    await keys();
    if (/"d"\s*:/.test(caller.answers.at(-1)?.text ?? '')) throw new Error('A private key is among them');
  });

  await check('workspace: says who the token belongs to', async () => {
    const answer = await caller.ask('GET', '/v1/workspace');
    expectStatus(answer, 200);
    workspace = read(answer, Workspace).id;
  });

  await check('domain: says which provider has it, as far as that is known', async () => {
    const answer = await caller.ask('GET', '/v1/domains/gmail.com');
    expectStatus(answer, 200);
    if (read(answer, MailDomain).domain !== 'gmail.com') throw new Error('It told of another domain');
    expectProblem(await caller.ask('GET', '/v1/domains/nothing'), 400, problemTypes.requestInvalid);
  });

  await check('cors: any origin may ask beforehand', async () => {
    for (const method of ['GET', 'PUT', 'POST', 'DELETE']) {
      const answer = await caller.ask('OPTIONS', `/v1/connections/${randomUUID()}`, {
        token: null,
        headers: {
          'Access-Control-Request-Method': method,
          'Access-Control-Request-Headers': 'authorization,content-type',
        },
      });
      expectStatus(answer, 200, 204);
      const allows = (name: string): string[] =>
        (answer.headers.get(`Access-Control-Allow-${name}`) ?? '').toLowerCase().split(/\s*,\s*/);
      // With a token, `*` does not stand for the header it comes in.
      for (const header of ['authorization', 'content-type']) {
        if (!allows('Headers').includes(header)) throw new Error(`The header ${header} is not allowed`);
      }
      // These need not be asked for.
      const isSimple = method === 'GET' || method === 'POST';
      if (!isSimple && !allows('Methods').some((one) => one === '*' || one === method.toLowerCase())) {
        throw new Error(`${method} is not allowed`);
      }
    }
  });

  const tokens = [
    ['no', null, problemTypes.tokenMissing],
    ['another', 'not-the-token-of-anybody', problemTypes.tokenRefused],
  ] as const;
  for (const [which, token, type] of tokens) {
    await check(`token: with ${which} token nothing is done`, async () => {
      const path = `/v1/connections/${randomUUID()}`;
      for (const [method, at] of [
        ['GET', '/v1/workspace'],
        ['GET', '/v1/domains/gmail.com'],
        ['PUT', path],
        ['GET', path],
        ['POST', `${path}/verify`],
        ['DELETE', path],
      ] as const) {
        expectProblem(await caller.ask(method, at, { token }), 401, type);
      }
    });
  }

  const someone = nobody();
  let first: Connection | undefined;
  const theFirst = (): Connection => {
    if (!first) throw new Error('No mailbox was accepted');
    return first;
  };

  await check('put: a mailbox is accepted, 202', async () => {
    first = await accepted(someone);
    const { email, provider, attempt } = first;
    if (email !== someone.email || provider !== someone.provider || attempt !== 1)
      throw new Error('It tells of another mailbox than the one that was handed in');
  });

  await check('put: the same again, sealed anew, is the same, 200', async () => {
    const answer = await handIn(someone, theFirst().id);
    expectStatus(answer, 200);
    const { id, attempt } = read(answer, Connection);
    if (id !== theFirst().id || attempt !== 1)
      throw new Error('It is another connection, or was tried again');
  });

  await check('put: another body under the same id is refused, 409', async () => {
    const { password } = nobody();
    for (const other of [nobody(), { ...someone, password }, { ...someone, login: 'somebody' }])
      expectProblem(await handIn(other, theFirst().id), 409, problemTypes.idTaken);
  });

  await check('poll: a mailbox at hosts that do not exist ends as unreachable, 200', async () => {
    first = await finished(theFirst());
    if (first.verdict !== 'unreachable') throw new Error(`Its verdict is ${first.verdict}`);
    for (const result of Object.values(first.checks)) {
      if (result.status !== 'failed') throw new Error(`A check is ${result.status}`);
      if (!/^UNREACHABLE_/.test(result.code)) throw new Error(`A check's code is ${result.code}`);
      if (result.stage === 'auth') throw new Error('A password was tried at a host that does not exist');
    }
    if (!first.advice) throw new Error('There is no advice');
  });

  await check('poll: its version has grown', () => {
    if (theFirst().version <= 1) throw new Error(`It is ${theFirst().version}`);
  });

  await check('poll: what is done is answered at once, however long it may wait', async () => {
    const { id, version } = theFirst();
    for (const query of [`wait=${MAX_WAIT}`, `wait=${MAX_WAIT}&since=${version - 1}`]) {
      const answer = await poll(id, query);
      expectStatus(answer, 200);
      if (answer.ms > SLACK_MS) throw new Error(`?${query} took ${Math.round(answer.ms)} ms`);
    }
  });

  await check('poll: waits until something changes, and no longer than `wait`', async () => {
    let waited = false;
    for (let tries = 0; tries < 5 && !waited; tries++) {
      const { id, version } = await accepted();
      const wait = 1;
      const answer = await poll(id, `wait=${wait}&since=${version}`);
      expectStatus(answer, 200);
      const now = read(answer, Connection);
      const isNews = now.version > version || now.state === 'done';
      if (!isNews && answer.ms < wait * 1000 - 50)
        throw new Error(`It was answered after ${Math.round(answer.ms)} ms, with nothing new`);
      if (answer.ms > wait * 1000 + SLACK_MS)
        throw new Error(`With wait=${wait} it was answered after ${Math.round(answer.ms)} ms`);
      waited = answer.ms > 50;
    }
    if (!waited) throw new Unseen('every verification was over before it could be waited for');
  });

  await check('poll: without `wait` it is answered at once', async () => {
    const { id, version } = await accepted();
    const answer = await poll(id, `since=${version}`);
    expectStatus(answer, 200);
    if (answer.ms > SLACK_MS) throw new Error(`It took ${Math.round(answer.ms)} ms`);
  });

  await check('verify: tries again with the code that is there, 202', async () => {
    const before = theFirst();
    const answer = await caller.ask('POST', `/v1/connections/${before.id}/verify`);
    expectStatus(answer, 202);
    const again = read(answer, Connection);
    if (again.attempt !== before.attempt + 1) throw new Error(`It is attempt ${again.attempt}`);
    if (again.version <= before.version) throw new Error('Its version has not grown');
    if ((await finished(again)).verdict !== 'unreachable') throw new Error('It ended in another way');
  });

  await check('limits: one mailbox is not tried without end, 429', async () => {
    const { id } = await finished(await accepted());
    for (let times = 1; times <= TOO_OFTEN; times++) {
      const answer = await caller.ask('POST', `/v1/connections/${id}/verify`);
      if (answer.status === 429) {
        expectProblem(answer, 429, problemTypes.tooManyRequests);
        const now = read(await poll(id, ''), Connection);
        if (now.state !== 'done') throw new Error('It is refused, and was begun all the same');
        return;
      }
      expectStatus(answer, 202);
      await finished(read(answer, Connection));
    }
    throw new Error(`It was tried ${TOO_OFTEN} times in a row`);
  });

  await check('delete: it is gone, and what comes late for it is refused', async () => {
    const mailbox = nobody();
    const { id } = await accepted(mailbox);
    for (let times = 0; times < 2; times++)
      expectStatus(await caller.ask('DELETE', `/v1/connections/${id}`), 204);
    expectProblem(await caller.ask('GET', `/v1/connections/${id}`), 404, problemTypes.notFound);
    expectProblem(await handIn(mailbox, id), 409, problemTypes.idTaken);
    expectProblem(await caller.ask('GET', `/v1/connections/${id}`), 404, problemTypes.notFound);
  });

  await check('unknown: a connection nobody made is not found, 404', async () => {
    const path = `/v1/connections/${randomUUID()}`;
    expectProblem(await caller.ask('GET', path), 404, problemTypes.notFound);
    expectProblem(await caller.ask('POST', `${path}/verify`), 404, problemTypes.notFound);
    expectStatus(await caller.ask('DELETE', path), 204);
  });

  await check('unknown: a mailbox without any server to try is refused, 400', async () => {
    const { servers: _, ...mailbox } = nobody();
    const id = randomUUID();
    const password = await sealed(id, mailbox);
    await isRefused(id, password, mailbox, 400, problemTypes.providerUnknown);
  });

  await check('seal: to a key that is not known, it is refused as such, 409', async () => {
    const [id, mailbox] = [randomUUID(), nobody()];
    const password = await sealed(id, mailbox, {}, { kid: `unknown-${randomUUID()}` });
    await isRefused(id, password, mailbox, 409, problemTypes.keyUnknown);
  });

  const day = 24 * 3600;
  const now = Math.floor(Date.now() / 1000);
  const others: [string, Partial<SealedPassword>, Type][] = [
    ['for another backend', { aud: 'https://onboarding.example.com' }, problemTypes.sealForOther],
    ['for another workspace', { workspace: `not-${randomUUID()}` }, problemTypes.sealForOther],
    ['for another connection', { connection: randomUUID() }, problemTypes.sealForOther],
    ['for another address', { email: 'another@conformance.invalid' }, problemTypes.sealForOther],
    ['for another provider', { provider: 'google' }, problemTypes.sealForOther],
    ['for another user name', { login: 'another' }, problemTypes.sealForOther],
    ['for other servers', { servers: ELSEWHERE }, problemTypes.sealForOther],
    ['without its servers', { servers: undefined }, problemTypes.sealForOther],
    ['by an older version, without its servers', OLD_SEAL, problemTypes.sealForOther],
    ['a month ago', { iat: now - 30 * day }, problemTypes.sealTime],
    ['in a month', { iat: now + 30 * day }, problemTypes.sealTime],
    ['without a password', { password: '' }, problemTypes.sealBroken],
  ];
  for (const [how, content, type] of others) {
    await check(`seal: ${how}, it is refused, 400`, async () => {
      const [id, mailbox] = [randomUUID(), nobody()];
      await isRefused(id, await sealed(id, mailbox, content), mailbox, 400, type);
    });
  }

  await check('seal: broken, or sealed in another way, it is refused, 400', async () => {
    const mailbox = nobody();
    const changed = async (id: string): Promise<string> => {
      const parts = (await sealed(id, mailbox)).split('.');
      const text = parts[3] ?? '';
      return parts.with(3, `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`).join('.');
    };
    const ways = [changed, (id: string) => sealed(id, mailbox, {}, { enc: 'A128GCM' })];
    for (const way of ways) {
      const id = randomUUID();
      await isRefused(id, await way(id), mailbox, 400, problemTypes.sealBroken);
    }
  });

  await check('request: what is not as described is refused, 400', async () => {
    const mailbox = nobody();
    const id = randomUUID();
    const password = await sealed(id, mailbox);
    const path = `/v1/connections/${id}`;
    const invalid = [
      await caller.ask('PUT', path, { body: '{' }),
      await caller.ask('PUT', path, { json: { ...mailbox, password, email: 'nobody' } }),
      await caller.ask('PUT', path, { json: { ...mailbox, password, email: undefined } }),
      // Never in clear.
      await caller.ask('PUT', path, { json: { ...mailbox, password: 'fake-not-sealed' } }),
      await caller.ask('PUT', '/v1/connections/no-uuid', { json: { ...mailbox, password } }),
      await caller.ask('GET', '/v1/connections/no-uuid'),
      await caller.ask('GET', `${path}?wait=${MAX_WAIT + 1}`),
      await caller.ask('GET', `${path}?since=soon`),
    ];
    for (const answer of invalid) expectProblem(answer, 400, problemTypes.requestInvalid);
    expectStatus(await caller.ask('GET', path), 404);
  });

  await check('request: a body of 100 kB is refused, 413', async () => {
    const path = `/v1/connections/${randomUUID()}`;
    const answer = await caller.ask('PUT', path, { json: { login: 'x'.repeat(100_000) } });
    expectProblem(answer, 413, problemTypes.bodyTooLarge);
  });

  if (mailbox) {
    await check('mailbox: the one that was named ends as verified, and is deleted again', async () => {
      const { email, password } = mailbox;
      const domain = `/v1/domains/${encodeURIComponent(email.slice(email.lastIndexOf('@') + 1))}`;
      const provider = mailbox.provider ?? read(await caller.ask('GET', domain), MailDomain).provider;
      const connection = await finished(await accepted({ provider: provider ?? 'other', email, password }));
      const { verdict, checks, id } = connection;
      expectStatus(await caller.ask('DELETE', `/v1/connections/${id}`), 204);
      if (verdict !== 'verified') throw new Error(`Its verdict is ${verdict}: ${JSON.stringify(checks)}`);
    });
  }

  for (const id of made) await caller.ask('DELETE', `/v1/connections/${id}`).catch(() => {});

  const each = (test: (answer: Answer) => string | undefined) => () => {
    if (caller.answers.length === 0) throw new Error('Nothing answered');
    const wrong = caller.answers
      .map((answer) => [answer.what, test(answer)] as const)
      .find(([, told]) => told);
    if (wrong) throw new Error(`${wrong[0]} ${wrong[1]}`);
  };

  await check(
    'every answer: allows any origin to read it',
    each(({ headers }) =>
      headers.has('Access-Control-Allow-Origin') ? undefined : 'has no Access-Control-Allow-Origin',
    ),
  );
  await check(
    'every answer: 401 and 403 only for the token, never for a mailbox',
    each(({ status, hadToken }) =>
      hadToken && (status === 401 || status === 403)
        ? `was answered ${status}, with the right token`
        : undefined,
    ),
  );
  await check(
    'every answer: a refusal is problem details (RFC 9457)',
    each((answer) => {
      if (answer.status < 400) return undefined;
      if (!answer.headers.get('Content-Type')?.startsWith('application/problem+json'))
        return `was answered as ${answer.headers.get('Content-Type')}`;
      const problem = readProblem(answer);
      if (!problem) return 'was answered without type, title and status';
      return problem.status === answer.status ? undefined : 'says another status than it has';
    }),
  );
  await check(
    'every answer: no server error',
    each(({ status }) => (status >= 500 ? `was answered ${status}` : undefined)),
  );
  const forms = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret).toString('base64url').slice(0, -2),
  ]);
  await check(
    'every answer: has no password, in whatever form',
    each(({ text, headers }) => {
      const whole = `${text}\n${[...headers].join('\n')}`;
      return forms.some((form) => whole.includes(form)) ? 'was answered with a password' : undefined;
    }),
  );
  await check('every answer: 429 says when to come back', () => {
    const busy = caller.answers.filter(({ status }) => status === 429);
    if (busy.length === 0) throw new Unseen('nothing was too much');
    for (const { what, headers } of busy) {
      const seconds = headers.get('Retry-After') ?? '';
      if (!/^[1-9]\d*$/.test(seconds))
        throw new Error(`${what} was answered 429 with Retry-After “${seconds}”`);
    }
  });

  return { passed, failed };
}

type Type = (typeof problemTypes)[keyof typeof problemTypes];
