import type { Span } from '@opentelemetry/api';
import type { Provider } from '../../../providers/registry/node.ts';
import type { Check } from '../../../utils/onboarding/contract.ts';
import type { Secret } from '../../../utils/secret.ts';
import type { Database } from '../database/database.ts';
import type { Task } from '../jobs.ts';
import type { KeyRing } from '../keys.ts';
import type { Metrics } from '../observability/metrics.ts';
import { inSpan } from '../observability/tracing.ts';
import { RequestProblem } from '../problems.ts';
import type { Connecting } from '../saleshandy/connecting.ts';
import { type Mailbox, toMailbox } from '../verification/mailbox.ts';
import { conclude } from '../verification/verdict.ts';
import type { Verifier } from '../verification/verify.ts';
import { providerOf } from './locate.ts';
import { CHANGES, MAILBOX, OTHERWISE, type Row } from './row.ts';

export interface VerificationsOptions {
  database: Database;
  keys: KeyRing;
  verifier: Verifier;
  providers: ReadonlyMap<string, Provider>;
  connecting: Connecting;
  /** Told of what happens, without secrets and without addresses. */
  log: (message: string, facts: Record<string, unknown>) => void;
  metrics: Metrics;
}

/** Does the verifications that connections wait for. */
export class Verifications {
  readonly #options: VerificationsOptions;

  constructor(options: VerificationsOptions) {
    this.#options = options;
  }

  /**
   * Verifies a connection's mailbox and writes down what came of it. Nothing happens when that is done, or the
   * connection forgotten.
   * @throws Error when the database fails; then it is to be done again
   */
  async run(task: Task): Promise<void> {
    await inSpan('verify', { 'onboarding.connection': task.id }, (span) => this.#run(task, span));
  }

  async #run({ id, job }: Task, span: Span): Promise<void> {
    const { database, keys, verifier, log, metrics } = this.#options;
    const [row] = await database.query<Row>(
      "select * from connections where id = $1 and job = $2 and state = 'verifying'",
      [id, job],
    );
    if (!row) return;
    const { sealed, workspace, sealed_for: sealedFor, email } = row;
    const password = await keys
      .reopen(sealed as string, workspace, sealedFor ?? id, email)
      .catch((error: unknown) => {
        if (error instanceof RequestProblem) return undefined;
        throw error;
      });
    if (!password) {
      // Its key was revoked. Whoever asks is told that it is not here, and hands it in again, sealed with another.
      await database.query(
        `with gone as (delete from connections where id = $1 and job = $2 returning id)
         select pg_notify('${CHANGES}', id::text) from gone`,
        [id, job],
      );
      log('forgotten, its key is gone', { id });
      return;
    }
    let finished = 0;
    const checks = await verifier.verify(this.#mailboxOf(row, password), async (protocol, check) => {
      finished += 1;
      const { status, ...facts } = check;
      span.addEvent(protocol, { status, ...('code' in facts ? { code: facts.code } : {}) });
      metrics.logIn(protocol, row.provider, check);
      // The last is told together with what both say.
      if (finished === 1) await this.#report(row, protocol, check);
    });
    await this.#conclude(row, password, checks);
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

  async #report({ id, job }: Row, protocol: 'receiving' | 'sending', check: Check): Promise<void> {
    await this.#options.database.query(
      `with changed as (
         update connections set ${protocol} = $3, version = version + 1, updated_at = now()
          where id = $1 and job = $2 and state = 'verifying' returning id)
       select pg_notify('${CHANGES}', id::text) from changed`,
      [id, job, JSON.stringify(check)],
    );
  }

  async #conclude(row: Row, password: Secret, checks: [receiving: Check, sending: Check]): Promise<void> {
    const { database, keys, providers, connecting, log, metrics } = this.#options;
    const { id, job, attempt, workspace, email } = row;
    const { verdict, receiving, sending, advice } = conclude(...checks, providerOf(row, providers)?.guide);
    await database.transaction(
      async (queries) => {
        const { query } = queries;
        // Not if it was forgotten in the meantime, or another has been quicker.
        const [done] = await query(
          `update connections
              set state = 'done', verdict = $3, receiving = $4, sending = $5, advice = $6, version = version + 1,
                  sealed = case when $3 = 'verified' then null else sealed end, updated_at = now(),
                  mailbox = case when $3 = 'verified' then coalesce(
                    (select case when connection = connections.id then connections.mailbox else 'replaced' end
                       from mailboxes
                      where mailboxes.workspace = connections.workspace and mailboxes.email = connections.email),
                    'new') else mailbox end
            where id = $1 and job = $2 and state = 'verifying'
            returning pg_notify('${CHANGES}', id::text)`,
          [
            id,
            job,
            verdict,
            JSON.stringify(receiving),
            JSON.stringify(sending),
            advice ? JSON.stringify(advice) : null,
          ],
        );
        if (!done || verdict !== 'verified') return;
        await query(
          `with replaced as (
             insert into replaced_mailboxes (${MAILBOX}, replaced_by)
             select ${MAILBOX}, $1 from mailboxes where connection <> $1 and workspace = $2 and email = $3
             on conflict (workspace, email) do update
               set ${OTHERWISE}, replaced_by = excluded.replaced_by, replaced_at = excluded.replaced_at)
           insert into mailboxes (${MAILBOX})
           select workspace, email, provider, login, servers, page_host, template, $4, id, now() from connections
            where id = $1
           on conflict (workspace, email) do update set ${OTHERWISE}`,
          [id, workspace, email, keys.encrypt(password, workspace, email)],
        );
        await connecting.begin(queries, row);
      },
      [mailboxLock(workspace, email)],
    );
    metrics.verified(row.provider, verdict);
    log('verified', {
      audit: true,
      workspace,
      id,
      provider: row.provider,
      attempt,
      verdict,
      receiving: 'code' in receiving ? receiving.code : receiving.status,
      sending: 'code' in sending ? sending.code : sending.status,
    });
  }
}

/** Of two connections of one mailbox, one after the other replaces it. */
const mailboxLock = (workspace: string, email: string): string => `mailbox ${workspace} ${email}`;
