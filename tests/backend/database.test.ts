import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Connections } from '../../backend/src/connections/connections.ts';
import { Verifications } from '../../backend/src/connections/verification.ts';
import { MIGRATIONS } from '../../backend/src/database/migrations.ts';
import { openDatabase } from '../../backend/src/database/open.ts';
import type { Domains } from '../../backend/src/domains.ts';
import { Jobs } from '../../backend/src/jobs.ts';
import { KeyRing } from '../../backend/src/keys.ts';
import { Limits } from '../../backend/src/limits.ts';
import { Metrics } from '../../backend/src/observability/metrics.ts';
import type { Connecting } from '../../backend/src/saleshandy/connecting.ts';
import { FileSecrets, MasterKey } from '../../backend/src/secrets.ts';
import type { Mailbox } from '../../backend/src/verification/mailbox.ts';
import type { Verifier } from '../../backend/src/verification/verify.ts';
import { loadProviders } from '../../providers/registry/node.ts';
import type { Check, ConnectionRequest } from '../../utils/onboarding/contract.ts';
import { seal } from '../../utils/onboarding/seal.ts';

// A data folder that an earlier version of the backend has left.

const ORIGIN = 'https://onboarding.example.com';
const WORKSPACE = 'default';
const EMAIL = 'test.person@company.example';
const OTHER_EMAIL = 'test.other@company.example';
const OK: Check = { status: 'ok', host: 'mail.test', port: 993, ms: 1 };
/** Every mailbox here is at a provider that is named. */
const NO_DOMAINS = {} as Domains;

let folder: string;
let keys: KeyRing;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'database-'));
  // Fingerprints come from it.
  const master = new MasterKey(Buffer.alloc(32, 7).toString('base64'));
  keys = await KeyRing.open(new FileSecrets(folder), master, [ORIGIN]);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function requestFor(id: string): Promise<ConnectionRequest> {
  const content = {
    password: 'abcdefghijkl',
    aud: ORIGIN,
    workspace: WORKSPACE,
    connection: id,
    email: EMAIL,
    provider: 'zoho',
  };
  return { provider: 'zoho', email: EMAIL, password: await seal(content, await keys.encryption.jwks()) };
}

test("a page's host is nowhere in the first version: what it left is finished, and known again", async () => {
  const id = randomUUID();
  const request = await requestFor(id);
  const earlier = await openDatabase({ dataDir: folder }, MIGRATIONS.slice(0, 1));
  await earlier.query(
    `insert into connections
       (id, workspace, provider, email, fingerprint, sealed, state, version, attempt, receiving, sending)
     values ($1, $2, 'zoho', $3, $4, $5, 'verifying', 1, 1, $6, $6)`,
    // As the first version put it down for this mailbox and password.
    [
      id,
      WORKSPACE,
      EMAIL,
      'Bb3LlfNrpe7f1E5afT09GFmkiYk-Oa8YZq7Ukw-yuWg',
      request.password,
      JSON.stringify({ status: 'pending' }),
    ],
  );
  await earlier.query(
    "insert into mailboxes (workspace, email, provider, password, connection) values ($1, $2, 'zoho', $3, $4)",
    [WORKSPACE, OTHER_EMAIL, Buffer.of(1), randomUUID()],
  );
  await earlier.close();

  const database = await openDatabase({ dataDir: folder });
  const tried: string[] = [];
  const verify = async ({ imap }: Mailbox) => {
    tried.push(imap.places[0]?.servers[0]?.host ?? '');
    return [OK, OK];
  };
  const verifier = { verify } as unknown as Verifier;
  const limits = new Limits({
    requestsPerMinute: 1,
    strangerRequestsPerMinute: 1,
    verificationsPerMailbox: 1,
    refusalsPerWorkspace: 1,
    refusalsPerHost: 1,
  });
  const providers = await loadProviders();
  const log = (): void => {};
  const connecting = { begin: async () => {} } as unknown as Connecting;
  const jobs = await Jobs.open(database, log);
  const queue = await jobs.queue('verify', { atOnce: 1, perGroup: 1 });
  const verifications = new Verifications({
    database,
    keys,
    verifier,
    limits,
    providers,
    connecting,
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
  await connections.resume();
  await queue.start((task) => verifications.run(task));
  await connections.read(id, WORKSPACE, 20, undefined, new AbortController().signal);
  expect(tried).toEqual(['imappro.zoho.com']);
  expect(await connections.accept(id, WORKSPACE, await requestFor(id))).toMatchObject({
    isNew: false,
    connection: { verdict: 'verified' },
  });
  expect(await database.query('select email, page_host from mailboxes order by email')).toEqual([
    { email: OTHER_EMAIL, page_host: null },
    { email: EMAIL, page_host: null },
  ]);
  await jobs.stop(0);
  await database.close();
});

test('a database is brought up to date once', async () => {
  for (const migrations of [MIGRATIONS.slice(0, 1), MIGRATIONS, MIGRATIONS]) {
    const database = await openDatabase({ dataDir: folder }, migrations);
    const done = await database.query<{ number: number }>('select number from migrations order by number');
    expect(done.map(({ number }) => number)).toEqual(migrations.map((_, number) => number));
    await database.close();
  }
});
