import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';

// What all servers need that the tests start: a program, somebody to run it, ports.

/** @param folders looked in after those of `PATH` */
export const findProgram = (name: string, ...folders: string[]): string | undefined =>
  [...(process.env.PATH ?? '').split(delimiter), ...folders]
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));

export interface Owner {
  uid: number;
  gid: number;
  user: string;
  group: string;
}

/** Who runs a server: whoever runs the tests, but not root. */
export function chooseOwner(): Owner {
  const { uid, username } = userInfo();
  const user = uid === 0 ? 'nobody' : username;
  const id = (...options: string[]): string =>
    execFileSync('id', [...options, user], { encoding: 'utf8' }).trim();
  return { user, uid: Number(id('-u')), gid: Number(id('-g')), group: id('-gn') };
}

/** The start of a command line that runs what follows as somebody. It should be nobody, not root, who is sent what tests send. */
export const asOwner = (owner: Owner): string[] =>
  owner.uid === process.getuid?.()
    ? []
    : ['setpriv', `--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'];

export function spawnAs(owner: Owner, ...command: string[]): ChildProcess {
  const [file = '', ...parameters] = [...asOwner(owner), ...command];
  return spawn(file, parameters, { stdio: 'ignore' });
}

/** Ports nobody listens on; held all at once while they are looked for, so that no two are the same. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
