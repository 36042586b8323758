import { execFile, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const MAIN = fileURLToPath(new URL('../../backend/src/main.ts', import.meta.url));

/** The variable that names an empty database to start with (`database-template.ts`). Without it one is created. */
export const DATABASE_TEMPLATE = 'ONBOARDING_TEST_DATABASE';

export interface BackendProcess {
  url: string;
  token: string;
  pid: number;
  /** Everything it has printed so far. */
  log(): string;
  /** Asks it to stop and waits until it has. */
  stop(): Promise<void>;
  /** Kills it, as a power cut or the system would, and waits until it is gone. */
  kill(): Promise<void>;
}

/**
 * Starts the onboarding backend as a process of its own. Nothing of this process's environment but `PATH` reaches it.
 * @throws Error with what it printed, when it ends before it is ready
 */
export async function startBackendProcess({
  dataDir,
  env = {},
  port = 0,
  main = MAIN,
}: {
  /** Another program that starts it. */
  main?: string | undefined;
  dataDir: string;
  env?: Record<string, string>;
  /** 0 lets the system choose; the port of an earlier one restarts it there. */
  port?: number;
}): Promise<BackendProcess> {
  if (!env.DATABASE_URL) await copyTemplate(dataDir);
  const child = fork(main, {
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      ONBOARDING_DATA_DIR: dataDir,
      // One test after the other tries the same mailbox; whoever looks at the limit sets it.
      ONBOARDING_VERIFICATIONS_PER_MAILBOX: '10000',
      ONBOARDING_REFUSALS_PER_WORKSPACE: '10000',
      ONBOARDING_REFUSALS_PER_HOST: '10000',
      ONBOARDING_CONNECTIONS_PER_ADDRESS: '2000',
      // What is wrong here stays wrong.
      ONBOARDING_SETTLE_MS: '0',
      ...env,
    },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  // 'close', not 'exit': by then all it printed has arrived.
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };

  const ready = await Promise.race([
    new Promise<{ url: string; token: string }>((resolve) => child.once('message', resolve as () => void)),
    ended.then(() => undefined),
  ]);
  if (!ready) throw new Error(printed);
  return {
    ...ready,
    pid: child.pid as number,
    log: () => printed,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

async function copyTemplate(dataDir: string): Promise<void> {
  const template = process.env[DATABASE_TEMPLATE];
  const database = join(dataDir, 'database');
  if (!template || existsSync(database)) return;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await cp(template, database, { recursive: true });
}

/**
 * Runs a command of the backend, such as `rotate-key --revoke`, beside the one that may be running on the same data.
 * @returns what it printed
 * @throws Error with what it printed, when it fails
 */
export async function backendCommand(settings: Record<string, string>, ...words: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, ...settings };
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...words], { env });
  return stdout;
}
