import { setTimeout as passed } from 'node:timers/promises';
import { type Job, PgBoss } from 'pg-boss';
import type { Database, Queries } from './database/database.ts';

/** Its queue, and the channel on which replicas with no room left tell the others of it. */
const VERIFY = 'verify';

/** A job whose worker says nothing for so long is given to another: the least the queue allows. */
const HEARTBEAT_SECONDS = 10;
const HEARTBEAT_EVERY_MS = 3000;

/** How often somebody looks for jobs whose worker is gone. */
const SUPERVISE_SECONDS = 2;

/** What was not heard of, a retry above all, is found after so long. */
const POLL_MS = 1000;

/** What is done is deleted from the queue after so long, when it is tidied up. */
const KEEP_DONE_SECONDS = 60;
const TIDY_UP_SECONDS = 600;

/** Beside the pool of the requests. */
const CONNECTIONS = 4;

/** A verification to be done, by any replica. */
export interface Verification {
  /** The connection's id. */
  id: string;
  /** The job's own. */
  job: string;
}

type Queued = Pick<Verification, 'id'>;

export interface JobsOptions {
  database: Database;
  /** How many verifications this process has under way at most. */
  atOnce: number;
  /** How many log-ins at one mail host all replicas together have under way at most. */
  perHost: number;
  log: (message: string, facts: Record<string, unknown>) => void;
}

/**
 * The queue of verifications, in the database: what is in it outlives every process. A job is worked on by one replica,
 * and by another once that one is gone. Of what the queue library offers, its own workers are not used: each asks the
 * database by itself whenever anything comes, and there would be hundreds.
 */
export class Jobs {
  readonly #boss: PgBoss;
  readonly #options: JobsOptions;
  readonly #running = new Map<string, { job: Job<Queued>; over: Promise<void> }>();
  #work: ((verification: Verification) => Promise<void>) | undefined;
  #timers: NodeJS.Timeout[] = [];
  #isWanted = false;
  #isFetching = false;

  static async open(options: JobsOptions): Promise<Jobs> {
    const boss = new PgBoss({
      ...options.database.jobs,
      max: CONNECTIONS,
      application_name: 'onboarding-backend jobs',
      schedule: false,
      registerInstance: false,
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
      maintenanceIntervalSeconds: TIDY_UP_SECONDS,
    });
    boss.on('error', (error) => options.log('queue failed', { error: String(error) }));
    boss.on('warning', ({ message }) => options.log('queue warns', { warning: message }));
    await boss.start();
    await boss.createQueue(VERIFY, {
      heartbeatSeconds: HEARTBEAT_SECONDS,
      // Whoever works on it bounds the time. This is for one who is alive and has forgotten it.
      expireInSeconds: 600,
      // Nothing is given up: a database that is away comes back.
      retryLimit: 10_000,
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: 60,
      deleteAfterSeconds: KEEP_DONE_SECONDS,
    });
    return new Jobs(boss, options);
  }

  private constructor(boss: PgBoss, options: JobsOptions) {
    this.#boss = boss;
    this.#options = options;
  }

  /** Verifications this process has under way. */
  get running(): number {
    return this.#running.size;
  }

  /** How many wait for a worker, and how many are worked on, by all replicas. */
  async count(): Promise<{ waiting: number; active: number }> {
    const queue = await this.#boss.getQueue(VERIFY);
    return { waiting: queue?.readyCount ?? 0, active: queue?.activeCount ?? 0 };
  }

  /**
   * Adds a verification with the transaction that has made it necessary. Call `wake()` once that is committed.
   * @param host where it logs in, for the limit
   */
  async add(queries: Queries, { id, job }: Verification, host: string): Promise<void> {
    await this.#boss.send(
      VERIFY,
      { id },
      {
        id: job,
        group: { id: host },
        db: asBossDatabase(queries),
      },
    );
  }

  /** Whether it is in the queue or worked on. */
  async has(queries: Queries, { job }: Verification): Promise<boolean> {
    const [found] = await this.#boss.findJobs(VERIFY, { id: job, db: asBossDatabase(queries) });
    return found !== undefined && ['created', 'retry', 'active'].includes(found.state);
  }

  /**
   * Begins to work on what is in the queue.
   * @param work may fail, and then is done again later
   */
  async start(work: (verification: Verification) => Promise<void>): Promise<void> {
    if (!this.#options.database.isShared) await this.#takeUp();
    this.#work = work;
    await this.listen(VERIFY, () => this.#fetchSoon());
    this.#timers = [
      setInterval(() => this.#fetchSoon(), POLL_MS),
      setInterval(() => void this.#beat(), HEARTBEAT_EVERY_MS),
    ];
    this.#fetchSoon();
  }

  /** Says that something was added: to itself while there is room, to the others where there is none. */
  wake(): void {
    if (this.#running.size < this.#options.atOnce) {
      this.#fetchSoon();
      return;
    }
    this.#boss
      .getDb()
      .executeSql(`select pg_notify('${VERIFY}', '')`)
      // They look by themselves as well.
      .catch(() => {});
  }

  /**
   * Calls back with what any replica says on a channel of the database.
   * @param missed told whenever something may have been said that was not heard
   */
  async listen(
    channel: string,
    heard: (payload: string) => void,
    missed: () => void = () => {},
  ): Promise<void> {
    await this.#boss.getDb().listen?.(channel, heard, missed);
  }

  /** Takes no more, and waits for what is under way, for `timeoutMs` at most. What is left another replica takes up. */
  async stop(timeoutMs: number): Promise<void> {
    this.#work = undefined;
    for (const timer of this.#timers) clearInterval(timer);
    const over = Promise.all([...this.#running.values()].map((run) => run.over));
    const late = new AbortController();
    // It has to be told until the end that somebody works on it.
    const beat = setInterval(() => void this.#beat(), HEARTBEAT_EVERY_MS);
    await Promise.race([over, passed(timeoutMs, undefined, { signal: late.signal }).catch(() => {})]);
    late.abort();
    clearInterval(beat);
    await this.#boss.stop({ graceful: false });
  }

  /** Nobody else works on an embedded database, so whoever had these jobs is gone. */
  async #takeUp(): Promise<void> {
    const left = await this.#options.database.query<{ id: string }>(
      `select id from pgboss.job where name = $1 and state = 'active'`,
      [VERIFY],
    );
    for (const { id } of left) await this.#boss.fail(VERIFY, id, { message: 'its process is gone' });
    await this.#options.database.query(
      `update pgboss.job set start_after = now() where name = $1 and state = 'retry'`,
      [VERIFY],
    );
  }

  #fetchSoon(): void {
    this.#isWanted = true;
    if (this.#isFetching) return;
    this.#isFetching = true;
    this.#fetch()
      .catch((error: unknown) => this.#options.log('queue failed', { error: String(error) }))
      .finally(() => {
        this.#isFetching = false;
      });
  }

  async #fetch(): Promise<void> {
    const { atOnce, perHost } = this.#options;
    while (this.#work && this.#isWanted && this.#running.size < atOnce) {
      this.#isWanted = false;
      const batchSize = atOnce - this.#running.size;
      const jobs = await this.#boss.fetch<Queued>(VERIFY, { batchSize, groupConcurrency: perHost });
      for (const job of jobs) this.#run(job, this.#work);
    }
  }

  #run(job: Job<Queued>, work: (verification: Verification) => Promise<void>): void {
    const finish = async (): Promise<void> => {
      try {
        await work({ id: job.data.id, job: job.id });
        await this.#boss.complete(VERIFY, job as never);
      } catch (error) {
        this.#options.log('verification broke off', { id: job.data.id, error: String(error) });
        await this.#boss.fail(VERIFY, job as never, { message: String(error) });
      }
    };
    const over = finish()
      // Nobody hears of it any more, so another will take it up.
      .catch((error: unknown) => this.#options.log('queue failed', { error: String(error) }))
      .finally(() => {
        this.#running.delete(job.id);
        this.#fetchSoon();
      });
    this.#running.set(job.id, { job, over });
  }

  async #beat(): Promise<void> {
    if (this.#running.size === 0) return;
    const jobs = [...this.#running.values()].map(({ job }) => job);
    await this.#boss.touch(VERIFY, jobs as never).catch((error: unknown) => {
      this.#options.log('queue failed', { error: String(error) });
    });
  }
}

const asBossDatabase = ({ query }: Queries) => ({
  executeSql: async (text: string, values?: unknown[]) => ({ rows: await query<unknown>(text, values) }),
});
