import { EventEmitter, once } from 'node:events';
import { decodeProtectedHeader } from 'jose';
import { serversFor } from '../../providers/registry/mail.ts';
import type { Provider } from '../../providers/registry/node.ts';
import {
  type Advice,
  type Check,
  type Connection,
  type ConnectionRequest,
  type MailServer,
  problemTypes,
  type SenderTemplate,
  type Verdict,
} from '../../utils/onboarding/contract.ts';
import type { Database } from './database.ts';
import { MAX_AGE_SECONDS } from './encryption-keys.ts';
import type { KeyRing } from './keys.ts';
import type { Limits } from './limits.ts';
import { RequestProblem } from './problems.ts';
import { toMailbox } from './verification/mailbox.ts';
import { conclude } from './verification/verdict.ts';
import type { Verifier } from './verification/verify.ts';

interface Row {
  id: string;
  workspace: string;
  provider: string;
  email: string;
  login: string | null;
  servers: { imap: MailServer; smtp: MailServer } | null;
  page_host: string | null;
  /** How the mailbox is to be set up once it is verified. */
  template: SenderTemplate | null;
  fingerprint: string;
  sealed: string | null;
  /** The id it was sealed for, where the mailbox was handed in again under another one. */
  sealed_for: string | null;
  state: 'verifying' | 'done';
  version: number;
  attempt: number;
  verdict: Verdict | null;
  receiving: Check;
  sending: Check;
  advice: Advice | null;
  /** Of the last time it was verified. */
  mailbox: 'new' | 'replaced' | null;
}

const PENDING: Check = { status: 'pending' };

/** A mailbox that could not be verified is forgotten, its sealed password with it, after so many hours. */
const KEEP_UNVERIFIED_HOURS = 24;

/** What a mailbox was before it was replaced can be put back for so many hours. Then its password is gone. */
const KEEP_REPLACED_HOURS = 24;

/** What makes a mailbox, as it is stored. */
const COLUMNS = [
  'workspace',
  'email',
  'provider',
  'login',
  'servers',
  'page_host',
  'template',
  'password',
  'connection',
  'verified_at',
] as const;
const MAILBOX = COLUMNS.join();
const OTHERWISE = COLUMNS.map((column) => `${column} = excluded.${column}`).join();

export interface ConnectionsOptions {
  database: Database;
  keys: KeyRing;
  verifier: Verifier;
  limits: Limits;
  providers: ReadonlyMap<string, Provider>;
  /** Told of what happens, without secrets and without addresses. */
  log: (message: string, facts: Record<string, unknown>) => void;
}

/** The mailboxes on their way into a workspace: accepted, verified, kept when they work. */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #running = new Map<string, Promise<void>>();
  readonly #turns = new Map<string, Promise<void>>();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /**
   * Accepts a mailbox and begins to verify it. The same request again, however often, is the same connection; and so is
   * the same mailbox with the same password under another id: it keeps the first, and is verified anew if it was done.
   * @throws RequestProblem when the id stands for another mailbox or was forgotten, the password can't be unsealed, there
   * are no servers to try it at, or its mailbox was tried too often
   */
  async accept(
    id: string,
    workspace: string,
    request: ConnectionRequest,
  ): Promise<{ connection: Connection; isNew: boolean }> {
    const { keys } = this.#options;
    const password = await keys.unseal(request.password, workspace, id, request.email);
    if (!request.servers) this.#expectServers(request);
    const fingerprint = keys.fingerprint(request, password);
    return this.#inTurn(id, () =>
      this.#inTurn(fingerprint, () => this.#insert(id, workspace, request, fingerprint)),
    );
  }

  async #insert(
    id: string,
    workspace: string,
    request: ConnectionRequest,
    fingerprint: string,
  ): Promise<{ connection: Connection; isNew: boolean }> {
    const { database, limits } = this.#options;
    const [existing] = await database.query<Row>('select * from connections where id = $1', [id]);
    if (existing) {
      if (existing.workspace !== workspace || existing.fingerprint !== fingerprint) {
        throw new RequestProblem(problemTypes.idTaken, 409, 'This id already stands for another mailbox.');
      }
      await this.#keepTemplate(existing.id, request.template);
      return { connection: toConnection(existing), isNew: false };
    }
    const [forgotten] = await database.query('select id from forgotten where workspace = $1 and id = $2', [
      workspace,
      id,
    ]);
    // A request that was overtaken by its own end.
    if (forgotten) throw new RequestProblem(problemTypes.idTaken, 409, 'This id was forgotten before.');
    const [same] = await database.query<Row>(
      'select * from connections where workspace = $1 and fingerprint = $2',
      [workspace, fingerprint],
    );
    if (same && (same.state === 'verifying' || same.sealed_for === id)) {
      await this.#keepTemplate(same.id, request.template);
      return { connection: toConnection(same), isNew: false };
    }
    await limits.countVerification(request.email, request.login);
    if (same) {
      await this.#keepTemplate(same.id, request.template);
      const again = { sealed: request.password, sealedFor: id };
      return { connection: await this.#verifyAnew(same.id, workspace, again), isNew: true };
    }
    const [row] = await database.query<Row>(
      `insert into connections
         (id, workspace, provider, email, login, servers, page_host, fingerprint, sealed, state, version, attempt,
          receiving, sending, template)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'verifying', 1, 1, $10, $10, $11)
       returning *`,
      [
        id,
        workspace,
        request.provider,
        request.email,
        request.login ?? null,
        request.servers ? JSON.stringify(request.servers) : null,
        request.pageHost ?? null,
        fingerprint,
        request.password,
        JSON.stringify(PENDING),
        request.template ? JSON.stringify(request.template) : null,
      ],
    );
    this.#start(row as Row);
    return { connection: toConnection(row as Row), isNew: true };
  }

  /** The newest way to set a mailbox up is the one that counts, verified or not; a request without one leaves it. */
  async #keepTemplate(id: string, template: SenderTemplate | undefined): Promise<void> {
    if (!template) return;
    const parameters = [id, JSON.stringify(template)];
    await this.#options.database.transaction([
      ['update connections set template = $2 where id = $1', parameters],
      ['update mailboxes set template = $2 where connection = $1', parameters],
    ]);
  }

  /**
   * Verifies one that is done once more: with the password it has, or with the same sealed for another id under which the
   * mailbox was handed in again. It stays the connection it is.
   */
  async #verifyAnew(
    id: string,
    workspace: string,
    again?: { sealed: string; sealedFor: string },
  ): Promise<Connection> {
    const [row] = await this.#options.database.query<Row>(
      `update connections
          set state = 'verifying', version = version + 1, attempt = attempt + 1, verdict = null, advice = null,
              receiving = $2, sending = $2, sealed = coalesce($3, sealed), sealed_for = coalesce($4, sealed_for),
              updated_at = now()
        where id = $1 and state = 'done'
        returning *`,
      [id, JSON.stringify(PENDING), again?.sealed ?? null, again?.sealedFor ?? null],
    );
    if (!row) return toConnection(await this.#find(id, workspace));
    this.#start(row);
    return toConnection(row);
  }

  /** Servers named by hand are always tried: whoever named them may know better. */
  #expectServers({ provider: id, email, pageHost }: ConnectionRequest): void {
    const provider = this.#options.providers.get(id);
    if (!provider) {
      throw new RequestProblem(
        problemTypes.providerUnknown,
        400,
        'This provider is not known and no servers were named.',
      );
    }
    if (provider.guide.opensWith === 'nothing') {
      throw new RequestProblem(
        problemTypes.providerClosed,
        400,
        'No server can be let into a mailbox at this provider.',
      );
    }
    const { imap, smtp } = serversFor(provider.mail, email, pageHost);
    if (imap.length === 0 || smtp.length === 0) {
      throw new RequestProblem(
        problemTypes.serversNeeded,
        400,
        'This provider has other servers for everyone and none were named.',
      );
    }
  }

  /**
   * How a connection stands. Waits for up to `wait` seconds until it is done, or its version is greater than `since`.
   * @throws RequestProblem when there is none
   */
  async read(
    id: string,
    workspace: string,
    wait: number,
    since: number | undefined,
    signal: AbortSignal,
  ): Promise<Connection> {
    const deadline = AbortSignal.any([AbortSignal.timeout(wait * 1000), signal]);
    for (;;) {
      // Listens before it looks, so that no change falls between the two.
      const change = once(this.#changes, id, { signal: deadline });
      change.catch(() => {});
      const row = await this.#find(id, workspace);
      const isNews = since !== undefined && row.version > since;
      if (isNews || row.state === 'done' || wait === 0) return toConnection(row);
      try {
        await change;
      } catch {
        return toConnection(await this.#find(id, workspace));
      }
    }
  }

  /**
   * Verifies once more with the password the backend has.
   * @throws RequestProblem when there is no such connection, or its mailbox was tried too often
   */
  async verifyAgain(id: string, workspace: string): Promise<Connection> {
    return this.#inTurn(id, () => this.#restart(id, workspace));
  }

  async #restart(id: string, workspace: string): Promise<Connection> {
    const { limits } = this.#options;
    const row = await this.#find(id, workspace);
    if (row.state === 'verifying') {
      // It may have broken off, by a database that failed for instance.
      if (!this.#running.has(id)) {
        await limits.countVerification(row.email, row.login ?? undefined);
        this.#start(row);
      }
      return toConnection(row);
    }
    if (!row.sealed) return toConnection(row);
    await limits.countVerification(row.email, row.login ?? undefined);
    return this.#verifyAnew(id, workspace);
  }

  /**
   * Forgets a connection and, if it was verified, the mailbox it made, or puts back what that had replaced. A mailbox that
   * another connection has replaced since stays as it is. What comes late for the id is refused.
   */
  async forget(id: string, workspace: string): Promise<void> {
    await this.#options.database.transaction([
      ['delete from mailboxes where connection = $1 and workspace = $2', [id, workspace]],
      [
        `insert into mailboxes (${MAILBOX})
         select ${MAILBOX} from replaced_mailboxes where replaced_by = $1 and workspace = $2`,
        [id, workspace],
      ],
      [
        'delete from replaced_mailboxes where (replaced_by = $1 or connection = $1) and workspace = $2',
        [id, workspace],
      ],
      ['delete from connections where id = $1 and workspace = $2', [id, workspace]],
      ['insert into forgotten (id, workspace) values ($1, $2) on conflict do nothing', [id, workspace]],
    ]);
    this.#changes.emit(id);
  }

  /** Forgets what could not be verified and was not tried again in time, and what was replaced and not put back. */
  async forgetOld(): Promise<void> {
    await this.#options.database.query(
      `delete from connections where state = 'done' and verdict <> 'verified'
         and updated_at < now() - make_interval(hours => $1)`,
      [KEEP_UNVERIFIED_HOURS],
    );
    await this.#options.database.query(
      'delete from replaced_mailboxes where replaced_at < now() - make_interval(hours => $1)',
      [KEEP_REPLACED_HOURS],
    );
    await this.#options.database.query('delete from forgotten where at < now() - make_interval(secs => $1)', [
      // What was sealed for it is not taken after that either.
      MAX_AGE_SECONDS,
    ]);
  }

  /** The ids of the keys that something stored is sealed to. */
  async keysInUse(): Promise<Set<string>> {
    const rows = await this.#options.database.query<{ header: string }>(
      "select distinct split_part(sealed, '.', 1) as header from connections where sealed is not null",
    );
    return new Set(rows.map(({ header }) => decodeProtectedHeader({ protected: header }).kid as string));
  }

  /** Takes up what a stopped or killed process left unfinished. */
  async resume(): Promise<void> {
    for (const row of await this.#options.database.query<Row>(
      "select * from connections where state = 'verifying'",
    )) {
      this.#start(row);
    }
  }

  /** Resolves when no verification is running. */
  async settle(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async #find(id: string, workspace: string): Promise<Row> {
    const [row] = await this.#options.database.query<Row>(
      'select * from connections where id = $1 and workspace = $2',
      [id, workspace],
    );
    if (!row) throw new RequestProblem(problemTypes.notFound, 404, 'There is no such connection.');
    return row;
  }

  /** One request after the other for each connection: of two at once, only one begins a verification and is counted. */
  async #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const earlier = this.#turns.get(id) ?? Promise.resolve();
    const result = earlier.then(work);
    const turn = result.then(
      () => {},
      () => {},
    );
    this.#turns.set(id, turn);
    try {
      return await result;
    } finally {
      if (this.#turns.get(id) === turn) this.#turns.delete(id);
    }
  }

  #start(row: Row): void {
    // One after the other: a connection that was forgotten and handed in anew may still be under way.
    const earlier = this.#running.get(row.id) ?? Promise.resolve();
    const run = earlier
      .then(() => this.#verify(row))
      .catch((error: unknown) => {
        this.#options.log('verification broke off', { id: row.id, error: String(error) });
      })
      .finally(() => {
        if (this.#running.get(row.id) === run) this.#running.delete(row.id);
      });
    this.#running.set(row.id, run);
  }

  async #verify(row: Row): Promise<void> {
    const { database, keys, verifier, providers, log } = this.#options;
    const { id, workspace, email, attempt, fingerprint } = row;
    const password = await keys
      .reopen(row.sealed as string, workspace, row.sealed_for ?? id, email)
      .catch((error) => {
        if (error instanceof RequestProblem) return undefined;
        throw error;
      });
    if (!password) {
      // Its key was revoked. Whoever asks is told that it is not here, and hands it in again, sealed with another.
      await database.query('delete from connections where id = $1 and attempt = $2 and fingerprint = $3', [
        id,
        attempt,
        fingerprint,
      ]);
      this.#changes.emit(id);
      log('forgotten, its key is gone', { id });
      return;
    }
    const provider = providers.get(row.provider);
    const mailbox = toMailbox(
      {
        provider,
        email,
        login: row.login ?? undefined,
        servers: row.servers ?? undefined,
        pageHost: row.page_host ?? undefined,
        password,
        isFresh: attempt === 1,
      },
      providers,
    );
    const [receivingCheck, sendingCheck] = await verifier.verify(mailbox, async (protocol, check) => {
      await database.query(
        `update connections set ${protocol} = $3, version = version + 1, updated_at = now()
          where id = $1 and attempt = $2 and fingerprint = $4`,
        [id, attempt, JSON.stringify(check), fingerprint],
      );
      this.#changes.emit(id);
    });
    const { verdict, receiving, sending, advice } = conclude(receivingCheck, sendingCheck, provider?.guide);
    const finish: [string, unknown[]] = [
      `update connections
          set state = 'done', verdict = $3, receiving = $4, sending = $5, advice = $6, version = version + 1,
              sealed = case when $3 = 'verified' then null else sealed end, updated_at = now(),
              mailbox = case when $3 = 'verified' then coalesce(
                (select case when connection = connections.id then connections.mailbox else 'replaced' end
                   from mailboxes
                  where mailboxes.workspace = connections.workspace and mailboxes.email = connections.email),
                'new') else mailbox end
        where id = $1 and attempt = $2 and fingerprint = $7`,
      [
        id,
        attempt,
        verdict,
        JSON.stringify(receiving),
        JSON.stringify(sending),
        advice ? JSON.stringify(advice) : null,
        fingerprint,
      ],
    ];
    // Both only if it was not forgotten, or handed in anew with another password, in the meantime.
    const remember: [string, unknown[]] = [
      `insert into replaced_mailboxes (${MAILBOX}, replaced_by)
       select ${MAILBOX}, $1 from mailboxes
        where connection <> $1
          and (workspace, email) = (select workspace, email from connections where id = $1 and fingerprint = $2)
       on conflict (workspace, email) do update
         set ${OTHERWISE}, replaced_by = excluded.replaced_by, replaced_at = excluded.replaced_at`,
      [id, fingerprint],
    ];
    const keep: [string, unknown[]] = [
      `insert into mailboxes (${MAILBOX})
       select workspace, email, provider, login, servers, page_host, template, $2, id, now() from connections
        where id = $1 and fingerprint = $3
       on conflict (workspace, email) do update set ${OTHERWISE}`,
      [id, keys.encrypt(password, workspace, email), fingerprint],
    ];
    await database.transaction(verdict === 'verified' ? [finish, remember, keep] : [finish]);
    this.#changes.emit(id);
    log('verified', {
      id,
      provider: row.provider,
      attempt,
      verdict,
      receiving: 'code' in receiving ? receiving.code : receiving.status,
      sending: 'code' in sending ? sending.code : sending.status,
    });
  }
}

function toConnection(row: Row): Connection {
  return {
    id: row.id,
    provider: row.provider,
    email: row.email,
    state: row.state,
    version: row.version,
    attempt: row.attempt,
    checks: { receiving: row.receiving, sending: row.sending },
    ...(row.verdict ? { verdict: row.verdict } : {}),
    ...(row.advice ? { advice: row.advice } : {}),
    ...(row.verdict === 'verified' && row.mailbox ? { mailbox: row.mailbox } : {}),
  };
}
