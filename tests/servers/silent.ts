import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Listens with the shortest line there is. */
const LISTEN = `
  const server = require('node:net').createServer();
  server.listen({ host: process.argv[1], port: Number(process.argv[2]), backlog: 1 }, () =>
    process.send(server.address().port));`;

/** Nobody is answered by then, on a network that has no distance, in ms. */
const SILENCE_MS = 300;

export interface SilentServer {
  port: number;
  stop(): Promise<void>;
}

/**
 * An address that neither accepts a connection nor refuses one, as behind a firewall that drops what comes: a server that
 * is held, with as many in its line as go there.
 */
export async function startSilentServer(host: string, port = 0): Promise<SilentServer> {
  const child = spawn(process.execPath, ['-e', LISTEN, host, String(port)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [listening] = (await once(child, 'message')) as [number];
  child.kill('SIGSTOP');
  const line: Socket[] = [];
  for (let isFull = false; !isFull; ) {
    const socket = connect({ host, port: listening });
    line.push(socket.on('error', () => {}));
    isFull = await once(socket, 'connect', { signal: AbortSignal.timeout(SILENCE_MS) }).then(
      () => false,
      () => true,
    );
  }
  return {
    port: listening,
    stop: async () => {
      for (const socket of line) socket.destroy();
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
