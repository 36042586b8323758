import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  Connection,
  ConnectionRequest,
  JsonWebKeySet,
  SealedPassword,
} from '../../utils/onboarding/contract.ts';
import { type Destination, type SealContent, seal } from '../../utils/onboarding/seal.ts';
import { type BackendProcess, startBackendProcess } from '../servers/backend-process.ts';
import { createPki, type Pki } from '../servers/pki.ts';
import { mailHosts, mailRoutes } from '../servers/routes.ts';
import { type ScriptedMailServer, startScriptedMailServer } from '../servers/scripted-mail-server.ts';

/** Long enough for any answer, short enough to wait for. */
const VERIFY_TIMEOUT_MS = 4000;

export const WORKSPACE = 'default';

/** Mail servers, a folder for data, and a backend process that uses both. */
export class Onboarding {
  readonly pki: Pki;
  readonly mail: ScriptedMailServer;
  readonly dataDir: string;
  readonly #environment: Record<string, string>;
  readonly #main: string | undefined;
  backend!: BackendProcess;

  private constructor(
    pki: Pki,
    mail: ScriptedMailServer,
    folder: string,
    environment: Record<string, string>,
    main: string | undefined,
  ) {
    this.#main = main;
    this.pki = pki;
    this.mail = mail;
    this.dataDir = join(folder, 'data');
    this.#environment = environment;
  }

  /**
   * @param routes more of `ONBOARDING_MAIL_ROUTES`, for the authority whose certificate it is given
   * @param environment more settings of the backend
   * @param main another program that starts it
   */
  static async start(
    routes: (pki: Pki) => Promise<string[]> = async () => [],
    environment: Record<string, string> = {},
    main?: string,
  ): Promise<Onboarding> {
    const pki = await createPki();
    const mail = await startScriptedMailServer({ certificate: await pki.certificateFor(await mailHosts()) });
    const folder = await mkdtemp(join(tmpdir(), 'onboarding-'));
    const ca = join(folder, 'ca.pem');
    await writeFile(ca, pki.ca);
    const settings = {
      ONBOARDING_MAIL_ROUTES: [await mailRoutes(mail.ports), ...(await routes(pki))].join(),
      ONBOARDING_MAIL_CA: ca,
      ONBOARDING_VERIFY_TIMEOUT_MS: String(VERIFY_TIMEOUT_MS),
      ...environment,
    };
    const onboarding = new Onboarding(pki, mail, folder, settings, main);
    await onboarding.startBackend();
    return onboarding;
  }

  /** Starts the backend, at the same address as the one before. */
  async startBackend(): Promise<void> {
    const port = this.backend ? Number(new URL(this.backend.url).port) : 0;
    this.backend = await this.anotherBackend(port);
  }

  /** One more backend on the same data. */
  anotherBackend(port = 0): Promise<BackendProcess> {
    return startBackendProcess({ dataDir: this.dataDir, env: this.#environment, port, main: this.#main });
  }

  async stop(): Promise<void> {
    await this.backend.stop();
    await this.mail.stop();
    await rm(join(this.dataDir, '..'), { recursive: true, force: true });
  }

  /** Makes an HTTP request with the access token. */
  call(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.backend.url}${path}`, {
      method,
      ...init,
      headers: { Authorization: `Bearer ${this.backend.token}`, ...init.headers },
    });
  }

  async keys(): Promise<JsonWebKeySet> {
    return (await this.call('GET', '/.well-known/jwks.json')).json() as Promise<JsonWebKeySet>;
  }

  /** What is to be sealed for a mailbox. */
  content(
    id: string,
    email: string,
    password: string,
    { provider = 'google', login, servers, pageHost }: Partial<Destination> = {},
  ): SealContent & Pick<SealedPassword, 'version'> {
    return {
      version: 2,
      password,
      aud: this.backend.url,
      workspace: WORKSPACE,
      connection: id,
      email,
      provider,
      ...(login === undefined ? {} : { login }),
      ...(servers === undefined ? {} : { servers }),
      ...(pageHost === undefined ? {} : { pageHost }),
    };
  }

  async request(
    id: string,
    email: string,
    password: string,
    more: Partial<ConnectionRequest> = {},
  ): Promise<ConnectionRequest> {
    const sealed = await seal(this.content(id, email, password, more), await this.keys());
    return { provider: 'google', email, password: sealed, ...more };
  }

  put(id: string, request: unknown): Promise<Response> {
    return this.call('PUT', `/v1/connections/${id}`, {
      body: JSON.stringify(request),
      headers: { 'Content-Type': 'application/json' },
    });
  }

  /** Hands a mailbox in under a new id. */
  async handIn(email: string, password: string, more: Partial<ConnectionRequest> = {}): Promise<Connection> {
    const id = randomUUID();
    const response = await this.put(id, await this.request(id, email, password, more));
    if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
    return (await response.json()) as Connection;
  }

  /** Polls, as the extension does, until the verification is over. */
  async finished(id: string): Promise<Connection> {
    for (let since = 0; ; ) {
      const response = await this.call('GET', `/v1/connections/${id}?wait=20&since=${since}`);
      if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
      const connection = (await response.json()) as Connection;
      if (connection.state === 'done') return connection;
      since = connection.version;
    }
  }
}
