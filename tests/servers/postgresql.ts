import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { asOwner, chooseOwner, findProgram, freePorts, spawnAs } from './daemon.ts';

export interface PostgreSql {
  /** Makes an empty database. @returns its address */
  createDatabase(): Promise<string>;
  /** Ends it, at once and whoever is connected. */
  halt(): Promise<void>;
  /** Starts it again, with all it had. */
  resume(): Promise<void>;
  /** Ends it and removes all it wrote. */
  stop(): Promise<void>;
}

/** Debian keeps them where no `PATH` leads, a folder for each version. */
function find(name: string): string | undefined {
  let versions: string[] = [];
  try {
    versions = readdirSync('/usr/lib/postgresql');
  } catch {
    // Not Debian.
  }
  const folders = versions.map((version) => `/usr/lib/postgresql/${version}/bin`);
  return findProgram(name, ...folders, '/usr/local/bin', '/opt/homebrew/bin');
}

export const postgreSqlInstalled = (): boolean =>
  find('postgres') !== undefined && find('initdb') !== undefined;

/**
 * A PostgreSQL of its own, with a folder and a port that nobody else uses. It writes through to the disk, as in earnest.
 * @throws Error when it is not installed or does not come up
 */
export async function startPostgreSql(): Promise<PostgreSql> {
  const [initdb, postgres] = [find('initdb'), find('postgres')];
  if (!initdb || !postgres) throw new Error('These tests need PostgreSQL: apt-get install postgresql');
  const owner = chooseOwner();
  const folder = await mkdtemp(join(tmpdir(), 'postgresql-'));
  await chown(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const [setUp = '', ...parameters] = [...asOwner(owner), initdb, '-D', data, '-U', 'test', '-A', 'trust'];
  execFileSync(setUp, [...parameters, '--encoding=UTF8', '--locale=C', '--no-sync'], { stdio: 'ignore' });
  const [port] = await freePorts(1);
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`];
  const addressOf = (name: string): string => `postgres://test@127.0.0.1:${port}/${name}`;

  const query = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: addressOf('postgres') });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query(sql);
    } finally {
      await client.end().catch(() => {});
    }
  };
  let halt = async (): Promise<void> => {};
  const resume = async (): Promise<void> => {
    const child = spawnAs(owner, postgres, '-D', data, ...settings.flatMap((setting) => ['-c', setting]));
    let hasExited = false;
    const exited = once(child, 'exit').then(() => {
      hasExited = true;
    });
    halt = async () => {
      // Whoever is still connected is thrown out.
      child.kill('SIGINT');
      await exited;
    };
    for (;;) {
      try {
        return await query('select 1');
      } catch (error) {
        if (hasExited) throw new Error(`PostgreSQL did not start: ${error}`);
        await delay(50);
      }
    }
  };
  await resume();
  let count = 0;
  return {
    createDatabase: async () => {
      count += 1;
      await query(`create database test_${count}`);
      return addressOf(`test_${count}`);
    },
    halt: () => halt(),
    resume,
    stop: async () => {
      await halt();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
