import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Connections } from '../../backend/src/connections/connections.ts';
import { Verifications } from '../../backend/src/connections/verification.ts';
import type { Database } from '../../backend/src/database/database.ts';
import { openDatabase } from '../../backend/src/database/open.ts';
import type { Domains } from '../../backend/src/domains.ts';
import { Jobs, type Queue } from '../../backend/src/jobs.ts';
import { KeyRing } from '../../backend/src/keys.ts';
import { Limits } from '../../backend/src/limits.ts';
import { Metrics } from '../../backend/src/observability/metrics.ts';
import type { Connecting } from '../../backend/src/saleshandy/connecting.ts';
import { openSecrets } from '../../backend/src/secrets.ts';
import type { Mailbox } from '../../backend/src/verification/mailbox.ts';
import type { Verifier } from '../../backend/src/verification/verify.ts';
import { loadProviders, type Provider } from '../../providers/registry/node.ts';
import type { Check, ConnectionRequest } from '../../utils/onboarding/contract.ts';
import { seal } from '../../utils/onboarding/seal.ts';
import { type PostgreSql, startPostgreSql } from '../servers/postgresql.ts';

// What can't be brought about from outside: moments between two steps, and times long past.

const ORIGIN = 'https://onboarding.example.com';
const WORKSPACE = 'default';
const EMAIL = 'test.person@gmail.com';
const place = { host: 'mail.test', port: 993, ms: 1 };
const OK: Check = { status: 'ok', ...place };
const REFUSED: Check = { status: 'failed', ...place, stage: 'auth', code: 'AUTH_INVALID', retryable: false };

/** Every mailbox here is at a provider that is named. */
const NO_DOMAINS = {} as Domains;

/** No workspace here has a key of Saleshandy. */
const NOWHERE = { begin: async () => {} } as unknown as Connecting;

const WAIT = { timeout: 10_000, interval: 20 };

const NO_LIMITS = {
  requestsPerMinute: 1e6,
  strangerRequestsPerMinute: 1e6,
  verificationsPerMailbox: 1e6,
  refusalsPerWorkspace: 1e6,
  refusalsPerHost: 1e6,
};

let postgreSql: PostgreSql;
let providers: Map<string, Provider>;

beforeAll(async () => {
  postgreSql = await startPostgreSql();
  providers = await loadProviders();
});

afterAll(() => postgreSql?.stop());

describe.each(['the embedded database', 'PostgreSQL'])('with %s', (engine) => {
  let folder: string;
  let database: Database;
  let jobs: Jobs;
  let queue: Queue;
  /** Whose turn it is to verify. */
  let verifications: Verifications;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'connections-'));
    const url = engine === 'PostgreSQL' ? await postgreSql.createDatabase() : undefined;
    database = await openDatabase({ url, dataDir: folder });
    jobs = await Jobs.open(database, () => {});
    queue = await jobs.queue('verify', { atOnce: 10, perGroup: 10 });
    await queue.start((task) => verifications.run(task));
  });

  afterAll(async () => {
    await jobs?.stop(5000);
    await database?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Until nothing is verified any more. What broke off is done again after a second, and not waited for. */
  const settle = (): Promise<void> =>
    vi.waitFor(async () => {
      const waiting = await database.query("select id from pgboss.job where state in ('created', 'active')");
      expect([waiting, queue.running]).toEqual([[], 0]);
    }, WAIT);

  const keysFor = async (origin: string): Promise<KeyRing> => {
    const { secrets, master } = await openSecrets({ dataDir: folder }, async () => database);
    return KeyRing.open(secrets, master, [origin]);
  };

  /** Connections whose log-ins end as `logIn` says. */
  async function connectionsWith(
    logIn: (password: string, mailbox: Mailbox) => Promise<Check>,
    origin = ORIGIN,
    limits = new Limits(NO_LIMITS),
  ) {
    const keys = await keysFor(origin);
    const verify = async (
      mailbox: Mailbox,
      finished: (protocol: 'receiving', check: Check) => Promise<void>,
    ) => {
      const check = await logIn(mailbox.password.open(), mailbox);
      await finished('receiving', check);
      return [check, check];
    };
    const log = vi.fn();
    const verifier = { verify } as unknown as Verifier;
    verifications = new Verifications({
      database,
      keys,
      verifier,
      limits,
      providers,
      connecting: NOWHERE,
      log,
      metrics: new Metrics(),
    });
    const connections = new Connections({
      database,
      jobs,
      queue,
      keys,
      limits,
      providers,
      domains: NO_DOMAINS,
    });
    await connections.open();
    return { connections, keys, log };
  }

  async function requestFor(
    keys: KeyRing,
    id: string,
    password: string,
    email = EMAIL,
    more: Partial<ConnectionRequest> = {},
  ): Promise<ConnectionRequest> {
    const { login, servers, pageHost, provider = 'google' } = more;
    const content = {
      password,
      aud: ORIGIN,
      workspace: WORKSPACE,
      connection: id,
      email,
      provider,
      ...(login === undefined ? {} : { login }),
      ...(servers === undefined ? {} : { servers }),
      ...(pageHost === undefined ? {} : { pageHost }),
    };
    return {
      provider,
      email,
      password: await seal(content, await keys.encryption.jwks()),
      ...more,
    };
  }

  const never = new AbortController().signal;

  test('a connection forgotten while it is verified, and handed in anew, is verified with its own password', async () => {
    const first = Promise.withResolvers<Check>();
    const second = Promise.withResolvers<Check>();
    const tried: string[] = [];
    const { connections, keys } = await connectionsWith((password) => {
      tried.push(password);
      return password === 'abcdefghijklmnop' ? first.promise : second.promise;
    });
    const id = randomUUID();
    await connections.accept(id, WORKSPACE, await requestFor(keys, id, 'abcdefghijklmnop'));
    await vi.waitFor(() => expect(tried).toHaveLength(1));
    await connections.forget(id, WORKSPACE);
    const again = randomUUID();
    await connections.accept(again, WORKSPACE, await requestFor(keys, again, 'fakefakefakefake'));
    first.resolve(OK);
    await vi.waitFor(() => expect(tried).toEqual(['abcdefghijklmnop', 'fakefakefakefake']));
    const anew = { state: 'verifying', version: 1, checks: { receiving: { status: 'pending' } } };
    expect(await connections.read(again, WORKSPACE, 0, 0, never)).toMatchObject(anew);

    second.resolve(REFUSED);
    await settle();
    expect(await connections.read(again, WORKSPACE, 0, 0, never)).toMatchObject({
      state: 'done',
      verdict: 'rejected',
    });
    expect(await database.query('select * from mailboxes')).toEqual([]);
  });

  test('a connection forgotten while it is verified leaves nothing', async () => {
    const logIn = Promise.withResolvers<Check>();
    const { connections, keys } = await connectionsWith(() => logIn.promise);
    const id = randomUUID();
    await connections.accept(id, WORKSPACE, await requestFor(keys, id, 'abcdefghijklmnop'));
    await connections.forget(id, WORKSPACE);
    logIn.resolve(OK);
    await settle();

    expect(await database.query('select * from connections where id = $1', [id])).toEqual([]);
    expect(await database.query('select * from mailboxes')).toEqual([]);
  });

  test('the same mailbox under the same id in another workspace is a connection of its own', async () => {
    let answer: Check = REFUSED;
    const { connections, keys } = await connectionsWith(async () => answer);
    const email = 'test.two-workspaces@gmail.com';
    const id = randomUUID();
    const elsewhere = async (): Promise<ConnectionRequest> => {
      const facts = { password: 'abcdefghijklmnop', aud: ORIGIN, connection: id, email };
      const content = { ...facts, workspace: 'other', provider: 'google' };
      return { provider: 'google', email, password: await seal(content, await keys.encryption.jwks()) };
    };
    await connections.accept(id, WORKSPACE, await requestFor(keys, id, 'abcdefghijklmnop', email));
    await settle();
    answer = OK;
    expect(await connections.accept(id, 'other', await elsewhere())).toMatchObject({ isNew: true });
    await settle();
    const read = (workspace: string) => connections.read(id, workspace, 0, undefined, never);
    expect(await read(WORKSPACE)).toMatchObject({ verdict: 'rejected', version: 3 });
    expect(await read('other')).toMatchObject({ verdict: 'verified', mailbox: 'new' });
    // Neither a template nor the end of one is the other's.
    const template = { fromName: 'Test Person' };
    await connections.accept(id, 'other', { ...(await elsewhere()), template });
    const templates = await database.query(
      'select workspace, template from connections where id = $1 order by workspace',
      [id],
    );
    expect(templates).toEqual([
      { workspace: WORKSPACE, template: null },
      { workspace: 'other', template },
    ]);
    await connections.forget(id, 'other');
    await expect(read('other')).rejects.toThrow('no such connection');
    expect(await read(WORKSPACE)).toMatchObject({ verdict: 'rejected' });
    await connections.forget(id, WORKSPACE);
  });

  test('a failed one that was forgotten by age can not be handed in again under any of its ids', async () => {
    const { connections, keys } = await connectionsWith(async () => REFUSED);
    const email = 'test.spent@gmail.com';
    const [first, second] = [randomUUID(), randomUUID()];
    const requests = new Map<string, ConnectionRequest>();
    for (const id of [first, second]) {
      requests.set(id, await requestFor(keys, id, 'abcdefghijklmnop', email));
      await connections.accept(id, WORKSPACE, requests.get(id) as ConnectionRequest);
      await settle();
    }
    await database.query("update connections set updated_at = now() - interval '25 hours' where email = $1", [
      email,
    ]);
    await connections.forgetOld();
    for (const [id, request] of requests) {
      await expect(connections.accept(id, WORKSPACE, request)).rejects.toThrow(
        'belonged to a deleted connection',
      );
    }
  });

  test('ids that were deleted and never handed in are remembered, the newest thousand of a workspace', async () => {
    const { connections, keys } = await connectionsWith(async () => OK);
    const count = async (): Promise<number> => {
      const [row] = await database.query<{ count: number }>(
        "select count(*)::int as count from forgotten where workspace = 'deleter'",
      );
      return row?.count as number;
    };
    await database.query(
      `insert into forgotten (id, workspace, is_made_up, at)
       select gen_random_uuid(), 'deleter', true, now() - make_interval(mins => n) from generate_series(1, 1200) n`,
    );
    const id = randomUUID();
    await connections.forget(id, 'deleter');
    expect(await count()).toBe(1000);
    // The request that it has overtaken.
    const content = { password: 'abcdefghijklmnop', aud: ORIGIN, connection: id, email: EMAIL };
    const jwks = await keys.encryption.jwks();
    const password = await seal({ ...content, workspace: 'deleter', provider: 'google' }, jwks);
    const late = connections.accept(id, 'deleter', { provider: 'google', email: EMAIL, password });
    await expect(late).rejects.toThrow('belonged to a deleted connection');
  });

  describe('a conclusion that the database', () => {
    /** Lets it fail so often where a verification is concluded. */
    function failing(times: number, error: () => Error): () => number {
      const { transaction } = database;
      let failed = 0;
      const spy = vi.spyOn(database, 'transaction').mockImplementation((work, locks) => {
        if (!locks?.some((name) => name.startsWith('mailbox ')) || failed >= times) {
          return transaction(work, locks);
        }
        failed += 1;
        return Promise.reject(error());
      });
      onTestFinished(() => spy.mockRestore());
      return () => failed;
    }

    const sqlError = (code: string): Error => Object.assign(new Error('quotes fakesecret'), { code });
    const WORDS: Check = { ...REFUSED, serverText: 'no entry' } as Check;

    test.each<[string, () => Error]>([
      ['can not be told, because it is away', () => new Error('Connection terminated unexpectedly')],
      ['can not be told, because it is shut down', () => sqlError('57P01')],
      ['has no room for', () => sqlError('53100')],
    ])('%s is kept until it can; nobody logs in again', async (_, error) => {
      const logIn = vi.fn(async () => WORDS);
      const { connections, keys } = await connectionsWith(logIn);
      const id = randomUUID();
      const failed = failing(3, error);
      const email = `test.${id.slice(0, 8)}@gmail.com`;
      await connections.accept(id, WORKSPACE, await requestFor(keys, id, 'abcdefghijklmnop', email));
      const done = await connections.read(id, WORKSPACE, 20, undefined, never);
      expect(done).toMatchObject({ verdict: 'rejected', checks: { receiving: { serverText: 'no entry' } } });
      expect(failed()).toBe(3);
      expect(logIn).toHaveBeenCalledTimes(1);
    });

    test.each([
      ["does not take is written down without the servers' words", 1, 'rejected'],
      ['takes in no form is written down as unknown', 2, 'unknown'],
    ])('%s; nobody logs in again', async (_, times, verdict) => {
      const logIn = vi.fn(async () => WORDS);
      const { connections, keys, log } = await connectionsWith(logIn);
      const id = randomUUID();
      failing(times, () => sqlError('22P05'));
      const email = `test.${id.slice(0, 8)}@gmail.com`;
      await connections.accept(id, WORKSPACE, await requestFor(keys, id, 'abcdefghijklmnop', email));
      const done = await connections.read(id, WORKSPACE, 20, undefined, never);
      expect(done).toMatchObject({ verdict });
      expect(done.checks.receiving).not.toHaveProperty('serverText');
      expect(logIn).toHaveBeenCalledTimes(1);
      expect(log).toHaveBeenCalledWith('conclusion not written down', { id, error: '22P05' });
    });
  });

  test('one of many at the same moment begins a verification, and is counted', async () => {
    const limits = new Limits({ ...NO_LIMITS, verificationsPerMailbox: 2 });
    let logIn = Promise.withResolvers<Check>();
    const { connections, keys } = await connectionsWith(() => logIn.promise, ORIGIN, limits);
    const id = randomUUID();
    const request = await requestFor(keys, id, 'abcdefghijklmnop', 'test.at-once@gmail.com');
    const atOnce = Array.from({ length: 5 }, (_, number) => number);
    const accepted = await Promise.all(atOnce.map(() => connections.accept(id, WORKSPACE, request)));
    expect(accepted.map(({ isNew }) => isNew).sort()).toEqual([false, false, false, false, true]);
    logIn.resolve(REFUSED);
    await settle();
    logIn = Promise.withResolvers();

    const again = await Promise.all(atOnce.map(() => connections.verifyAgain(id, WORKSPACE)));
    expect(again.map(({ attempt }) => attempt)).toEqual([2, 2, 2, 2, 2]);
    logIn.resolve(REFUSED);
    await settle();
    await expect(connections.verifyAgain(id, WORKSPACE)).rejects.toMatchObject({ status: 429 });
  });

  test('an accepted password is used after the backend has moved, and long after it was sealed', async () => {
    const before = await connectionsWith(async () => REFUSED);
    const id = randomUUID();
    await before.connections.accept(id, WORKSPACE, await requestFor(before.keys, id, 'abcdefghijklmnop'));
    await settle();

    const after = await connectionsWith(async () => OK, 'https://elsewhere.example.com');
    vi.useFakeTimers({ now: Date.now() + 30 * 24 * 3600 * 1000, toFake: ['Date'] });
    try {
      await after.connections.verifyAgain(id, WORKSPACE);
      await settle();
    } finally {
      vi.useRealTimers();
    }
    expect(await after.connections.read(id, WORKSPACE, 0, 0, never)).toMatchObject({
      verdict: 'verified',
      attempt: 2,
    });
  });

  test('what could not be verified is forgotten after a day; what works, and what is under way, stays', async () => {
    const { connections, keys } = await connectionsWith(async (password) =>
      password === 'works' ? OK : REFUSED,
    );
    const accept = async (password: string): Promise<string> => {
      const id = randomUUID();
      await connections.accept(id, WORKSPACE, await requestFor(keys, id, password));
      await settle();
      return id;
    };
    const [recent, old, works, underWay] = [
      await accept('recent'),
      await accept('old'),
      await accept('works'),
      await accept('under way'),
    ];
    await database.query("update connections set updated_at = now() - interval '25 hours' where id <> $1", [
      recent,
    ]);
    await database.query("update connections set state = 'verifying' where id = $1", [underWay]);
    await connections.forgetOld();

    const kept = await database.query<{ id: string }>('select id from connections');
    expect(kept.map(({ id }) => id)).toEqual(expect.arrayContaining([recent, works, underWay]));
    expect(kept.map(({ id }) => id)).not.toContain(old);
  });

  test.each([
    [
      'google',
      'test.person@gmail.com',
      undefined,
      { imap: 'test.person@gmail.com', smtp: 'test.person@gmail.com' },
    ],
    ['icloud', 'test.person@me.com', undefined, { imap: 'test.person', smtp: 'test.person@me.com' }],
    ['web-de', 'test.person@web.de', undefined, { imap: 'test.person', smtp: 'test.person' }],
    ['icloud', 'me@own.example', 'me@icloud.com', { imap: 'me@icloud.com', smtp: 'me@icloud.com' }],
  ])('%s is signed in to as it wants, %s with the login %s', async (provider, email, login, user) => {
    const logIn = vi.fn(async (_password: string, _mailbox: Mailbox) => REFUSED);
    const { connections, keys } = await connectionsWith(logIn);
    const id = randomUUID();
    const more = { provider, ...(login ? { login } : {}) };
    const request = await requestFor(keys, id, 'abcdefghijklmnop', email, more);
    await connections.accept(id, WORKSPACE, request);
    await settle();
    const mailbox = logIn.mock.calls[0]?.[1];
    expect({ imap: mailbox?.imap.places[0]?.user, smtp: mailbox?.smtp.places[0]?.user }).toEqual(user);
  });

  test("the page's host tells the region: the first time, when tried again, and in the mailbox that is kept", async () => {
    let answer: Check = REFUSED;
    const logIn = vi.fn(async (_password: string, _mailbox: Mailbox) => answer);
    const { connections, keys } = await connectionsWith(logIn);
    const email = 'test.person@company.example';
    /** Hands it in with what the page's host is, and tries again. */
    const handIn = async (more: Partial<ConnectionRequest>): Promise<string> => {
      const id = randomUUID();
      const request = await requestFor(keys, id, 'abcdefghijkl', email, { provider: 'zoho', ...more });
      answer = REFUSED;
      await connections.accept(id, WORKSPACE, request);
      await settle();
      answer = OK;
      await connections.verifyAgain(id, WORKSPACE);
      await settle();
      return id;
    };
    const tried = () =>
      logIn.mock.calls
        .splice(0)
        .map(([, { imap, smtp }]) => [imap, smtp].map(({ places }) => places[0]?.servers[0]?.host).join());
    const kept = () =>
      database.query('select connection, page_host from mailboxes where email = $1', [email]);

    const european = await handIn({ pageHost: 'accounts.zoho.eu' });
    expect(tried()).toEqual(Array(2).fill('imappro.zoho.eu,smtppro.zoho.eu'));
    expect(await kept()).toEqual([{ connection: european, page_host: 'accounts.zoho.eu' }]);

    const unsaid = await handIn({});
    expect(tried()).toEqual(Array(2).fill('imappro.zoho.com,smtppro.zoho.com'));
    expect(await kept()).toEqual([{ connection: unsaid, page_host: null }]);
  });

  describe('how a mailbox is to be set up', () => {
    const PASSWORD = 'abcdefghijklmnop';
    const ONE = { fromName: 'Test Person', client: 'Example Ltd', tags: ['new', 'sales'] };
    const OTHER = { fromName: 'Person, Test' };
    let people = 0;
    const somebody = (): string => `test.template.${people++}@gmail.com`;
    const kept = async (email: string) => ({
      connections: await database.query('select id, template from connections where email = $1', [email]),
      mailboxes: await database.query('select connection, template from mailboxes where email = $1', [email]),
    });

    test('is kept with the connection, and with the mailbox once it is verified', async () => {
      const email = somebody();
      const logIn = Promise.withResolvers<Check>();
      const { connections, keys } = await connectionsWith(() => logIn.promise);
      const id = randomUUID();
      const request = await requestFor(keys, id, PASSWORD, email, { template: ONE });
      const { connection } = await connections.accept(id, WORKSPACE, request);
      expect(connection).not.toHaveProperty('template');
      expect(await kept(email)).toEqual({ connections: [{ id, template: ONE }], mailboxes: [] });
      logIn.resolve(OK);
      await settle();
      expect(await kept(email)).toMatchObject({ mailboxes: [{ connection: id, template: ONE }] });
    });

    test.each([
      ['while it is verified, under its id', true, true],
      ['while it is verified, under another id', true, false],
      ['once it is verified, under its id', false, true],
      ['once it is verified, under another id', false, false],
    ])('is what was said last, %s; it stays the same connection', async (_, isRunning, isSameId) => {
      const email = somebody();
      const logIn = Promise.withResolvers<Check>();
      const { connections, keys } = await connectionsWith(() => logIn.promise);
      const id = randomUUID();
      await connections.accept(id, WORKSPACE, await requestFor(keys, id, PASSWORD, email, { template: ONE }));
      const finish = async () => {
        logIn.resolve(OK);
        await settle();
      };
      if (!isRunning) await finish();
      const again = isSameId ? id : randomUUID();
      const request = await requestFor(keys, again, PASSWORD, email, { template: OTHER });
      expect((await connections.accept(again, WORKSPACE, request)).connection.id).toBe(id);
      await finish();
      expect(await kept(email)).toEqual({
        connections: [{ id, template: OTHER }],
        mailboxes: [{ connection: id, template: OTHER }],
      });

      // Nothing said, nothing changed.
      const third = await requestFor(keys, again, PASSWORD, email);
      await connections.accept(again, WORKSPACE, third);
      await settle();
      expect(await kept(email)).toMatchObject({ mailboxes: [{ connection: id, template: OTHER }] });
    });
  });

  describe('a mailbox that the workspace has already', () => {
    let people = 0;
    const somebody = (): string => `test.replaced.${people++}@gmail.com`;

    /** Hands a mailbox in, and waits until it is verified. */
    async function connect(email: string, password: string, more: Partial<ConnectionRequest> = {}) {
      const { connections, keys } = await connectionsWith(async (given) =>
        given.startsWith('wrong') ? REFUSED : OK,
      );
      const id = randomUUID();
      const request = await requestFor(keys, id, password, email, more);
      const { connection } = await connections.accept(id, WORKSPACE, request);
      await settle();
      return connections.read(connection.id, WORKSPACE, 0, undefined, never);
    }

    const forget = async (id: string): Promise<void> =>
      (await connectionsWith(async () => OK)).connections.forget(id, WORKSPACE);

    /** What is stored of it, with its password opened. */
    async function stored(email: string) {
      const rows = await database.query<{ password: Uint8Array; connection: string }>(
        `select connection, password, provider, login, servers, page_host, template, verified_at from mailboxes
        where email = $1`,
        [email],
      );
      const keys = await keysFor(ORIGIN);
      return rows.map((row) => ({ ...row, password: keys.decrypt(row.password, WORKSPACE, email).open() }));
    }

    const kept = async (email: string): Promise<unknown[]> =>
      database.query('select connection, replaced_by from replaced_mailboxes where email = $1', [email]);

    test('is replaced by the same with another password, which is said for good; the first is new', async () => {
      const email = somebody();
      const first = await connect(email, 'first');
      expect(first).toMatchObject({ verdict: 'verified', mailbox: 'new' });
      const second = await connect(email, 'second');
      expect(second).toMatchObject({ verdict: 'verified', mailbox: 'replaced' });
      expect(await connect(email, 'second')).toMatchObject({
        id: second.id,
        attempt: 2,
        mailbox: 'replaced',
      });
      expect(await stored(email)).toMatchObject([{ connection: second.id, password: 'second' }]);
      expect(await kept(email)).toEqual([{ connection: first.id, replaced_by: second.id }]);
    });

    test('is not replaced by one that does not work, nor in another workspace', async () => {
      const email = somebody();
      const { id } = await connect(email, 'first');
      expect(await connect(email, 'wrong')).not.toHaveProperty('mailbox');
      expect(await stored(email)).toMatchObject([{ connection: id, password: 'first' }]);

      const { connections, keys } = await connectionsWith(async () => OK);
      const other = randomUUID();
      const content = {
        password: 'elsewhere',
        aud: ORIGIN,
        workspace: 'other',
        connection: other,
        email,
        provider: 'google',
      };
      const password = await seal(content, await keys.encryption.jwks());
      await connections.accept(other, 'other', { provider: 'google', email, password });
      await settle();
      expect(await connections.read(other, 'other', 0, undefined, never)).toMatchObject({ mailbox: 'new' });
      expect(await kept(email)).toEqual([]);
      await connections.forget(other, 'other');
      expect(await stored(email)).toMatchObject([{ connection: id }]);
    });

    test('is what it was before, in all, when the replacement is forgotten', async () => {
      const email = somebody();
      const servers = {
        imap: { host: 'imap.company.example', port: 993, security: 'tls' },
        smtp: { host: 'smtp.company.example', port: 465, security: 'tls' },
      } as const;
      const more = {
        login: 'test.login',
        servers,
        pageHost: 'mail.company.example',
        template: { fromName: 'Test' },
      };
      await connect(email, 'first', { ...more, provider: 'other' });
      const was = await stored(email);
      expect(was).toMatchObject([
        { password: 'first', login: 'test.login', page_host: 'mail.company.example' },
      ]);
      const { id } = await connect(email, 'second');
      await forget(id);
      expect(await stored(email)).toEqual(was);
      expect(await kept(email)).toEqual([]);
      // Once is once.
      await forget(id);
      expect(await stored(email)).toEqual(was);
    });

    test('goes back one step and no further', async () => {
      const email = somebody();
      const [, second, third] = [
        await connect(email, 'first'),
        await connect(email, 'second'),
        await connect(email, 'third'),
      ] as const;
      await forget(third.id);
      expect(await stored(email)).toMatchObject([{ connection: second.id, password: 'second' }]);
      await forget(second.id);
      expect(await stored(email)).toEqual([]);
    });

    test('stays when a connection is forgotten that is not the current one, of which nothing is left then', async () => {
      const email = somebody();
      const first = await connect(email, 'first');
      const second = await connect(email, 'second');
      await forget(first.id);
      expect(await stored(email)).toMatchObject([{ connection: second.id, password: 'second' }]);
      expect(await kept(email)).toEqual([]);
      await forget(second.id);
      expect(await stored(email)).toEqual([]);
    });

    test('whose earlier password is handed in again is replaced by that', async () => {
      const email = somebody();
      const first = await connect(email, 'first');
      const second = await connect(email, 'second');
      expect(await connect(email, 'first')).toMatchObject({ id: first.id, mailbox: 'replaced' });
      expect(await stored(email)).toMatchObject([{ connection: first.id, password: 'first' }]);
      await forget(first.id);
      expect(await stored(email)).toMatchObject([{ connection: second.id, password: 'second' }]);
    });

    test('cannot be put back after a day', async () => {
      const [old, recent] = [somebody(), somebody()];
      const replaced = async (email: string) => {
        await connect(email, 'first');
        return connect(email, 'second');
      };
      const [{ id }] = [await replaced(old), await replaced(recent)];
      await database.query(
        "update replaced_mailboxes set replaced_at = now() - interval '25 hours' where email = $1",
        [old],
      );
      await (await connectionsWith(async () => OK)).connections.forgetOld();
      expect(await kept(old)).toEqual([]);
      expect(await kept(recent)).toHaveLength(1);
      await forget(id);
      expect(await stored(old)).toEqual([]);
    });

    test.each(['replaced', 'put back'])('is %s as a whole or not at all', async (what) => {
      const email = somebody();
      const first = await connect(email, 'first');
      const second = what === 'put back' ? await connect(email, 'second') : undefined;
      const was = [await stored(email), await kept(email)];
      // As if the process was killed before the last of it was written.
      const { transaction } = database;
      const broken = vi.spyOn(database, 'transaction').mockImplementation((work, locks) =>
        transaction(async (queries) => {
          const result = await work(queries);
          if (second || locks?.some((name) => name.startsWith('mailbox')))
            await queries.query('select 1 / 0');
          return result;
        }, locks),
      );
      try {
        if (second) await expect(forget(second.id)).rejects.toThrow('division by zero');
        else expect(await connect(email, 'second')).toMatchObject({ state: 'verifying' });
      } finally {
        broken.mockRestore();
      }
      expect([await stored(email), await kept(email)]).toEqual(was);
      expect(first.mailbox).toBe('new');
    });
  });
});
