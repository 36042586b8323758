import { createServer, type Server } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Check, Verdict } from '../../../utils/onboarding/contract.ts';
import type { Loss } from '../verification/workers.ts';

/** From a request that only reads to a long poll, in seconds. */
const REQUEST_SECONDS = [0.005, 0.02, 0.05, 0.1, 0.5, 1, 5, 10, 20];

/** From a server next door to the longest a protocol may take, in seconds. */
const LOG_IN_SECONDS = [0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 20, 30];

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'DELETE']);

/** What is counted, for Prometheus. No label says whose mailbox it was. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Histogram({
    name: 'onboarding_request_seconds',
    help: 'Time to answer a request; a long poll waits on purpose',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_SECONDS,
    registers: [this.#registry],
  });
  readonly #logIns = new Histogram({
    name: 'onboarding_log_in_seconds',
    help: 'Time of one protocol of a verification, over all servers tried; code is ok, or why not',
    labelNames: ['protocol', 'provider', 'code'],
    buckets: LOG_IN_SECONDS,
    registers: [this.#registry],
  });
  readonly #verdicts = new Counter({
    name: 'onboarding_verifications_total',
    help: 'Finished verifications',
    labelNames: ['provider', 'verdict'],
    registers: [this.#registry],
  });

  readonly #lostWorkers = new Counter({
    name: 'onboarding_lost_workers_total',
    help: 'Processes of verifications that were blocked, held too much memory, or ended by themselves',
    labelNames: ['loss'],
    registers: [this.#registry],
  });
  readonly #givenUp = new Counter({
    name: 'onboarding_verifications_given_up_total',
    help: 'Verifications that ended as unknown because workers were lost at them',
    registers: [this.#registry],
  });
  readonly #refusedBackend = new Counter({
    name: 'onboarding_backend_refused_total',
    help: "Log-ins for which a mail server refused this backend's own address or name, whatever the mailbox",
    registers: [this.#registry],
  });
  readonly #providers: ReadonlySet<string>;

  /** @param providers those that are counted by name; callers say which one it is, and could say anything */
  constructor(providers: Iterable<string> = []) {
    this.#providers = new Set(providers);
    collectDefaultMetrics({ register: this.#registry });
  }

  /** Values that are asked for when somebody looks. */
  watch(values: { running: () => number; queue: () => Promise<{ waiting: number; active: number }> }): void {
    const registers = [this.#registry];
    new Gauge({
      name: 'onboarding_verifications_running',
      help: 'Verifications this process has under way',
      registers,
      collect() {
        this.set(values.running());
      },
    });
    new Gauge({
      name: 'onboarding_queue_jobs',
      help: 'Verifications in the queue, of all replicas, as counted every few seconds',
      labelNames: ['state'],
      registers,
      async collect() {
        const { waiting, active } = await values.queue();
        this.set({ state: 'waiting' }, waiting);
        this.set({ state: 'active' }, active);
      },
    });
  }

  request(method: string, route: string, status: number, ms: number): void {
    this.#requests.observe({ method: METHODS.has(method) ? method : 'other', route, status }, ms / 1000);
  }

  logIn(protocol: 'receiving' | 'sending', provider: string, check: Check): void {
    if (check.status === 'pending') return;
    const code = check.status === 'ok' ? 'ok' : check.code;
    this.#logIns.observe({ protocol, provider: this.#labelOf(provider), code }, check.ms / 1000);
  }

  verified(provider: string, verdict: Verdict): void {
    this.#verdicts.inc({ provider: this.#labelOf(provider), verdict });
  }

  lostWorker(loss: Loss): void {
    this.#lostWorkers.inc({ loss });
  }

  givenUp(): void {
    this.#givenUp.inc();
  }

  refusedBackend(): void {
    this.#refusedBackend.inc();
  }

  #labelOf(provider: string): string {
    return this.#providers.has(provider) ? provider : 'other';
  }

  /** Serves them at `/metrics`, at a port of their own that need not be open to the world. */
  async serve(host: string, port: number): Promise<Server> {
    const server = createServer(async (request, response) => {
      if (request.url !== '/metrics') {
        response.writeHead(404).end();
        return;
      }
      try {
        const text = await this.#registry.metrics();
        response.writeHead(200, { 'Content-Type': this.#registry.contentType }).end(text);
      } catch {
        // The database is away, whose queue is counted.
        response.writeHead(503).end();
      }
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, host, resolve);
    });
    return server;
  }
}
