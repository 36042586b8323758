import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { Connection, JsonWebKeySet } from '../../utils/onboarding/contract.ts';
import { seal } from '../../utils/onboarding/seal.ts';
import { type BackendProcess, startBackendProcess } from '../servers/backend-process.ts';
import { freePorts } from '../servers/daemon.ts';
import { putAway } from '../servers/distance.ts';
import { startDovecot } from '../servers/dovecot.ts';
import { createPki } from '../servers/pki.ts';
import { startPostgreSql } from '../servers/postgresql.ts';
import { mailHosts, mailRoutes } from '../servers/routes.ts';
import { floorImap, floorSmtp } from './floor.ts';

/**
 * `npm run bench:verify`: what a verification costs, from handing a mailbox in to its verdict, over HTTP and with all that
 * a backend does: unsealing, storing, queueing. Against a real Dovecot, and the floor: a bare client with the fewest round
 * trips to the same server. All on this machine, so ratios count and not the figures.
 *
 *     ONLY=one,load,replicas,soak  ROUNDS=20  MAILBOXES=600  SOAK_MINUTES=3
 */
const ONLY = new Set((process.env.ONLY ?? 'one,load,replicas,soak').split(','));
const ROUNDS = Number(process.env.ROUNDS ?? 20);
const MAILBOXES = Number(process.env.MAILBOXES ?? 600);
const SOAK_MINUTES = Number(process.env.SOAK_MINUTES ?? 3);
const ROUND_TRIP_MS = 50;
const PASSWORD = 'abcdefghijklmnop';
const TOKEN = 'fake-token-of-the-benchmark';
const PUBLIC_URL = 'https://onboarding.example.com';

const folder = await mkdtemp(join(tmpdir(), 'bench-verify-'));
const pki = await createPki();
const certificate = await pki.certificateFor(await mailHosts());
const ca = join(folder, 'ca.pem');
await writeFile(ca, pki.ca);
const tls = createSecureContext({ minVersion: 'TLSv1.2', ca: pki.ca });
const emails = Array.from({ length: MAILBOXES }, (_, number) => `test.bench.${number}@gmail.com`);
const dovecot = await startDovecot({
  certificate,
  users: emails.map((email) => ({ email, password: PASSWORD })),
});
const postgreSql = await startPostgreSql();
const far = {
  imaps: await putAway(dovecot.ports.imaps, ROUND_TRIP_MS / 2),
  smtps: await putAway(dovecot.ports.smtps, ROUND_TRIP_MS / 2),
};

interface Backends {
  urls: string[];
  processes: BackendProcess[];
  stop(): Promise<void>;
}

/** @param databaseUrl the embedded database without */
async function startBackends(count: number, databaseUrl?: string, isFar = false): Promise<Backends> {
  const ports = isFar
    ? { imaps: far.imaps.port, smtps: far.smtps.port, submission: dovecot.ports.submission }
    : dovecot.ports;
  const env = {
    ...(databaseUrl
      ? { DATABASE_URL: databaseUrl, ONBOARDING_MASTER_KEY: Buffer.alloc(32, 1).toString('base64') }
      : {}),
    ONBOARDING_TOKEN: TOKEN,
    ONBOARDING_PUBLIC_URL: PUBLIC_URL,
    ONBOARDING_MAIL_ROUTES: await mailRoutes(ports),
    ONBOARDING_MAIL_CA: ca,
    ONBOARDING_VERIFICATIONS_AT_ONCE: '500',
    ONBOARDING_VERIFICATIONS_PER_HOST: '500',
    ONBOARDING_REQUESTS_PER_MINUTE: '1000000',
    ONBOARDING_CONNECTIONS_PER_ADDRESS: '1000',
  };
  const listening = await freePorts(count);
  const processes: BackendProcess[] = [];
  for (const [number, port] of listening.entries()) {
    const dataDir = join(folder, `data-${databaseUrl ? 'none' : randomUUID()}-${number}`);
    processes.push(await startBackendProcess({ dataDir, port, env }));
  }
  return {
    urls: listening.map((port) => `http://127.0.0.1:${port}`),
    processes,
    stop: async () => void (await Promise.all(processes.map((process) => process.stop()))),
  };
}

let turn = 0;

async function verify({ urls }: Backends, email: string, keys: JsonWebKeySet): Promise<void> {
  const id = randomUUID();
  const url = urls[turn++ % urls.length] as string;
  const [workspace, provider] = ['default', 'google'];
  const content = { password: PASSWORD, aud: PUBLIC_URL, workspace, connection: id, email, provider };
  const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
  const body = JSON.stringify({ provider, email, password: await seal(content, keys) });
  let response = await fetch(`${url}/v1/connections/${id}`, { method: 'PUT', headers, body });
  for (;;) {
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status}: ${text}`);
    const connection = JSON.parse(text) as Connection;
    if (connection.verdict === 'verified') return;
    if (connection.state === 'done') throw new Error(`not verified: ${text}`);
    const poll = `${url}/v1/connections/${connection.id}?wait=20&since=${connection.version}`;
    response = await fetch(poll, { headers });
  }
}

const keysOf = async ({ urls }: Backends): Promise<JsonWebKeySet> =>
  (await fetch(`${urls[0]}/.well-known/jwks.json`)).json() as Promise<JsonWebKeySet>;

const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Does `work` for each, so many at once. @returns how many a second */
async function rate(all: readonly string[], atOnce: number, work: (email: string) => Promise<unknown>) {
  const waiting = [...all];
  const worker = async (): Promise<void> => {
    for (let email = waiting.pop(); email !== undefined; email = waiting.pop()) await work(email);
  };
  const ms = await timed(() => Promise.all(Array.from({ length: atOnce }, worker)));
  return all.length / (ms / 1000);
}

/** Of these processes and those that they have started, in MB. */
async function memoryOf(pids: readonly (number | string)[]): Promise<number> {
  const each = pids.map(async (pid) => {
    const [status, children] = await Promise.all(
      [`/proc/${pid}/status`, `/proc/${pid}/task/${pid}/children`].map((file) =>
        readFile(file, 'utf8').catch(() => ''),
      ),
    );
    const own = Number(/VmRSS:\s+(\d+)/.exec(`${status}`)?.[1] ?? 0) / 1024;
    return own + (await memoryOf(`${children}`.split(' ').filter((child) => child.trim() !== '')));
  });
  return (await Promise.all(each)).reduce((sum, one) => sum + one, 0);
}

const floor = (ports: { imaps: number; smtps: number }, email: string): Promise<unknown> =>
  Promise.all([
    floorImap({ port: ports.imaps, tls }, email, PASSWORD),
    floorSmtp({ port: ports.smtps, tls }, email, PASSWORD),
  ]);

async function one(): Promise<void> {
  console.log(
    `\nOne verification at ${ROUND_TRIP_MS} ms of network delay, ${ROUNDS} of each in turn, median:`,
  );
  const table: Record<string, object> = {};
  for (const engine of ['embedded', 'PostgreSQL']) {
    const url = engine === 'PostgreSQL' ? await postgreSql.createDatabase() : undefined;
    const backends = await startBackends(1, url, true);
    const keys = await keysOf(backends);
    const farPorts = { imaps: far.imaps.port, smtps: far.smtps.port };
    const [bare, ours]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS + 2; round++) {
      const email = emails[round % emails.length] as string;
      const times = [
        await timed(() => floor(farPorts, email)),
        await timed(() => verify(backends, email, keys)),
      ];
      // The first ones warm up.
      if (round < 2) continue;
      bare.push(times[0] as number);
      ours.push(times[1] as number);
    }
    table[engine] = {
      'floor, ms': Math.round(median(bare)),
      'ours, ms': Math.round(median(ours)),
      ratio: (median(ours) / median(bare)).toFixed(2),
    };
    await backends.stop();
  }
  console.table(table);
}

async function load(): Promise<void> {
  console.log(
    `\nVerifications a second, ${MAILBOXES} mailboxes without network delay; memory of the backend:`,
  );
  const table: Record<string, object> = {};
  for (const engine of ['embedded', 'PostgreSQL']) {
    for (const atOnce of [1, 50, 500]) {
      const url = engine === 'PostgreSQL' ? await postgreSql.createDatabase() : undefined;
      const backends = await startBackends(1, url);
      const keys = await keysOf(backends);
      const all = atOnce === 1 ? emails.slice(0, Math.ceil(MAILBOXES / 6)) : emails;
      const pids = backends.processes.map(({ pid }) => pid);
      let peak = 0;
      const watch = setInterval(async () => {
        peak = Math.max(peak, await memoryOf(pids));
      }, 100);
      const ours = await rate(all, atOnce, (email) => verify(backends, email, keys));
      clearInterval(watch);
      await backends.stop();
      const bare = await rate(all, atOnce, (email) => floor(dovecot.ports, email));
      table[`${engine}, ${atOnce} in flight`] = {
        'ours, a second': ours.toFixed(0),
        'floor, a second': bare.toFixed(0),
        'of the floor': `${((100 * ours) / bare).toFixed(0)} %`,
        'peak memory, MB': Math.round(peak),
      };
    }
  }
  console.table(table);
}

async function replicas(): Promise<void> {
  console.log(`\nThe same load on one and on three replicas, ${MAILBOXES} mailboxes, 50 in flight:`);
  const rates: number[] = [];
  for (const count of [1, 3]) {
    const backends = await startBackends(count, await postgreSql.createDatabase());
    const keys = await keysOf(backends);
    rates.push(await rate(emails, 50, (email) => verify(backends, email, keys)));
    await backends.stop();
  }
  const [single, three] = rates as [number, number];
  console.log(`one ${single.toFixed(0)}/s, three ${three.toFixed(0)}/s: ${(three / single).toFixed(2)} ×`);
}

async function soak(): Promise<void> {
  console.log(`\n${SOAK_MINUTES} min of 20 in flight, memory of the backend in MB:`);
  const backends = await startBackends(1, await postgreSql.createDatabase());
  const keys = await keysOf(backends);
  const pids = backends.processes.map(({ pid }) => pid);
  const until = performance.now() + SOAK_MINUTES * 60_000;
  const [line, started]: [number[], number] = [[], performance.now()];
  let count = 0;
  const sample = setInterval(async () => line.push(await memoryOf(pids)), (SOAK_MINUTES * 60_000) / 12);
  const worker = async (): Promise<void> => {
    while (performance.now() < until) {
      await verify(backends, emails[count++ % emails.length] as string, keys);
    }
  };
  await Promise.all(Array.from({ length: 20 }, worker));
  clearInterval(sample);
  await backends.stop();
  const half = line.slice(line.length / 2);
  console.log(line.map((value) => Math.round(value)).join(' '));
  console.log(
    `${count} verifications, ${(count / ((performance.now() - started) / 1000)).toFixed(0)}/s; ` +
      `last against the middle: ${((half.at(-1) as number) / (half[0] as number)).toFixed(2)} ×`,
  );
}

try {
  if (ONLY.has('one')) await one();
  if (ONLY.has('load')) await load();
  if (ONLY.has('replicas')) await replicas();
  if (ONLY.has('soak')) await soak();
} finally {
  await Promise.all([far.imaps.stop(), far.smtps.stop(), dovecot.stop(), postgreSql.stop()]);
  await rm(folder, { recursive: true, force: true });
}
