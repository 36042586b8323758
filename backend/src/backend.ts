import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import project from '../../package.json' with { type: 'json' };
import { loadProviders } from '../../providers/registry/node.ts';
import { problemTypes } from '../../utils/onboarding/contract.ts';
import { createApp } from './app.ts';
import { type Config, DEFAULT_WORKSPACE } from './config.ts';
import { Connections } from './connections/connections.ts';
import { Verifications } from './connections/verification.ts';
import { openDatabase } from './database/open.ts';
import { type Answer, createHttpServer } from './http-server.ts';
import { Jobs } from './jobs.ts';
import { KeyRing } from './keys.ts';
import { Limits } from './limits.ts';
import { mailOf } from './mail.ts';
import { Metrics } from './observability/metrics.ts';
import { startTracing } from './observability/tracing.ts';
import { RequestProblem, respond } from './problems.ts';
import { Connecting } from './saleshandy/connecting.ts';
import { openSecrets } from './secrets.ts';
import { SignIn } from './sign-in/sign-in.ts';
import { VerificationWorkers } from './verification/workers.ts';

const HOUSEKEEPING_EVERY_MS = 3_600_000;

/** What is shorter was cut off, and would be guessed. */
const MIN_TOKEN_LENGTH = 16;

/** Workspaces whose mailboxes this process connects in Saleshandy at once. Of each, one after the other. */
const CONNECTING_AT_ONCE = 20;

export interface RunningBackend {
  /** Where it is to be reached. */
  url: string;
  token: string;
  /** Stops taking requests, lets running verifications finish as long as the settings allow, closes the database. */
  stop: () => Promise<void>;
}

/**
 * Starts the backend.
 * @param verifierModule another module that has a `Verifier`, for tests
 * @throws Error when the port is taken, or the data folder is in use or can't be written
 */
export async function startBackend(config: Config, verifierModule?: string): Promise<RunningBackend> {
  const logger = pino({ level: config.logLevel, base: null });
  const log = (message: string, facts: Record<string, unknown>): void => logger.info(facts, message);

  const stopTracing = await startTracing(process.env, project.version);
  const providers = await loadProviders();
  const metrics = new Metrics(providers.keys());
  const database = await openDatabase({ url: config.databaseUrl, dataDir: config.dataDir });
  let http: Server | undefined;
  let jobs: Jobs | undefined;
  let workers: VerificationWorkers | undefined;
  try {
    const { secrets, master } = await openSecrets(config, async () => database);
    const token =
      config.token ??
      (await secrets.read('access-token', async () => randomBytes(24).toString('base64url'))).content;
    if (token.length < MIN_TOKEN_LENGTH) {
      throw new Error(
        `${secrets.place('access-token')} does not hold an access token. Remove it to have another made.`,
      );
    }

    // The port may be chosen by the system, and the origins depend on it: listens first, answers later.
    let answer: Answer = () =>
      respond(new RequestProblem(problemTypes.starting, 503, 'The backend is starting.', 1));
    http = createHttpServer((request, bindings) => answer(request, bindings), config.http);
    const port = await listen(http, config.host, config.port);
    const origins =
      config.publicOrigins.length > 0
        ? config.publicOrigins
        : ['localhost', '127.0.0.1', '[::1]'].map((name) => `http://${name}:${port}`);

    const keys = await KeyRing.open(secrets, master, origins);
    const { domains, verifier } = mailOf(config, providers, log);
    workers = new VerificationWorkers({
      verifier,
      module: verifierModule,
      lost: (loss, lost) => {
        log('verification worker lost', { loss, verifications: lost });
        metrics.lostWorker(loss);
      },
    });
    const verifying = workers;
    const isVerifying = verifying.open();
    // It is waited for below.
    isVerifying.catch(() => {});
    const limits = new Limits(config.limits);
    jobs = await Jobs.open(database, log);
    const queue = await jobs.queue('verify', {
      atOnce: config.verificationsAtOnce,
      perGroup: config.verificationsPerHost,
    });
    const connections = new Connections({ database, jobs, queue, keys, limits, providers, domains });
    const connecting = new Connecting({
      database,
      queue: await jobs.queue('connect', { atOnce: CONNECTING_AT_ONCE, perGroup: 1 }),
      keys,
      providers,
      undoSeconds: config.saleshandy.undoSeconds,
      address: config.saleshandy.address,
      defaultKey: config.saleshandy.key,
      log,
    });
    const verifications = new Verifications({
      database,
      keys,
      verifier: verifying,
      limits,
      providers,
      connecting,
      log,
      metrics,
    });
    metrics.watch({ running: () => queue.running, queue: () => queue.count() });
    const url = origins[0] as string;
    let isStopping = false;
    const signIn =
      config.signIn &&
      (await SignIn.open({
        ...config.signIn,
        saleshandy: config.saleshandy.address,
        secrets,
        database,
        keys,
        limits,
        origins,
        appUrl: config.appUrl,
        log,
      }));
    const app = createApp({
      connections,
      domains,
      keys,
      token,
      signIn,
      limits,
      trustedProxies: config.trustedProxies,
      workspace: {
        id: DEFAULT_WORKSPACE,
        name: config.workspaceName,
        ...(config.appUrl ? { app: config.appUrl } : {}),
      },
      origin: url,
      version: project.version,
      unready: async () => {
        if (isStopping) return 'it is stopping';
        return database.query('select 1').then(
          () => undefined,
          () => 'the database does not answer',
        );
      },
      log,
      metrics,
    });
    const keepHouse = async (): Promise<void> => {
      await connections.forgetOld();
      await limits.forgetOld(database);
      await signIn?.forgetOld();
      await keys.encryption.keepFresh(config.keyDays, await connections.keysInUse());
    };
    await keepHouse();
    await isVerifying;
    await connections.open();
    await connections.resume();
    await queue.start((task) => verifications.run(task));
    await connecting.start();
    answer = app.fetch;
    const housekeeping = setInterval(() => {
      keepHouse().catch((error: unknown) => log('housekeeping failed', { error: String(error) }));
    }, HOUSEKEEPING_EVERY_MS);

    const [server, running] = [http, jobs];
    const metricsServer =
      config.metricsPort === undefined ? undefined : await metrics.serve(config.host, config.metricsPort);
    return {
      url,
      token,
      stop: async () => {
        isStopping = true;
        clearInterval(housekeeping);
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        connections.stopWaiting();
        // What is cut short is as if the process had been killed: another one takes it up.
        await running.stop(config.stopTimeoutMs);
        await verifications.release();
        await verifying.close();
        server.closeAllConnections();
        metricsServer?.close();
        await closed;
        await database.close();
        await stopTracing();
      },
    };
  } catch (error) {
    http?.close();
    await jobs?.stop(0);
    await workers?.close();
    await database.close();
    throw error;
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE' ? new Error(`Port ${port} is taken. Set PORT to another one.`) : error,
      ),
    );
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
