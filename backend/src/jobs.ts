import { setTimeout as passed } from 'node:timers/promises';
import { type Job, PgBoss } from 'pg-boss';
import type { Database, Queries } from './database/database.ts';

/** A job whose worker says nothing for so long is given to another: the least the library allows. */
const HEARTBEAT_SECONDS = 10;
const HEARTBEAT_EVERY_MS = 3000;

/** How often somebody looks for jobs whose worker is gone. */
const SUPERVISE_SECONDS = 2;

/** What was not heard of, a retry above all, is found after so long. */
const POLL_MS = 1000;

/** What comes up shortly after a statement is gathered for so long, so that hundreds at once share one. */
const GATHER_MS = 25;

/** With fewer under way nobody waits for others. */
const MANY = 8;

/** What is done is deleted after so long, when the tables are tidied up. */
const KEEP_DONE_SECONDS = 60;
const TIDY_UP_SECONDS = 600;

/** Beside the pool of the requests. */
const CONNECTIONS = 4;

/** Something to be done for a connection, by any replica. */
export interface Task {
  /** The connection's id. */
  id: string;
  /** The job's own. */
  job: string;
}

type Queued = Pick<Task, 'id'>;
type Log = (message: string, facts: Record<string, unknown>) => void;

/** Thrown by work that is to be done again after some time, which is no failure. */
export class Later extends Error {
  readonly seconds: number;

  constructor(seconds: number) {
    super(`again in ${seconds} s`);
    this.seconds = seconds;
  }
}

/** The queues of jobs, in the database: what is in them outlives every process. */
export class Jobs {
  readonly #boss: PgBoss;
  readonly #database: Database;
  readonly #log: Log;
  readonly #queues: Queue[] = [];

  static async open(database: Database, log: Log): Promise<Jobs> {
    const boss = new PgBoss({
      ...database.jobs,
      max: CONNECTIONS,
      application_name: 'onboarding-backend jobs',
      schedule: false,
      registerInstance: false,
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
      maintenanceIntervalSeconds: TIDY_UP_SECONDS,
    });
    boss.on('error', (error) => log('queue failed', { error: String(error) }));
    boss.on('warning', ({ message }) => log('queue warns', { warning: message }));
    await boss.start();
    return new Jobs(boss, database, log);
  }

  private constructor(boss: PgBoss, database: Database, log: Log) {
    this.#boss = boss;
    this.#database = database;
    this.#log = log;
  }

  async queue(name: string, limits: QueueLimits): Promise<Queue> {
    await this.#boss.createQueue(name, {
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
    if (!this.#database.isShared) await this.#takeUp(name);
    const queue = new Queue(this.#boss, name, limits, this.#log);
    this.#queues.push(queue);
    return queue;
  }

  /**
   * Calls back with what any replica says on a channel of the database.
   * @param missed told whenever something may have been said that was not heard
   */
  async listen(channel: string, heard: (payload: string) => void, missed?: () => void): Promise<void> {
    await this.#boss.getDb().listen?.(channel, heard, missed ?? (() => {}));
  }

  /** Takes no more, and waits for what is under way, for `timeoutMs` at most. What is left another replica takes up. */
  async stop(timeoutMs: number): Promise<void> {
    const late = new AbortController();
    await Promise.race([
      Promise.all(this.#queues.map((queue) => queue.stop())),
      passed(timeoutMs, undefined, { signal: late.signal }).catch(() => {}),
    ]);
    late.abort();
    await this.#boss.stop({ graceful: false });
  }

  /** Nobody else works on an embedded database, so whoever had these jobs is gone. */
  async #takeUp(name: string): Promise<void> {
    const left = await this.#database.query<{ id: string }>(
      `select id from pgboss.job where name = $1 and state = 'active'`,
      [name],
    );
    for (const { id } of left) await this.#boss.fail(name, id, { message: 'its process is gone' });
    await this.#database.query(
      `update pgboss.job set start_after = now() where name = $1 and state = 'retry'`,
      [name],
    );
  }
}

export interface QueueLimits {
  /** How many jobs this process has under way at most. */
  atOnce: number;
  /** How many of one group all replicas together have under way at most. */
  perGroup: number;
}

/**
 * Jobs of one kind. A job is worked on by one replica, and by another once that one is gone. Of what the queue library
 * offers, its own workers are not used: each asks the database by itself whenever anything comes, and there would be
 * hundreds.
 */
export class Queue {
  readonly #boss: PgBoss;
  readonly #name: string;
  readonly #limits: QueueLimits;
  readonly #log: Log;
  readonly #running = new Map<string, { job: Job<Queued>; over: Promise<void> }>();
  #work: ((task: Task) => Promise<void>) | undefined;
  #poll: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #done: Job<Queued>[] = [];
  #completing: Promise<void> = Promise.resolve();
  #gathering: Promise<void> = Promise.resolve();
  #isWanted = false;
  #isFetching = false;

  /** Made by `Jobs`. */
  constructor(boss: PgBoss, name: string, limits: QueueLimits, log: Log) {
    this.#boss = boss;
    this.#name = name;
    this.#limits = limits;
    this.#log = log;
  }

  /** How many this process has under way. */
  get running(): number {
    return this.#running.size;
  }

  /** How many wait, and how many are worked on, by all replicas; a few seconds old. */
  async count(): Promise<{ waiting: number; active: number }> {
    const queue = await this.#boss.getQueue(this.#name);
    return { waiting: queue?.readyCount ?? 0, active: queue?.activeCount ?? 0 };
  }

  /**
   * Adds a job with the transaction that has made it necessary. Call `wake()` once that is committed.
   * @param group whose limit it counts for
   * @param startAfter in seconds
   */
  async add(queries: Queries, { id, job }: Task, group: string, startAfter = 0): Promise<void> {
    const options = { id: job, group: { id: group }, startAfter, db: asBossDatabase(queries) };
    await this.#boss.send(this.#name, { id }, options);
  }

  /** Whether it waits or is worked on. */
  async has(queries: Queries, { job }: Task): Promise<boolean> {
    const options = { id: job, db: asBossDatabase(queries) };
    const [found] = await this.#boss.findJobs(this.#name, options);
    return found !== undefined && ['created', 'retry', 'active'].includes(found.state);
  }

  /**
   * Begins to work.
   * @param work may fail, and then is done again later
   */
  async start(work: (task: Task) => Promise<void>): Promise<void> {
    this.#work = work;
    await this.#boss.getDb().listen?.(
      this.#channel,
      () => this.#fetchSoon(),
      () => this.#fetchSoon(),
    );
    this.#poll = setInterval(() => this.#fetchSoon(), POLL_MS);
    this.#heartbeat = setInterval(() => void this.#beat(), HEARTBEAT_EVERY_MS);
    this.#fetchSoon();
  }

  /** Says that something was added: to itself while there is room, to the others where there is none. */
  wake(): void {
    if (this.#running.size < this.#limits.atOnce) {
      this.#fetchSoon();
      return;
    }
    this.#boss
      .getDb()
      .executeSql(`select pg_notify('${this.#channel}', '')`)
      // They look by themselves as well.
      .catch(() => {});
  }

  /** Takes no more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#work = undefined;
    clearInterval(this.#poll);
    await Promise.all([...this.#running.values()].map(({ over }) => over));
    // Until then it has to be said that somebody works on it.
    clearInterval(this.#heartbeat);
  }

  get #channel(): string {
    return `jobs_${this.#name}`;
  }

  #fetchSoon(): void {
    this.#isWanted = true;
    if (!this.#isFetching) this.#fetch().catch(this.#failed);
  }

  async #fetch(): Promise<void> {
    const { atOnce, perGroup } = this.#limits;
    this.#isFetching = true;
    try {
      // Nothing is awaited between the last look and the end, so that no wish falls between.
      while (this.#work && this.#isWanted && this.#running.size < atOnce) {
        this.#isWanted = false;
        const batchSize = atOnce - this.#running.size;
        const jobs = await this.#boss.fetch<Queued>(this.#name, { batchSize, groupConcurrency: perGroup });
        for (const job of jobs) this.#run(job, this.#work);
        if (this.#running.size >= MANY) await passed(GATHER_MS);
      }
    } finally {
      this.#isFetching = false;
    }
  }

  #run(job: Job<Queued>, work: (task: Task) => Promise<void>): void {
    // Nothing was heard of it while the database was away, so it was given out again. It is still worked on.
    if (this.#running.has(job.id)) return;
    const over = work({ id: job.data.id, job: job.id })
      .then(
        () => this.#complete(job),
        (error: unknown) => this.#putOff(job, error),
      )
      // The queue hears nothing of it any more, so another will take it up.
      .catch(this.#failed)
      .finally(() => {
        this.#running.delete(job.id);
        this.#fetchSoon();
      });
    this.#running.set(job.id, { job, over });
  }

  /** Those that end while others are being written down, or shortly after, are written down together. */
  #complete(job: Job<Queued>): Promise<void> {
    this.#done.push(job);
    const completing = this.#completing.then(async () => {
      const done = this.#done.splice(0);
      if (done.length === 0) return;
      await this.#boss.complete(this.#name, done as never);
      if (this.#running.size >= MANY) this.#gathering = passed(GATHER_MS);
    });
    // What could not be written down is done again; what comes after it is not to wait for ever.
    this.#completing = completing.catch(() => {}).then(() => this.#gathering);
    return completing;
  }

  async #putOff(job: Job<Queued>, error: unknown): Promise<void> {
    const isWaiting = error instanceof Later;
    if (!isWaiting) this.#log(`${this.#name} broke off`, { id: job.data.id, error: String(error) });
    await this.#boss.fail(this.#name, job as never, { message: String(error) });
    if (isWaiting) await this.#boss.update(this.#name, undefined, { id: job.id, startAfter: error.seconds });
  }

  async #beat(): Promise<void> {
    if (this.#running.size === 0) return;
    const jobs = [...this.#running.values()].map(({ job }) => job);
    await this.#boss.touch(this.#name, jobs as never).catch(this.#failed);
  }

  readonly #failed = (error: unknown): void => this.#log('queue failed', { error: String(error) });
}

const asBossDatabase = ({ query }: Queries) => ({
  executeSql: async (text: string, values?: unknown[]) => ({ rows: await query<unknown>(text, values) }),
});
