import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { decodeProtectedHeader } from 'jose';
import type { Provider } from '../../../providers/registry/node.ts';
import {
  type Check,
  type Connection,
  type ConnectionRequest,
  problemTypes,
  type SenderTemplate,
} from '../../../utils/onboarding/contract.ts';
import type { Database, Queries } from '../database/database.ts';
import { toJson } from '../database/json.ts';
import type { Domains } from '../domains.ts';
import { MAX_AGE_SECONDS } from '../encryption-keys.ts';
import type { Jobs, Queue } from '../jobs.ts';
import type { KeyRing } from '../keys.ts';
import type { Limits } from '../limits.ts';
import { RequestProblem } from '../problems.ts';
import { hostOf, type Located, locate } from './locate.ts';
import { CHANGES, MAILBOX, type Row, toConnection } from './row.ts';

const PENDING: Check = { status: 'pending' };

/** A mailbox that could not be verified is forgotten, its sealed password with it, after so many hours. */
const KEEP_UNVERIFIED_HOURS = 24;

/** Of ids that were deleted and never handed in, so many of each workspace are remembered, the newest. */
const MAX_MADE_UP = 1000;

/** What a mailbox was before it was replaced can be put back for so many hours. Then its password is gone. */
const KEEP_REPLACED_HOURS = 24;

export interface ConnectionsOptions {
  database: Database;
  jobs: Jobs;
  /** Of verifications. */
  queue: Queue;
  keys: KeyRing;
  limits: Limits;
  providers: ReadonlyMap<string, Provider>;
  domains: Domains;
}

/** The mailboxes on their way into a workspace: accepted, verified, kept when they work. */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #stopping = new AbortController();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** Begins to hear, from every replica, which connections change. */
  async open(): Promise<void> {
    const changed = (id: string): boolean => this.#changes.emit(id);
    const missed = (): void => {
      for (const id of this.#changes.eventNames()) this.#changes.emit(id);
    };
    await this.#options.jobs.listen(CHANGES, changed, missed);
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
    const password = await keys.unseal(request.password, workspace, id, request);
    const located = await locate(request, this.#options);
    const fingerprint = keys.fingerprint(request, password);
    return this.#begin([id, fingerprint], (queries) =>
      this.#insert(queries, id, workspace, request, fingerprint, located),
    );
  }

  /** One request after the other for each connection: of two at once, only one begins a verification and is counted. */
  async #begin<T>(locks: readonly string[], work: (queries: Queries) => Promise<T>): Promise<T> {
    const { database, queue } = this.#options;
    const result = await database.transaction(
      work,
      locks.map((name) => `connection ${name}`),
    );
    queue.wake();
    return result;
  }

  async #insert(
    queries: Queries,
    id: string,
    workspace: string,
    request: ConnectionRequest,
    fingerprint: string,
    located: Located | undefined,
  ): Promise<{ connection: Connection; isNew: boolean }> {
    const { query } = queries;
    const known = await query<Row>(
      'select * from connections where workspace = $2 and (id = $1 or fingerprint = $3)',
      [id, workspace, fingerprint],
    );
    const existing = known.find((row) => row.id === id);
    if (existing) {
      if (existing.fingerprint !== fingerprint) {
        throw new RequestProblem(
          problemTypes.idTaken,
          409,
          'This ID is already used for a different mailbox.',
        );
      }
      await keepTemplate(queries, existing, request.template);
      return { connection: toConnection(existing), isNew: false };
    }
    const [forgotten] = await query('select id from forgotten where workspace = $1 and id = $2', [
      workspace,
      id,
    ]);
    // A request that was overtaken by its own end.
    if (forgotten)
      throw new RequestProblem(problemTypes.idTaken, 409, 'This ID belonged to a deleted connection.');
    const [same] = known;
    if (same && (same.state === 'verifying' || same.sealed_for === id)) {
      await keepTemplate(queries, same, request.template);
      return { connection: toConnection(same), isNew: false };
    }
    const { limits, providers } = this.#options;
    const { provider, email, login, servers = null, pageHost = null } = request;
    const host = hostOf(
      { provider, email, servers, page_host: pageHost, located: located ?? null },
      providers,
    );
    await limits.countVerification(queries, { workspace, email, login, host });
    if (same) {
      await keepTemplate(queries, same, request.template);
      const again = { sealed: request.password, sealedFor: id };
      return { connection: await this.#verifyAnew(queries, same, again), isNew: true };
    }
    const [row] = await query<Row>(
      `insert into connections
         (id, workspace, provider, email, login, servers, page_host, fingerprint, sealed, state, version, attempt,
          receiving, sending, template, job, located)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'verifying', 1, 1, $10, $10, $11, $12, $13)
       returning *`,
      [
        id,
        workspace,
        provider,
        email,
        login ?? null,
        servers && toJson(servers),
        pageHost,
        fingerprint,
        request.password,
        toJson(PENDING),
        request.template ? toJson(request.template) : null,
        randomUUID(),
        located ? toJson(located) : null,
      ],
    );
    await this.#enqueue(queries, row as Row);
    return { connection: toConnection(row as Row), isNew: true };
  }

  async #enqueue(queries: Queries, row: Row): Promise<void> {
    const { queue, providers } = this.#options;
    await queue.add(queries, row, hostOf(row, providers));
  }

  /**
   * Verifies once more: with the password it has, or with the same sealed for another id under which the mailbox was
   * handed in again. It stays the connection it is.
   */
  async #verifyAnew(
    queries: Queries,
    { workspace, id }: Row,
    again?: { sealed: string; sealedFor: string },
  ): Promise<Connection> {
    const [row] = await queries.query<Row>(
      `update connections
          set state = 'verifying', version = version + 1, attempt = attempt + 1, verdict = null, advice = null,
              receiving = $2, sending = $2, sealed = coalesce($3, sealed), sealed_for = coalesce($4, sealed_for),
              job = $5, take_ups = 0, losses = 0, updated_at = now()
        where workspace = $6 and id = $1
        returning *`,
      [id, toJson(PENDING), again?.sealed ?? null, again?.sealedFor ?? null, randomUUID(), workspace],
    );
    await this.#enqueue(queries, row as Row);
    return toConnection(row as Row);
  }

  /**
   * How a connection stands. Waits for up to `wait` seconds until its version is greater than `since`, or it is done;
   * with `since` also until Saleshandy has it.
   * @throws RequestProblem when there is none
   */
  async read(
    id: string,
    workspace: string,
    wait: number,
    since: number | undefined,
    signal: AbortSignal,
  ): Promise<Connection> {
    const deadline = AbortSignal.any([AbortSignal.timeout(wait * 1000), signal, this.#stopping.signal]);
    for (;;) {
      // Listens before it looks, so that no change falls between the two.
      const change = once(this.#changes, id, { signal: deadline });
      change.catch(() => {});
      const row = await find(this.#options.database, id, workspace);
      const isNews = since !== undefined && row.version > since;
      const isSettled =
        row.state === 'done' && (since === undefined || row.saleshandy?.state !== 'connecting');
      if (isNews || isSettled || wait === 0) return toConnection(row);
      try {
        await change;
      } catch {
        return toConnection(await find(this.#options.database, id, workspace));
      }
    }
  }

  /** Answers whoever waits with how it stands, since the process is to stop. */
  stopWaiting(): void {
    this.#stopping.abort();
  }

  /**
   * Verifies once more with the password the backend has.
   * @throws RequestProblem when there is no such connection, or its mailbox was tried too often
   */
  async verifyAgain(id: string, workspace: string): Promise<Connection> {
    return this.#begin([id], (queries) => this.#restart(queries, id, workspace));
  }

  async #restart(queries: Queries, id: string, workspace: string): Promise<Connection> {
    const { queue, limits, providers } = this.#options;
    const row = await find(queries, id, workspace);
    const isUnderWay = row.state === 'verifying' && (await queue.has(queries, row));
    if (isUnderWay || !row.sealed) return toConnection(row);
    const { email, login } = row;
    const host = hostOf(row, providers);
    await limits.countVerification(queries, { workspace, email, login: login ?? undefined, host });
    return this.#verifyAnew(queries, row);
  }

  /**
   * Forgets a connection and, if it was verified, the mailbox it made, or puts back what that had replaced. A mailbox that
   * another connection has replaced since stays as it is. What comes late for the id is refused.
   */
  async forget(id: string, workspace: string): Promise<void> {
    const own = [id, workspace];
    await this.#begin([id], async ({ query }) => {
      const [known] = await query<{ sealed_for: string | null }>(
        'delete from connections where id = $1 and workspace = $2 returning sealed_for',
        own,
      );
      await query('delete from mailboxes where connection = $1 and workspace = $2', own);
      await query(
        `insert into mailboxes (${MAILBOX})
         select ${MAILBOX} from replaced_mailboxes where replaced_by = $1 and workspace = $2`,
        own,
      );
      await query(
        'delete from replaced_mailboxes where (replaced_by = $1 or connection = $1) and workspace = $2',
        own,
      );
      // What it was handed in under later, and sealed for, is spent as well.
      const spent = known?.sealed_for ? [id, known.sealed_for] : [id];
      await query(
        `insert into forgotten (id, workspace, is_made_up) select unnest($1::uuid[]), $2, $3
         on conflict (workspace, id) do nothing`,
        [spent, workspace, known === undefined],
      );
      if (!known) {
        await query(
          `delete from forgotten where workspace = $1 and is_made_up and at < (
             select at from forgotten where workspace = $1 and is_made_up order by at desc offset $2 limit 1)`,
          [workspace, MAX_MADE_UP - 1],
        );
      }
      await query('select pg_notify($1, $2)', [CHANGES, id]);
    });
  }

  /** Forgets what could not be verified and was not tried again in time, and what was replaced and not put back. */
  async forgetOld(): Promise<void> {
    // Whoever has what was sealed for them can't hand it in again: their ids stay spent.
    await this.#options.database.query(
      `with gone as (
         delete from connections where state = 'done' and verdict <> 'verified'
            and updated_at < now() - make_interval(hours => $1)
         returning workspace, id, sealed_for)
       insert into forgotten (workspace, id)
       select workspace, id from gone union select workspace, sealed_for from gone where sealed_for is not null
       on conflict (workspace, id) do nothing`,
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

  /** Puts in the queue what an earlier version of the backend, which had none, left to be verified. */
  async resume(): Promise<void> {
    await this.#begin(['resume'], async (queries) => {
      const rows = await queries.query<Row>(
        "update connections set job = gen_random_uuid() where state = 'verifying' and job is null returning *",
      );
      for (const row of rows) await this.#enqueue(queries, row);
    });
  }
}

/** @throws RequestProblem when there is none */
async function find({ query }: Queries, id: string, workspace: string): Promise<Row> {
  const [row] = await query<Row>('select * from connections where id = $1 and workspace = $2', [
    id,
    workspace,
  ]);
  if (!row) throw new RequestProblem(problemTypes.notFound, 404, 'There’s no such connection.');
  return row;
}

/** The newest way to set a mailbox up is the one that counts, verified or not; a request without one leaves it. */
async function keepTemplate(
  { query }: Queries,
  { workspace, id }: Row,
  template: SenderTemplate | undefined,
): Promise<void> {
  if (!template) return;
  const parameters = [workspace, id, toJson(template)];
  await query('update connections set template = $3 where workspace = $1 and id = $2', parameters);
  await query('update mailboxes set template = $3 where workspace = $1 and connection = $2', parameters);
}
