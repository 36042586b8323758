import { randomUUID } from 'node:crypto';
import { setTimeout as passed } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { Chance } from '../chance.ts';
import { backendCommand, startBackendProcess } from '../servers/backend-process.ts';
import { type PostgreSql, startPostgreSql } from '../servers/postgresql.ts';
import { type Replica, Replicas } from './replicas.ts';

const PASSWORD = 'abcdefghijklmnop';

let postgreSql: PostgreSql;
let replicas: Replicas;
let databaseUrl: string;

beforeAll(async () => {
  postgreSql = await startPostgreSql();
});

afterAll(() => postgreSql?.stop());

async function startReplicas(count: number, environment: Record<string, string> = {}): Promise<Replica[]> {
  databaseUrl = await postgreSql.createDatabase();
  replicas = await Replicas.start(databaseUrl, count, environment);
  return replicas.replicas;
}

afterEach(() => replicas?.stop());

async function select<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('any of them answers for what another has accepted, and hears at once when it is done', async () => {
  const [one, other] = (await startReplicas(2)) as [Replica, Replica];
  const email = 'test.person@gmail.com';
  replicas.mail.accounts.set(email, { password: PASSWORD, outcome: { imap: 'slow', smtp: 'slow' } });
  const id = randomUUID();
  const accepted = await replicas.call(
    one,
    'PUT',
    `/v1/connections/${id}`,
    await replicas.request(id, email, PASSWORD),
  );
  expect(accepted.status).toBe(202);

  const polled = await replicas.call(other, 'GET', `/v1/connections/${id}?wait=20`);
  expect(await polled.json()).toMatchObject({ state: 'done', verdict: 'verified' });
  expect(replicas.mail.logIns).toHaveLength(2);
  // They have made the same keys, although both have begun with none.
  expect(await replicas.keys(one)).toEqual(await replicas.keys(other));
});

test('of the same mailbox handed in at all of them at once, one begins a verification', async () => {
  const all = await startReplicas(3);
  const email = 'test.person@gmail.com';
  replicas.mail.accounts.set(email, { password: PASSWORD, outcome: { imap: 'slow', smtp: 'slow' } });
  const id = randomUUID();
  const request = await replicas.request(id, email, PASSWORD);
  const put = (replica: Replica) => replicas.call(replica, 'PUT', `/v1/connections/${id}`, request);
  const answers = await Promise.all([...all, ...all].map(put));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 202]);
  await replicas.connect(request, () => all[0] as Replica, id);
  expect(replicas.mail.logIns).toHaveLength(2);
});

test('a mailbox is tried so often, whichever of them is asked', async () => {
  const all = await startReplicas(2, { ONBOARDING_VERIFICATIONS_PER_MAILBOX: '3' });
  const email = 'test.person@gmail.com';
  const statuses: number[] = [];
  for (const turn of [0, 1, 0, 1]) {
    const id = randomUUID();
    const request = await replicas.request(id, email, `fakefakefakefak${turn}${statuses.length}`);
    const response = await replicas.call(all[turn] as Replica, 'PUT', `/v1/connections/${id}`, request);
    statuses.push(response.status);
  }
  expect(statuses).toEqual([202, 202, 202, 429]);
});

test('what the one that is killed was at, another takes up', async () => {
  const [one, other] = (await startReplicas(2)) as [Replica, Replica];
  const email = 'test.person@gmail.com';
  replicas.mail.accounts.set(email, { password: PASSWORD, outcome: { imap: 'hang', smtp: 'hang' } });
  const id = randomUUID();
  const request = await replicas.request(id, email, PASSWORD);
  await replicas.call(one, 'PUT', `/v1/connections/${id}`, request);
  await replicas.mail.tried(2);
  replicas.mail.accounts.set(email, { password: PASSWORD });
  await replicas.kill(one);
  expect(await replicas.connect(request, () => other, id)).toMatchObject({ verdict: 'verified', attempt: 1 });
});

test('three, killed at random under load: nothing is lost, and nothing verified twice', {
  tags: ['long'],
  timeout: 120_000,
}, async () => {
  const MAILBOXES = 300;
  const KILLS = 6;
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  const chance = new Chance(seed);
  const all = await startReplicas(3, { ONBOARDING_VERIFICATIONS_PER_HOST: '500', slowMs: '300' });
  const { mail } = replicas;
  const emails = Array.from({ length: MAILBOXES }, (_, number) => `test.load.${number}@gmail.com`);
  for (const email of emails) {
    const outcome = chance.below(2) ? ('slow' as const) : undefined;
    mail.accounts.set(email, {
      password: PASSWORD,
      ...(outcome ? { outcome: { imap: outcome, smtp: outcome } } : {}),
    });
  }
  const ids = emails.map(() => randomUUID());
  const anyone = (): Replica => chance.oneOf(all);
  const requests = await Promise.all(
    emails.map((email, number) => replicas.request(ids[number] as string, email, PASSWORD)),
  );
  const started = performance.now();
  const connected = requests.map(async (request, number) => {
    const id = ids[number] as string;
    // Over the time in which they are killed.
    await passed(chance.below(KILLS * 500));
    return replicas.connect(request, anyone, id);
  });
  for (let kills = 0; kills < KILLS; kills++) {
    await passed(chance.below(500));
    const replica = anyone();
    await replicas.kill(replica);
    await replicas.startOne(replica);
  }
  const results = await Promise.all(connected);
  const seconds = (performance.now() - started) / 1000;

  // Nothing lost: every one is verified, as the mailbox it was.
  expect(results.map(({ id, verdict }) => [id, verdict])).toEqual(ids.map((id) => [id, 'verified']));
  const mailboxes = await select<{ email: string }>('select email from mailboxes');
  expect(mailboxes.map(({ email }) => email).sort()).toEqual([...emails].sort());
  // Nothing twice: no verification was begun anew, and each was concluded by one replica.
  expect(new Set(results.map(({ attempt, mailbox }) => `${attempt} ${mailbox}`))).toEqual(new Set(['1 new']));
  // A verdict is told at once, and its job is put away with others.
  await vi.waitFor(async () => {
    const jobs = await select<{ state: string; count: number }>(
      'select state, count(*)::int as count from pgboss.job where name = $$verify$$ group by state',
    );
    expect(jobs).toEqual([{ state: 'completed', count: MAILBOXES }]);
  });
  const logIns = mail.logIns.filter(({ protocol }) => protocol === 'imap').length;
  // Only what a killed one was at is done by another.
  console.log(
    `SEED=${seed}: ${MAILBOXES} mailboxes, ${KILLS} kills, ${seconds.toFixed(1)} s; ` +
      `${MAILBOXES} verified once, 0 lost, 0 twice; ${logIns - MAILBOXES} log-ins were begun and cut off by a kill`,
  );
  expect(logIns).toBeGreaterThanOrEqual(MAILBOXES);
});

test('the keys are changed for all of them', async () => {
  const [one, other] = (await startReplicas(2)) as [Replica, Replica];
  const before = (await replicas.keys(one)).keys[0]?.kid;
  const printed = await backendCommand(replicas.environment, 'rotate-key', '--revoke');
  for (const replica of [one, other]) {
    const kids = async () => (await replicas.keys(replica)).keys.map(({ kid }) => kid);
    await vi.waitFor(async () => expect(await kids()).not.toContain(before));
    expect(printed).toContain((await kids())[0]);
  }
});

test('one with another master key does not start, and says why', async () => {
  await startReplicas(1);
  const env = { ...replicas.environment, ONBOARDING_MASTER_KEY: Buffer.alloc(32, 1).toString('base64') };
  await expect(startBackendProcess({ dataDir: 'nothing-is-kept-here', env })).rejects.toThrow(
    'The secrets in the database were encrypted with another ONBOARDING_MASTER_KEY.',
  );
});

test.each([
  [
    'no master key',
    { DATABASE_URL: 'postgres://test@127.0.0.1:1/test' },
    'ONBOARDING_MASTER_KEY: needed with DATABASE_URL',
  ],
  [
    'no database there',
    {
      DATABASE_URL: 'postgres://test:fake-password@127.0.0.1:1/test',
      ONBOARDING_MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
    },
    "The database in DATABASE_URL can't be used: connect ECONNREFUSED",
  ],
])('with %s it does not start, and says why', async (_, env, message) => {
  const start = startBackendProcess({ dataDir: 'nothing-is-kept-here', env });
  await expect(start).rejects.toThrow(message);
  await expect(start).rejects.not.toThrow('fake-password');
});

test('a database that was away is used again when it is back', async () => {
  const [one] = (await startReplicas(1)) as [Replica];
  const ready = async (): Promise<number> => (await replicas.call(one, 'GET', '/readyz')).status;
  expect(await ready()).toBe(200);
  await postgreSql.halt();
  await vi.waitFor(async () => expect(await ready()).toBe(503), { timeout: 20_000 });
  // It is alive all the same: to start it anew would help nobody.
  expect((await replicas.call(one, 'GET', '/healthz')).status).toBe(200);
  await postgreSql.resume();
  await vi.waitFor(async () => expect(await ready()).toBe(200), { timeout: 20_000 });

  const email = 'test.person@gmail.com';
  replicas.mail.accounts.set(email, { password: PASSWORD });
  const id = randomUUID();
  const request = await replicas.request(id, email, PASSWORD);
  expect(await replicas.connect(request, () => one, id)).toMatchObject({ verdict: 'verified' });
});
