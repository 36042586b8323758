import { randomUUID } from 'node:crypto';
import { usersFor } from '../../../providers/registry/mail.ts';
import type { Provider } from '../../../providers/registry/node.ts';
import type { Check, SaleshandyResult, SenderTemplate } from '../../../utils/onboarding/contract.ts';
import type { Secret } from '../../../utils/secret.ts';
import { DEFAULT_WORKSPACE } from '../config.ts';
import { providerOf } from '../connections/locate.ts';
import { CHANGES, type Row, type SaleshandyProgress } from '../connections/row.ts';
import type { Database, Queries } from '../database/database.ts';
import { toJson } from '../database/json.ts';
import { Later, type Queue, type Task } from '../jobs.ts';
import type { KeyRing } from '../keys.ts';
import { inSpan } from '../observability/tracing.ts';
import { type KnownAccount, SaleshandyApi, SaleshandyError } from './api.ts';

/** Where Saleshandy is away, it is asked again after 1, 2, 4 … minutes, so many times. */
const TRIES = 9;

/** What Saleshandy calls the providers. From its schema; what is not in it is `other` (not confirmed). */
const SERVICE_PROVIDERS: Readonly<Record<string, string>> = {
  'microsoft-personal': 'microsoft',
  'microsoft-work': 'o365',
  yahoo: 'yahoo',
  zoho: 'zoho',
  yandex: 'yandex',
};

export interface ConnectingOptions {
  database: Database;
  /** Of mailboxes to be connected. Its groups are workspaces: each key has limits of its own. */
  queue: Queue;
  keys: KeyRing;
  providers: ReadonlyMap<string, Provider>;
  /**
   * From handing in to connecting, in seconds at least: until then its user can take it back, which the API offers no way
   * to do. The extension's button stays for ten.
   */
  undoSeconds: number;
  /** Where Saleshandy's API is. */
  address: string;
  /** The API key of the workspace that is known from the start. */
  defaultKey: Secret | undefined;
  log: (message: string, facts: Record<string, unknown>) => void;
}

/** Connects verified mailboxes in Saleshandy, in workspaces whose API key is known. */
export class Connecting {
  readonly #options: ConnectingOptions;

  constructor(options: ConnectingOptions) {
    this.#options = options;
  }

  /** Begins to do what is in the queue. */
  start(): Promise<void> {
    return this.#options.queue.start((task) => this.run(task));
  }

  /** With the transaction that verifies a connection: sees to it that its mailbox is connected, where there is a key. */
  async begin(queries: Queries, row: Row): Promise<void> {
    const { id, workspace, created_at: createdAt, saleshandy } = row;
    // With this password. With another one it is another connection.
    if (saleshandy?.state === 'connected') return;
    if (!(await this.#keyOf(queries, workspace))) return;
    const job = randomUUID();
    await queries.query(
      'update connections set saleshandy = $3, saleshandy_job = $4 where workspace = $1 and id = $2',
      [workspace, id, toJson({ state: 'connecting' } satisfies SaleshandyResult), job],
    );
    const { queue, undoSeconds } = this.#options;
    const age = (Date.now() - createdAt.getTime()) / 1000;
    await queue.add(queries, { id, job }, workspace, Math.max(0, Math.ceil(undoSeconds - age)));
  }

  /** @throws Later when Saleshandy is to be asked again; Error when the database fails */
  async run(task: Task): Promise<void> {
    await inSpan('connect', { 'onboarding.connection': task.id }, () => this.#run(task));
  }

  async #run({ id, job }: Task): Promise<void> {
    const { database, keys, address } = this.#options;
    const [row] = await database.query<Row & { password: Uint8Array }>(
      `select connections.*, mailboxes.password
         from connections
         join mailboxes on mailboxes.workspace = connections.workspace and mailboxes.connection = connections.id
        where connections.id = $1 and saleshandy_job = $2 and saleshandy ->> 'state' = 'connecting'`,
      [id, job],
    );
    // Undone, or replaced by another, in the meantime.
    if (!row) return;
    const key = await this.#keyOf(database, row.workspace);
    if (!key) return this.#finish(row, { state: 'failed', reason: 'key_refused' });
    const api = new SaleshandyApi(address, key);
    try {
      await this.#finish(
        row,
        await this.#connect(api, row, keys.decrypt(row.password, row.workspace, row.email)),
      );
    } catch (error) {
      if (!(error instanceof SaleshandyError)) throw error;
      await this.#hindered(row, error);
    }
  }

  async #connect(api: SaleshandyApi, row: Row, password: Secret): Promise<SaleshandyResult> {
    const known = await api.find(row.email);
    // Whoever asked before may have been killed before the answer: then it is there because of us.
    const isOurs = row.saleshandy?.asked === true;
    if (known) {
      const where = { accountId: known.id, ...(await this.#setUp(api, known, row.template ?? {}, true)) };
      if (!isOurs) return { state: 'present', ...where };
      return known.isActive
        ? { state: 'connected', ...where }
        : { state: 'failed', reason: 'not_working_there', ...where };
    }
    await this.#note(row, { asked: true });
    const { works, id } = await api.connect(this.#accountOf(row, password));
    const account = id === undefined ? await api.find(row.email) : { id };
    const left = account ? await this.#setUp(api, account, row.template ?? {}, false) : {};
    const where = account ? { accountId: account.id } : {};
    // It is kept there all the same, and does not work there: its servers refuse Saleshandy, not us.
    if (!works) return { state: 'failed', reason: 'not_working_there', ...where, ...left };
    return { state: 'connected', ...where, ...left };
  }

  #accountOf(row: Row, password: Secret) {
    const provider = providerOf(row, this.#options.providers);
    const server = (protocol: 'imap' | 'smtp', check: Check) => {
      const { host, port, login } = check as Extract<Check, { status: 'ok' }>;
      const [usual = row.email] = usersFor(provider?.mail, protocol, row.email);
      return { user: login ?? row.login ?? usual, host, port };
    };
    return {
      emailServiceProvider: serviceProvider(provider?.id ?? row.provider, row.email),
      email: row.email,
      password,
      fromName: row.template?.fromName ?? row.email.replace(/@.*/, ''),
      imap: server('imap', row.receiving),
      smtp: server('smtp', row.sending),
    };
  }

  /** @returns what of the template could not be done, which does not make the mailbox work less */
  async #setUp(
    api: SaleshandyApi,
    account: Pick<KnownAccount, 'id' | 'client'>,
    { fromName, client, tags }: SenderTemplate,
    isKnown: boolean,
  ): Promise<Pick<SaleshandyResult, 'left'>> {
    const left: NonNullable<SaleshandyResult['left']> = [];
    const attempt = async (what: (typeof left)[number], work: () => Promise<boolean>): Promise<void> => {
      try {
        if (!(await work())) left.push(what);
      } catch (error) {
        // To be done later, all of it; what is done already is done again and changes nothing.
        if (!(error instanceof SaleshandyError) || error.obstacle === 'too_many') throw error;
        left.push(what);
      }
    };
    if (fromName && isKnown) {
      await attempt('from_name', async () => {
        await api.rename(account.id, fromName);
        return true;
      });
    }
    if (client) {
      await attempt('client', async () => {
        const clientId = await api.findClient(client);
        if (clientId === undefined) return false;
        if (account.client?.id !== clientId) await api.assignClient(account.id, clientId);
        return true;
      });
    }
    // Nothing in the API sets them.
    if (tags?.length) left.push('tags');
    return left.length > 0 ? { left } : {};
  }

  async #hindered(row: Row, { obstacle, retryAfter }: SaleshandyError): Promise<void> {
    const tries = (row.saleshandy?.tries ?? 0) + 1;
    if (obstacle === 'too_many') throw new Later(retryAfter ?? 60);
    if (obstacle === 'unavailable' && tries < TRIES) {
      await this.#note(row, { tries });
      throw new Later(60 * 2 ** (tries - 1));
    }
    await this.#finish(row, { state: 'failed', reason: obstacle });
  }

  /** Writes down how far it is, before something that can't be done twice. */
  async #note({ id, saleshandy_job: job }: Row, progress: Partial<SaleshandyProgress>): Promise<void> {
    await this.#options.database.query(
      'update connections set saleshandy = saleshandy || $3 where id = $1 and saleshandy_job = $2',
      [id, job, toJson(progress)],
    );
  }

  async #finish({ id, workspace, saleshandy_job: job }: Row, result: SaleshandyResult): Promise<void> {
    await this.#options.database.query(
      `with changed as (
         update connections set saleshandy = $3, version = version + 1, updated_at = now()
          where id = $1 and saleshandy_job = $2 returning id)
       select pg_notify('${CHANGES}', id::text) from changed`,
      [id, job, toJson(result)],
    );
    const { state, reason, left } = result;
    this.#options.log('asked Saleshandy', { audit: true, workspace, id, state, reason, left });
  }

  async #keyOf({ query }: Queries, workspace: string): Promise<Secret | undefined> {
    if (workspace === DEFAULT_WORKSPACE) return this.#options.defaultKey;
    const [row] = await query<{ api_key: Uint8Array }>('select api_key from workspaces where id = $1', [
      workspace,
    ]);
    return row && this.#options.keys.decryptApiKey(row.api_key, workspace);
  }
}

function serviceProvider(provider: string, email: string): string {
  if (provider === 'google') return /@(gmail|googlemail)\.com$/i.test(email) ? 'gmail' : 'gsuite';
  return SERVICE_PROVIDERS[provider] ?? 'other';
}
