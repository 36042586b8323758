import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createSecureContext, TLSSocket } from 'node:tls';

/** What a hostile server has to work with: one connection, over TLS. */
export interface Victim {
  /** Writes, and waits while the other side does not read. Fails once it has hung up. */
  write(bytes: string | Buffer): Promise<void>;
  /** The next chunk the client sends; empty once it has hung up. */
  heard(): Promise<string>;
  readonly isGone: boolean;
}

export interface HostileMailServer {
  port: number;
  /** How many bytes it got rid of. */
  sent: number;
  connections: number;
  stop(): Promise<void>;
}

/** A mail server that breaks the protocol in a way of its own, for as long as anybody listens. */
export async function startHostileMailServer(
  certificate: { cert: string; key: string },
  behave: (victim: Victim) => Promise<void>,
): Promise<HostileMailServer> {
  const secureContext = createSecureContext(certificate);
  const sockets = new Set<TLSSocket>();
  const listener = createServer((plain) => {
    plain.on('error', () => {});
    const socket = new TLSSocket(plain, { isServer: true, secureContext });
    sockets.add(socket.on('error', () => {}));
    server.connections += 1;
    const hungUp = new AbortController();
    const { signal } = hungUp;
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const queue: string[] = [];
    let wake = (): void => {};
    let isGone = false;
    socket.on('data', (chunk: Buffer) => {
      queue.push(chunk.toString('latin1'));
      wake();
    });
    socket.once('close', () => {
      isGone = true;
      hungUp.abort();
      sockets.delete(socket);
      wake();
    });
    const victim: Victim = {
      get isGone() {
        return isGone;
      },
      write: async (bytes) => {
        if (isGone) throw new Error('hung up');
        server.sent += bytes.length;
        if (!socket.write(bytes)) await Promise.race([once(socket, 'drain', { signal }), closed]);
      },
      heard: async () => {
        while (queue.length === 0 && !isGone) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        return queue.shift() ?? '';
      },
    };
    behave(victim).catch(() => socket.destroy());
  });
  const server: HostileMailServer = {
    port: 0,
    sent: 0,
    connections: 0,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  server.port = (listener.address() as AddressInfo).port;
  return server;
}

/** Says one thing to whatever it is told, after a greeting. */
export const always =
  (greeting: string, answer: (command: string) => string | Buffer) =>
  async (victim: Victim): Promise<void> => {
    await victim.write(greeting);
    for (let command = await victim.heard(); command !== ''; command = await victim.heard()) {
      await victim.write(answer(command));
    }
  };

/** Says a thing without end. */
export const endlessly =
  (before: string, again: string | Buffer, everyMs = 0) =>
  async (victim: Victim): Promise<void> => {
    await victim.write(before);
    while (!victim.isGone) {
      await victim.write(again);
      if (everyMs > 0) await delay(everyMs);
    }
  };
