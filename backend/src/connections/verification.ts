import { setTimeout as passed } from 'node:timers/promises';
import type { Span } from '@opentelemetry/api';
import type { Provider } from '../../../providers/registry/node.ts';
import type { Check, Code } from '../../../utils/onboarding/contract.ts';
import type { Secret } from '../../../utils/secret.ts';
import type { Database } from '../database/database.ts';
import { toJson } from '../database/json.ts';
import { isPassing } from '../database/trouble.ts';
import type { Task } from '../jobs.ts';
import type { KeyRing } from '../keys.ts';
import type { Limits } from '../limits.ts';
import type { Metrics } from '../observability/metrics.ts';
import { inSpan } from '../observability/tracing.ts';
import { RequestProblem } from '../problems.ts';
import type { Connecting } from '../saleshandy/connecting.ts';
import { isRetryable } from '../verification/classify.ts';
import { type Mailbox, toMailbox } from '../verification/mailbox.ts';
import { type Conclusion, conclude } from '../verification/verdict.ts';
import { VerifierFailed, type Verifies, WorkerLost } from '../verification/workers.ts';
import { hostOf, providerOf } from './locate.ts';
import { CHANGES, MAILBOX, OTHERWISE, type Row } from './row.ts';

/** A verification whose worker is lost is taken up again; after so many times it is what loses them. */
const MAX_LOSSES = 3;

/** The same where a whole backend was killed, which hits all that were under way, and is hardly because of one. */
const MAX_TAKE_UPS = 10;

/** Where the database is away, a result is written down again after so long, each time twice as long, in ms. */
const WRITE_AGAIN_MS = 250;
const MAX_WRITE_AGAIN_MS = 2000;

export interface VerificationsOptions {
  database: Database;
  keys: KeyRing;
  verifier: Verifies;
  limits: Limits;
  providers: ReadonlyMap<string, Provider>;
  connecting: Connecting;
  /** Told of what happens, without secrets and without addresses. */
  log: (message: string, facts: Record<string, unknown>) => void;
  metrics: Metrics;
}

type Checks = [receiving: Check, sending: Check];

/** Does the verifications that connections wait for. */
export class Verifications {
  readonly #options: VerificationsOptions;
  readonly #stopping = new AbortController();
  /** The jobs that are taken up and not ended. */
  readonly #underWay = new Set<string>();

  constructor(options: VerificationsOptions) {
    this.#options = options;
  }

  /**
   * Verifies a connection's mailbox and writes down what came of it. Nothing happens when that is done, or the
   * connection forgotten.
   * @throws Error when the database fails before it has begun; then it is to be done again
   */
  async run(task: Task): Promise<void> {
    this.#underWay.add(task.job);
    try {
      await inSpan('verify', { 'onboarding.connection': task.id }, (span) => this.#run(task, span));
    } finally {
      this.#underWay.delete(task.job);
    }
  }

  /** The process is to end. What is under way is as if it had not been taken up: nothing has lost its worker. */
  async release(): Promise<void> {
    this.#stopping.abort();
    await this.#giveBack([...this.#underWay]);
  }

  async #run(task: Task, span: Span): Promise<void> {
    for (let lost = 0; ; lost = 1) {
      const row = await this.#takeUp(task, lost);
      if (!row) return;
      let password: Secret | undefined;
      try {
        password = await this.#open(row);
        if (!password) return await this.#forget(row);
        const hindrance = await this.#hindrance(row);
        if (hindrance) return await this.#end(row, password, this.#untried(row, password, hindrance));
      } catch (error) {
        // Nothing has been tried yet, so nothing was lost.
        await this.#giveBack([row.job]);
        throw error;
      }
      const checks = await this.#try(row, password, span);
      if (checks) return await this.#end(row, password, checks);
      // Another one takes it up.
      this.#stopping.signal.throwIfAborted();
    }
  }

  /** Counts that it is taken up, before anything else: whoever does so may be lost at any moment. */
  async #takeUp({ id, job }: Task, lost: number): Promise<Row | undefined> {
    const [row] = await this.#options.database.query<Row>(
      `update connections set take_ups = take_ups + 1, losses = losses + $3
        where id = $1 and job = $2 and state = 'verifying' returning *`,
      [id, job, lost],
    );
    return row;
  }

  async #giveBack(jobs: string[]): Promise<void> {
    await this.#options.database
      .query(
        `update connections set take_ups = greatest(take_ups - 1, 0) where job = any($1) and state = 'verifying'`,
        [jobs],
      )
      // Then it counts as lost.
      .catch(() => {});
  }

  /** @returns nothing where the key it was sealed with was revoked */
  async #open({ sealed, workspace, sealed_for: sealedFor, id, ...row }: Row): Promise<Secret | undefined> {
    const where = {
      provider: row.provider,
      email: row.email,
      login: row.login ?? undefined,
      servers: row.servers ?? undefined,
      pageHost: row.page_host ?? undefined,
    };
    try {
      return await this.#options.keys.reopen(sealed as string, workspace, sealedFor ?? id, where);
    } catch (error) {
      if (error instanceof RequestProblem) return undefined;
      throw error;
    }
  }

  /** Whoever asks is told that it is not here, and hands it in again, sealed with another key. */
  async #forget({ id, job }: Row): Promise<void> {
    const { database, log } = this.#options;
    await database.query(
      `with gone as (delete from connections where id = $1 and job = $2 returning id)
       select pg_notify('${CHANGES}', id::text) from gone`,
      [id, job],
    );
    log('forgotten, its key is gone', { id });
  }

  /** Why it is not to be tried: workers are lost at it, or too much was refused. */
  async #hindrance(row: Row): Promise<Code | undefined> {
    const { limits, database, metrics, log, providers } = this.#options;
    const { id, workspace, take_ups: takeUps, losses, email, login } = row;
    const isRepeat = takeUps > 1;
    // A log-in that was lost was one.
    const mayRepeat = (): Promise<boolean> =>
      limits.mayRepeat(database, workspace, email, login ?? undefined);
    const isPoison = losses >= MAX_LOSSES || takeUps > MAX_TAKE_UPS;
    if (isPoison || (isRepeat && !(await mayRepeat()))) {
      log('verification given up', { id, workspace, takeUps: takeUps - 1, losses });
      metrics.givenUp();
      return 'UNKNOWN';
    }
    const mayTry = await limits.mayTryAt(database, workspace, hostOf(row, providers));
    return mayTry ? undefined : 'TOO_MANY_ATTEMPTS';
  }

  /** @returns nothing where its worker is lost */
  async #try(row: Row, password: Secret, span: Span): Promise<Checks | undefined> {
    const { verifier, log, metrics } = this.#options;
    const { id, provider, take_ups: takeUps } = row;
    let finished = 0;
    try {
      return await verifier.verify(
        this.#mailboxOf(row, password),
        async (protocol, check) => {
          finished += 1;
          const { status, ...facts } = check;
          span.addEvent(protocol, { status, ...('code' in facts ? { code: facts.code } : {}) });
          metrics.logIn(protocol, provider, check);
          // The last is told together with what both say.
          if (finished === 1) await this.#report(row, protocol, check);
        },
        takeUps > 1,
      );
    } catch (error) {
      if (error instanceof WorkerLost) {
        log('verification lost its worker', { id, loss: error.loss, takeUps });
        return undefined;
      }
      // It may have logged in, which is not repeated because of a mistake of ours.
      const what = error instanceof VerifierFailed ? error.message : Object(error).name;
      log('verification failed', { id, error: what });
      return this.#untried(row, password, 'UNKNOWN');
    }
  }

  #mailboxOf(row: Row, password: Secret): Mailbox {
    const { providers } = this.#options;
    return toMailbox(
      {
        provider: providerOf(row, providers),
        email: row.email,
        login: row.login ?? undefined,
        servers: row.servers ?? undefined,
        located: row.located && 'imap' in row.located ? row.located : undefined,
        pageHost: row.page_host ?? undefined,
        password,
        isFresh: row.attempt === 1,
      },
      providers,
    );
  }

  /** What can be said where no server has said anything. */
  #untried(row: Row, password: Secret, code: Code): Checks {
    const mailbox = this.#mailboxOf(row, password);
    const retryable = isRetryable({ code });
    const failed = (protocol: 'imap' | 'smtp'): Check => {
      const { host = '', port = 0 } = mailbox[protocol].places[0]?.servers[0] ?? {};
      return { status: 'failed', host, port, ms: 0, stage: 'auth', code, retryable };
    };
    return [failed('imap'), failed('smtp')];
  }

  /** Tells the first result while the other is waited for. It is told with the other in any case. */
  async #report({ id, job }: Row, protocol: 'receiving' | 'sending', check: Check): Promise<void> {
    const { database, log } = this.#options;
    await database
      .query(
        `with changed as (
         update connections set ${protocol} = $3, version = version + 1, updated_at = now()
          where id = $1 and job = $2 and state = 'verifying' returning id)
       select pg_notify('${CHANGES}', id::text) from changed`,
        [id, job, toJson(check)],
      )
      .catch((error: unknown) => log('result not told', { id, error: codeOf(error) }));
  }

  /**
   * What came of it is written down, whatever is in it and however long that takes: nothing is tried again because of that.
   * @throws Error when the process is to end first
   */
  async #end(row: Row, password: Secret, checks: Checks): Promise<void> {
    const { providers, log, metrics } = this.#options;
    const guide = providerOf(row, providers)?.guide;
    const told = conclude(...checks, guide);
    const unknown = conclude(...this.#untried(row, password, 'UNKNOWN'), guide);
    const ways = [told, withoutWords(told), unknown];
    for (const [number, conclusion] of ways.entries()) {
      try {
        await this.#untilWritten(row, password, conclusion);
        metrics.verified(row.provider, conclusion.verdict);
        const { verdict, receiving, sending } = conclusion;
        log('verified', {
          audit: true,
          workspace: row.workspace,
          id: row.id,
          provider: row.provider,
          attempt: row.attempt,
          verdict,
          receiving: toldOf(receiving),
          sending: toldOf(sending),
        });
        this.#tellOperator(row.id, receiving, sending);
        return;
      } catch (error) {
        if (isPassing(error) || number === ways.length - 1) throw error;
        log('conclusion not written down', { id: row.id, error: codeOf(error) });
      }
    }
  }

  /** A server that refuses this backend refuses everybody's mailboxes, and only its operator can do something about it. */
  #tellOperator(id: string, ...checks: Checks): void {
    for (const check of checks) {
      if (check.status !== 'failed' || check.reason !== 'BACKEND_BLOCKED') continue;
      this.#options.log('a mail server refuses this backend', { id, host: check.host, port: check.port });
      this.#options.metrics.refusedBackend();
    }
  }

  async #untilWritten(row: Row, password: Secret, conclusion: Conclusion): Promise<void> {
    const { signal } = this.#stopping;
    for (let wait = WRITE_AGAIN_MS; ; wait = Math.min(2 * wait, MAX_WRITE_AGAIN_MS)) {
      try {
        return await this.#write(row, password, conclusion);
      } catch (error) {
        if (!isPassing(error) || signal.aborted) throw error;
        this.#options.log('conclusion waits for the database', { id: row.id, error: codeOf(error) });
        await passed(wait, undefined, { signal }).catch(() => {});
      }
    }
  }

  async #write(row: Row, password: Secret, conclusion: Conclusion): Promise<void> {
    const { database, keys, connecting, limits, providers } = this.#options;
    const { id, job, workspace, email } = row;
    const { verdict, receiving, sending, advice } = conclusion;
    await database.transaction(
      async (queries) => {
        const { query } = queries;
        // Not if it was forgotten in the meantime, or another has been quicker.
        const [done] = await query(
          `update connections
              set state = 'done', verdict = $4, receiving = $5, sending = $6, advice = $7, version = version + 1,
                  sealed = case when $4 = 'verified' then null else sealed end, updated_at = now(),
                  mailbox = case when $4 = 'verified' then coalesce(
                    (select case when connection = connections.id then connections.mailbox else 'replaced' end
                       from mailboxes
                      where mailboxes.workspace = connections.workspace and mailboxes.email = connections.email),
                    'new') else mailbox end
            where workspace = $1 and id = $2 and job = $3 and state = 'verifying'
            returning pg_notify('${CHANGES}', id::text)`,
          [workspace, id, job, verdict, toJson(receiving), toJson(sending), advice ? toJson(advice) : null],
        );
        if (!done) return;
        if (isRefused(receiving, sending)) {
          await limits.countRefusal(queries, workspace, hostOf(row, providers));
        }
        if (verdict !== 'verified') return;
        await query(
          `with replaced as (
             insert into replaced_mailboxes (${MAILBOX}, replaced_by)
             select ${MAILBOX}, $1 from mailboxes where connection <> $1 and workspace = $2 and email = $3
             on conflict (workspace, email) do update
               set ${OTHERWISE}, replaced_by = excluded.replaced_by, replaced_at = excluded.replaced_at)
           insert into mailboxes (${MAILBOX})
           select workspace, email, provider, login, servers, page_host, template, $4, id, now() from connections
            where workspace = $2 and id = $1
           on conflict (workspace, email) do update set ${OTHERWISE}`,
          [id, workspace, email, keys.encrypt(password, workspace, email)],
        );
        await connecting.begin(queries, row);
      },
      [mailboxLock(workspace, email)],
    );
  }
}

/** A check in a word or two. */
function toldOf(check: Check): string {
  if (check.status !== 'failed') return check.status;
  return check.reason ? `${check.code} ${check.reason}` : check.code;
}

/** Codes of a log-in that say nothing of the password. */
const SAYS_NOTHING: ReadonlySet<Code> = new Set<Code>([
  'TEMPORARY',
  'SENDING_QUOTA',
  'ENCRYPTION_REQUIRED',
  'AUTH_NOT_OFFERED',
]);

/** The password was given to servers, and none has taken it. */
function isRefused(...checks: Checks): boolean {
  const wasRefused = (check: Check): boolean =>
    check.status === 'failed' && check.stage === 'auth' && check.ms > 0 && !SAYS_NOTHING.has(check.code);
  return checks.every(({ status }) => status !== 'ok') && checks.some(wasRefused);
}

function withoutWords({ receiving, sending, ...told }: Conclusion): Conclusion {
  const silent = (check: Check): Check => {
    if (check.status !== 'failed') return check;
    const { serverText: _, ...rest } = check;
    return rest;
  };
  return { ...told, receiving: silent(receiving), sending: silent(sending) };
}

/** What went wrong, without the words, which could quote what was to be stored. */
const codeOf = (error: unknown): string => {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown };
  return String(code ?? name ?? 'unknown');
};

/** Of two connections of one mailbox, one after the other replaces it. */
const mailboxLock = (workspace: string, email: string): string => `mailbox ${workspace} ${email}`;
