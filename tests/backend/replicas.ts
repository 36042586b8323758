import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import type { Connection, ConnectionRequest, JsonWebKeySet } from '../../utils/onboarding/contract.ts';
import { seal } from '../../utils/onboarding/seal.ts';
import { type BackendProcess, startBackendProcess } from '../servers/backend-process.ts';
import { freePorts } from '../servers/daemon.ts';
import { createPki } from '../servers/pki.ts';
import { mailHosts, mailRoutes } from '../servers/routes.ts';
import { type ScriptedMailServer, startScriptedMailServer } from '../servers/scripted-mail-server.ts';
import { WORKSPACE } from './onboarding.ts';

/** Where people reach them all, in front of them. Nobody has to be there. */
const PUBLIC_URL = 'https://onboarding.example.com';

const TOKEN = 'fake-token-of-all-replicas';

export interface Replica {
  /** Where it is itself. */
  url: string;
  process: BackendProcess | undefined;
}

/** Several backends on one PostgreSQL, and mail servers. They have nothing else in common, least of all a folder. */
export class Replicas {
  readonly mail: ScriptedMailServer;
  readonly environment: Record<string, string>;
  readonly replicas: Replica[] = [];
  readonly #folder: string;

  private constructor(mail: ScriptedMailServer, folder: string, environment: Record<string, string>) {
    this.mail = mail;
    this.#folder = folder;
    this.environment = environment;
  }

  static async start(
    databaseUrl: string,
    count: number,
    { slowMs, ...environment }: Record<string, string> & { slowMs?: string } = {},
  ): Promise<Replicas> {
    const pki = await createPki();
    const mail = await startScriptedMailServer({
      certificate: await pki.certificateFor(await mailHosts()),
      ...(slowMs ? { slowMs: Number(slowMs) } : {}),
    });
    const folder = await mkdtemp(join(tmpdir(), 'replicas-'));
    const ca = join(folder, 'ca.pem');
    await writeFile(ca, pki.ca);
    const replicas = new Replicas(mail, folder, {
      DATABASE_URL: databaseUrl,
      ONBOARDING_MASTER_KEY: randomBytes(32).toString('base64'),
      ONBOARDING_TOKEN: TOKEN,
      ONBOARDING_PUBLIC_URL: PUBLIC_URL,
      ONBOARDING_MAIL_ROUTES: await mailRoutes(mail.ports),
      ONBOARDING_MAIL_CA: ca,
      ...environment,
    });
    for (const port of await freePorts(count)) {
      replicas.replicas.push({ url: `http://127.0.0.1:${port}`, process: undefined });
    }
    await Promise.all(replicas.replicas.map((replica) => replicas.startOne(replica)));
    return replicas;
  }

  async startOne(replica: Replica): Promise<void> {
    replica.process = await startBackendProcess({
      dataDir: join(this.#folder, 'nothing-is-kept-here'),
      port: Number(new URL(replica.url).port),
      env: this.environment,
    });
  }

  /** As a power cut would. */
  async kill(replica: Replica): Promise<void> {
    const { process } = replica;
    replica.process = undefined;
    await process?.kill();
  }

  async stop(): Promise<void> {
    await Promise.all(this.replicas.map(({ process }) => process?.stop()));
    await this.mail.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  call(replica: Replica, method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${replica.url}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${TOKEN}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async keys(replica = this.replicas[0] as Replica): Promise<JsonWebKeySet> {
    return (await this.call(replica, 'GET', '/.well-known/jwks.json')).json() as Promise<JsonWebKeySet>;
  }

  async request(id: string, email: string, password: string): Promise<ConnectionRequest> {
    const provider = 'google';
    const content = { password, aud: PUBLIC_URL, workspace: WORKSPACE, connection: id, email, provider };
    return { provider, email, password: await seal(content, await this.keys()) };
  }

  /**
   * Connects a mailbox as the extension does: seals once, hands in until it is answered, polls until it is done, each time
   * at any replica.
   * @param next which replica is asked
   */
  async connect(
    request: ConnectionRequest,
    next: () => Replica,
    id: string = randomUUID(),
  ): Promise<Connection> {
    let since = 0;
    let isAccepted = false;
    for (;;) {
      try {
        const response = isAccepted
          ? await this.call(next(), 'GET', `/v1/connections/${id}?wait=20&since=${since}`)
          : await this.call(next(), 'PUT', `/v1/connections/${id}`, request);
        // One that is starting, or about to stop.
        if (response.status === 503) throw new TypeError('not now');
        if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
        const connection = (await response.json()) as Connection;
        if (connection.state === 'done') return connection;
        since = connection.version;
        isAccepted = true;
      } catch (error) {
        // `fetch` fails with a TypeError when nobody is there, or no longer.
        if (!(error instanceof TypeError)) throw error;
        await passed(50);
      }
    }
  }
}
