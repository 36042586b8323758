import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Check } from '../../../utils/onboarding/contract.ts';
import type { Mailbox } from './mailbox.ts';
import type { VerifierOptions } from './verify.ts';

/** How often a worker is looked at, in ms. */
const LOOK_EVERY_MS = 250;

/** A worker that has done nothing for so long is blocked, in ms. */
const SILENT_MS = 5000;

/** Until a worker has read its program, in ms. */
const START_MS = 30_000;

/** Beyond its own time a verification may take so much longer, in ms. */
const OVERDUE_MS = 15_000;

/** The most that a worker may hold, in MB: in objects, and in all. */
const MAX_HEAP_MB = 256;
const MAX_MEMORY_MB = 512;

/** How many workers do one verification each, beside the one that does all others. */
const MAX_ALONE = 2;

/** Why a worker is gone: it was blocked, held too much, ended by itself; or it has forgotten one verification. */
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

/** What a worker is started with. */
export interface Birth {
  kind: 'birth';
  /** Where `Verifier` is. */
  module: string;
  options: WorkerOptions;
}

export interface Question {
  kind: 'verify';
  number: number;
  ways: Omit<Mailbox, 'password'>;
  password: string;
}

export type Answer =
  /** It is alive, and holds so much. */
  | { kind: 'beat'; megabytes: number }
  | { kind: 'check'; number: number; protocol: 'receiving' | 'sending'; check: Check }
  | { kind: 'done'; number: number; checks: Checks }
  | { kind: 'failed'; number: number; error: string };

type WorkerOptions = Omit<VerifierOptions, 'wait'>;

export interface VerificationWorkersOptions {
  verifier: WorkerOptions;
  /** Another module that has a `Verifier`. */
  module?: string | undefined;
  /** Told when a worker is lost, and how many verifications with it. */
  lost: (loss: Loss, verifications: number) => void;
}

/**
 * Does verifications in processes of their own, since mail servers may say anything: what blocks one or fills its
 * memory ends that one and nothing else. (A thread that runs out of memory takes its process along.) One does them all.
 * What was under way in one that was lost is done by itself in another, so that it is seen which of them it was.
 */
export class VerificationWorkers implements Verifies {
  readonly #options: VerificationWorkersOptions;
  #common: WorkerProcess | undefined;
  /** Those that do one at a time, and who waits for one. */
  readonly #alone = new Set<WorkerProcess>();
  readonly #waiting: ((worker: WorkerProcess) => void)[] = [];

  constructor(options: VerificationWorkersOptions) {
    this.#options = options;
  }

  /** Starts the one that does them all. @throws Error when it can't */
  async open(): Promise<void> {
    await this.#shared().started;
  }

  async verify(mailbox: Mailbox, finished: Finished, alone = false): Promise<Checks> {
    if (!alone) return this.#shared().verify(mailbox, finished);
    const worker = await this.#takeAlone();
    try {
      return await worker.verify(mailbox, finished);
    } finally {
      this.#giveBack(worker);
    }
  }

  /** What is under way is lost. */
  async close(): Promise<void> {
    await Promise.all([this.#common, ...this.#alone].map((worker) => worker?.end('ended', false)));
  }

  #shared(): WorkerProcess {
    if (!this.#common || this.#common.isGone) this.#common = this.#start();
    return this.#common;
  }

  #start(): WorkerProcess {
    const { verifier, module = new URL('./verify.ts', import.meta.url).href, lost } = this.#options;
    return new WorkerProcess(module, verifier, lost);
  }

  async #takeAlone(): Promise<WorkerProcess> {
    if (this.#alone.size >= MAX_ALONE) {
      return new Promise((resolve) => this.#waiting.push(resolve));
    }
    const worker = this.#start();
    this.#alone.add(worker);
    return worker;
  }

  /** One that was not lost does the next. */
  #giveBack(worker: WorkerProcess): void {
    const next = this.#waiting.shift();
    if (next && !worker.isGone) {
      next(worker);
      return;
    }
    this.#alone.delete(worker);
    void worker.end('ended', false);
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

class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #underWay = new Map<number, UnderWay>();
  readonly #lost: (loss: Loss, verifications: number) => void;
  readonly #overdueMs: number;
  readonly #look: NodeJS.Timeout;
  readonly #isStarted = Promise.withResolvers<void>();
  readonly #hasEnded: Promise<void>;
  #numbers = 0;
  #beats = 0;
  #silentLooks = 0;
  isGone = false;

  constructor(module: string, options: WorkerOptions, lost: (loss: Loss, verifications: number) => void) {
    this.#lost = lost;
    this.#overdueMs = options.timeoutMs + OVERDUE_MS;
    const child = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
      // Nothing of the settings is for it: the master key is among them.
      env: {},
      execArgv: [`--max-old-space-size=${MAX_HEAP_MB}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child = child;
    this.#hasEnded = new Promise((resolve) => child.once('exit', () => resolve()));
    child.on('message', (answer: Answer) => this.#hear(answer));
    child.on('error', () => this.end('ended'));
    // Out of memory it ends itself, or is ended by the system.
    child.on('exit', (_, signal) => this.end(signal === null ? 'ended' : 'memory'));
    this.#isStarted.promise.catch(() => {});
    this.#say({ kind: 'birth', module, options });
    // Looks are counted, and no time: while this process does not get to look, nothing is said of that one.
    this.#look = setInterval(() => void this.#lookAfter(), LOOK_EVERY_MS);
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
    this.#say({ kind: 'verify', number, ways, password: password.open() });
    return promise.finally(() => {
      clearTimeout(overdue);
      this.#underWay.delete(number);
    });
  }

  /** @param isLoss it was not asked to */
  async end(loss: Loss, isLoss = true): Promise<void> {
    if (!this.isGone) {
      this.isGone = true;
      clearInterval(this.#look);
      this.#isStarted.reject(new WorkerLost(loss));
      const lost = [...this.#underWay.values()];
      if (isLoss) this.#lost(loss, lost.length);
      for (const { reject } of lost) reject(new WorkerLost(loss));
      this.#child.kill('SIGKILL');
    }
    if (this.#child.pid !== undefined) await this.#hasEnded;
  }

  #say(words: Birth | Question): void {
    // Who is gone is heard of by itself.
    this.#child.send(words, () => {});
  }

  #hear(answer: Answer): void {
    if (answer.kind === 'beat') {
      this.#beats += 1;
      this.#silentLooks = 0;
      this.#isStarted.resolve();
      if (answer.megabytes > MAX_MEMORY_MB) void this.end('memory');
      return;
    }
    const asked = this.#underWay.get(answer.number);
    switch (answer.kind) {
      case 'check': {
        const told = asked?.finished(answer.protocol, answer.check);
        // Whoever waits for the end hears of it.
        told?.catch(() => {});
        if (told) asked?.told.push(told);
        return;
      }
      case 'done':
        if (asked) Promise.all(asked.told).then(() => asked.resolve(answer.checks), asked.reject);
        return;
      case 'failed':
        asked?.reject(new VerifierFailed(answer.error));
    }
  }

  async #lookAfter(): Promise<void> {
    this.#silentLooks += 1;
    if (this.#silentLooks * LOOK_EVERY_MS >= (this.#beats > 0 ? SILENT_MS : START_MS)) {
      await this.end('blocked');
      return;
    }
    // One that is blocked does not say how much it holds.
    if (this.#silentLooks > 2 && (await residentMb(this.#child.pid)) > MAX_MEMORY_MB)
      await this.end('memory');
  }
}

/** How much a process holds, where the system tells, in MB. */
async function residentMb(pid: number | undefined): Promise<number> {
  const told = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+)/m.exec(told)?.[1] ?? 0) / 1024;
}
