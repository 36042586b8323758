import { Worker } from 'node:worker_threads';
import type { Check } from '../../../utils/onboarding/contract.ts';
import type { Mailbox } from './mailbox.ts';
import type { VerifierOptions } from './verify.ts';

/** How often a thread is looked at, in ms. */
const LOOK_EVERY_MS = 250;

/** A thread that has done nothing for so long is blocked, in ms. */
const SILENT_MS = 5000;

/** Until a thread has read its program, in ms. */
const START_MS = 30_000;

/** Beyond its own time a verification may take so much longer, in ms. */
const OVERDUE_MS = 15_000;

/** The most that a thread may hold, in MB: in objects, and together with what it has read. */
const MAX_HEAP_MB = 256;
const MAX_MEMORY_MB = 512;

/** How many threads do one verification each, beside the one that does all others. */
const MAX_ALONE = 2;

/** Why a thread is gone: it was blocked, held too much, ended by itself; or it has forgotten one verification. */
export type Loss = 'blocked' | 'memory' | 'ended' | 'overdue';

/** Whoever did the verification is gone, perhaps because of it. */
export class WorkerLost extends Error {
  readonly loss: Loss;

  constructor(loss: Loss) {
    super(`worker lost: ${loss}`);
    this.loss = loss;
  }
}

/** The verifier made a mistake. The message is its name and where it was, without the words. */
export class VerifierFailed extends Error {}

export interface Verifies {
  /**
   * @param finished called back with each result as it comes
   * @param alone it has lost a worker, or was there when one was lost: no other is to be lost with it
   * @throws WorkerLost, VerifierFailed
   */
  verify(mailbox: Mailbox, finished: Finished, alone?: boolean): Promise<Checks>;
}

type Finished = (protocol: 'receiving' | 'sending', check: Check) => Promise<void>;
type Checks = [receiving: Check, sending: Check];

/** What a thread is started with. */
export interface Birth {
  /** Where `Verifier` is. */
  module: string;
  options: ThreadOptions;
  /** How often it has said that it is alive; how much it holds, in MB. */
  pulse: Int32Array;
}

export interface Question {
  number: number;
  ways: Omit<Mailbox, 'password'>;
  password: string;
}

export type Answer = { number: number } & (
  | { kind: 'ready' }
  | { kind: 'check'; protocol: 'receiving' | 'sending'; check: Check }
  | { kind: 'done'; checks: Checks }
  | { kind: 'failed'; error: string }
);

type ThreadOptions = Omit<VerifierOptions, 'wait'>;

export interface VerificationThreadsOptions {
  verifier: ThreadOptions;
  /** Another module that has a `Verifier`. */
  module?: string | undefined;
  /** Told when a thread is lost, and how many verifications with it. */
  lost: (loss: Loss, verifications: number) => void;
}

/**
 * Does verifications in threads of their own, since mail servers may say anything: what blocks a thread or fills its
 * memory ends that thread and nothing else. One thread does them all. What was under way in one that was lost is done by
 * itself in another, so that it is seen which of them it was.
 */
export class VerificationThreads implements Verifies {
  readonly #options: VerificationThreadsOptions;
  #common: Thread | undefined;
  /** Those that do one at a time, and who waits for one. */
  readonly #alone = new Set<Thread>();
  readonly #waiting: ((thread: Thread) => void)[] = [];
  #isClosed = false;

  constructor(options: VerificationThreadsOptions) {
    this.#options = options;
  }

  /** Starts the one that does them all. @throws Error when it can't */
  async open(): Promise<void> {
    await this.#shared().started;
  }

  async verify(mailbox: Mailbox, finished: Finished, alone = false): Promise<Checks> {
    if (!alone) return this.#shared().verify(mailbox, finished);
    const thread = await this.#takeAlone();
    try {
      return await thread.verify(mailbox, finished);
    } finally {
      this.#giveBack(thread);
    }
  }

  /** What is under way is lost. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#common, ...this.#alone].map((thread) => thread?.end('ended')));
  }

  #shared(): Thread {
    if (!this.#common || this.#common.isGone) this.#common = this.#start();
    return this.#common;
  }

  #start(): Thread {
    const { verifier, module = new URL('./verify.ts', import.meta.url).href, lost } = this.#options;
    return new Thread(module, verifier, (loss, verifications) => {
      if (!this.#isClosed) lost(loss, verifications);
    });
  }

  async #takeAlone(): Promise<Thread> {
    if (this.#alone.size >= MAX_ALONE) {
      return new Promise((resolve) => this.#waiting.push(resolve));
    }
    const thread = this.#start();
    this.#alone.add(thread);
    return thread;
  }

  /** One that was not lost does the next. */
  #giveBack(thread: Thread): void {
    const next = this.#waiting.shift();
    if (next && !thread.isGone) {
      next(thread);
      return;
    }
    this.#alone.delete(thread);
    void thread.end('ended');
    if (!next) return;
    const another = this.#start();
    this.#alone.add(another);
    next(another);
  }
}

interface UnderWay {
  finished: Finished;
  told: Promise<void>[];
  resolve: (checks: Checks) => void;
  reject: (error: Error) => void;
}

class Thread {
  readonly #worker: Worker;
  readonly #pulse = new Int32Array(new SharedArrayBuffer(8));
  readonly #underWay = new Map<number, UnderWay>();
  readonly #lost: (loss: Loss, verifications: number) => void;
  readonly #overdueMs: number;
  readonly #look: NodeJS.Timeout;
  readonly #isStarted = Promise.withResolvers<void>();
  #numbers = 0;
  #beats = 0;
  #looks = 0;
  isGone = false;

  constructor(module: string, options: ThreadOptions, lost: (loss: Loss, verifications: number) => void) {
    this.#lost = lost;
    this.#overdueMs = options.timeoutMs + OVERDUE_MS;
    const birth: Birth = { module, options, pulse: this.#pulse };
    this.#worker = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: birth,
      // Nothing of the settings is for it: the master key is among them.
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    this.#worker.on('message', (answer: Answer) => this.#hear(answer));
    this.#worker.on('error', (error: NodeJS.ErrnoException) =>
      this.end(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'ended', error),
    );
    this.#worker.on('exit', () => this.end('ended'));
    // Counted, and not timed: while this thread does not get to look, nothing is said of that one.
    this.#look = setInterval(() => this.#lookAfter(), LOOK_EVERY_MS);
    this.#isStarted.promise.catch(() => {});
  }

  get started(): Promise<void> {
    return this.#isStarted.promise;
  }

  verify({ password, ...ways }: Mailbox, finished: Finished): Promise<Checks> {
    if (this.isGone) return Promise.reject(new WorkerLost('ended'));
    const number = this.#numbers++;
    const { promise, resolve, reject } = Promise.withResolvers<Checks>();
    this.#underWay.set(number, { finished, told: [], resolve, reject });
    const overdue = setTimeout(() => reject(new WorkerLost('overdue')), this.#overdueMs);
    const question: Question = { number, ways, password: password.open() };
    this.#worker.postMessage(question);
    return promise.finally(() => {
      clearTimeout(overdue);
      this.#underWay.delete(number);
    });
  }

  async end(loss: Loss, why?: Error): Promise<void> {
    if (this.isGone) return;
    this.isGone = true;
    clearInterval(this.#look);
    this.#isStarted.reject(why ?? new WorkerLost(loss));
    const lost = [...this.#underWay.values()];
    this.#lost(loss, lost.length);
    for (const { reject } of lost) reject(new WorkerLost(loss));
    await this.#worker.terminate();
  }

  #hear(answer: Answer): void {
    if (answer.kind === 'ready') this.#isStarted.resolve();
    const asked = this.#underWay.get(answer.number);
    if (!asked) return;
    switch (answer.kind) {
      case 'check': {
        const told = asked.finished(answer.protocol, answer.check);
        // Whoever waits for the end hears of it.
        told.catch(() => {});
        asked.told.push(told);
        return;
      }
      case 'done':
        Promise.all(asked.told).then(() => asked.resolve(answer.checks), asked.reject);
        return;
      case 'failed':
        asked.reject(new VerifierFailed(answer.error));
    }
  }

  #lookAfter(): void {
    const beats = Atomics.load(this.#pulse, 0);
    const isStarted = beats > 0;
    this.#looks = beats === this.#beats ? this.#looks + 1 : 0;
    this.#beats = beats;
    if (Atomics.load(this.#pulse, 1) > MAX_MEMORY_MB) void this.end('memory');
    else if (this.#looks * LOOK_EVERY_MS >= (isStarted ? SILENT_MS : START_MS)) void this.end('blocked');
  }
}
