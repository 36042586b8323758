import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chooseOwner, freePorts, type Owner } from './daemon.ts';
import { environmentOf, fileOf, type Unpacked, whyNot } from './packages.ts';

export interface Account {
  email: string;
  password: string;
  /** It exists and may not sign in. */
  disabled?: boolean;
  /** Receiving: it may sign in, and nobody has made its mailbox. */
  hasNoMailbox?: boolean;
}

export interface ServerOptions {
  certificate: { cert: string; key: string };
  accounts: readonly Account[];
}

export interface UnpackedServer {
  /** Where it listens on the loopback interface: with TLS from the first byte, and with STARTTLS. */
  ports: { tls: number; starttls: number };
  /** Takes away where it looks accounts up. */
  loseAccounts(): Promise<void>;
  /** Ends it and removes all it wrote. */
  stop(): Promise<void>;
}

/** What a server is started with. */
export interface Place {
  /** Who runs it. */
  owner: Owner;
  /** Its own, the owner's, and removed with it. */
  directory: string;
  ports: { tls: number; starttls: number };
  /** Its environment; it lets programs find their libraries. */
  env: Record<string, string>;
}

export interface Recipe {
  name: Unpacked;
  /** Its files, by their paths in its directory. A path that ends in `/` is a folder. */
  files: (place: Place) => Record<string, string>;
  /** What has to be done then. */
  prepare?: (place: Place) => void;
  /** Runs it, in the foreground. */
  command: (place: Place) => string[];
  /** The files without which it can't look accounts up. */
  lookedUpIn: string[];
}

/**
 * Starts an unpacked server in a directory of its own.
 * @throws Error when it can't be started here or does not come up
 */
export async function startUnpacked({
  name,
  files,
  prepare,
  command,
  lookedUpIn,
}: Recipe): Promise<UnpackedServer> {
  const reason = whyNot(name);
  if (reason) throw new Error(`These tests need ${name}, and ${reason}`);
  const directory = await mkdtemp(join(tmpdir(), `${name}-`));
  let end = async (): Promise<void> => {};
  const stop = async (): Promise<void> => {
    await end();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await chmod(directory, 0o755);
    const owner = chooseOwner();
    const [tls, starttls] = (await freePorts(2)) as [number, number];
    const ports = { tls, starttls };
    const place: Place = { owner, directory, ports, env: environmentOf(name) };
    for (const [path, text] of Object.entries(files(place))) {
      const file = join(directory, path);
      await mkdir(path.endsWith('/') ? file : dirname(file), { recursive: true });
      if (!path.endsWith('/')) await writeFile(file, text, { mode: 0o600 });
    }
    prepare?.(place);
    execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, directory]);

    const output = join(directory, 'output');
    const { child, exited } = start(command(place), place, output);
    let hasExited = false;
    exited.then(() => {
      hasExited = true;
    });
    end = async () => {
      signalAll(child, 'SIGTERM');
      await Promise.race([exited, delay(3000, undefined, { ref: false })]);
      signalAll(child, 'SIGKILL');
      await exited;
    };
    for (const port of [tls, starttls]) {
      while (!(await accepts(port))) {
        if (hasExited) throw new Error(`${name} did not start:\n${await readFile(output, 'utf8')}`);
        await delay(20);
      }
    }
    const loseAccounts = async (): Promise<void> => {
      for (const file of lookedUpIn) await chmod(join(directory, file), 0);
    };
    return { ports, loseAccounts, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The start of a command line that ends what follows when whoever started it has ended, however that came about. */
export const noLongerThanParent = (signal: NodeJS.Signals = 'SIGTERM'): string[] => [
  'setpriv',
  '--pdeathsig',
  signal,
];

/** Has programs find the owner under the names they were built to look for. */
export function knowOwnerAs(user: string, group: string, { owner, directory, env }: Place) {
  Object.assign(env, {
    LD_PRELOAD: 'libnss_wrapper.so',
    NSS_WRAPPER_PASSWD: join(directory, 'passwd'),
    NSS_WRAPPER_GROUP: join(directory, 'group'),
  });
  return {
    passwd: `root:x:0:0::/:/bin/false\n${user}:x:${owner.uid}:${owner.gid}::/:/bin/false\n`,
    group: `${group}:x:${owner.gid}:\n`,
  };
}

/** Writes the database that Cyrus's SASL library looks passwords up in. */
export function writeSaslDb(name: Unpacked, accounts: readonly Account[], { directory, env }: Place): void {
  for (const { email, password } of accounts) {
    const [user = '', realm = ''] = email.split('@');
    const parameters = ['-p', '-c', '-f', join(directory, 'sasldb'), '-u', realm, user];
    execFileSync(fileOf(name, 'usr/sbin/saslpasswd2'), parameters, { input: password, env });
  }
}

function start([program = '', ...parameters]: string[], { directory, env }: Place, output: string) {
  const file = openSync(output, 'a');
  const child = spawn(program, parameters, {
    cwd: directory,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', file, file],
    // A group of processes of its own, so that none is left of those that it starts.
    detached: true,
  });
  closeSync(file);
  const exited = once(child, 'exit').catch(() => {});
  return { child, exited };
}

function signalAll({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid) process.kill(-pid, signal);
  } catch {
    // All of them have ended.
  }
}

/** Whether a server can be connected to. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const done = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', done(true)).once('error', done(false));
  });
}
