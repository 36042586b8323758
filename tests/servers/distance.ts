import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that takes time. */
export interface Distance {
  port: number;
  stop(): Promise<void>;
}

/**
 * Puts a server further away: everything takes `oneWayMs` in each direction, the connection itself both. As on a real
 * line, what is sent meanwhile is on its way at the same time.
 */
export async function putAway(port: number, oneWayMs: number): Promise<Distance> {
  const sockets = new Set<Socket>();
  const carry = (from: Socket, to: Socket, extraMs = 0): void => {
    const later = (work: () => void): void => void setTimeout(work, oneWayMs + extraMs);
    from.on('data', (data) => later(() => to.writable && to.write(data)));
    from.on('end', () => later(() => to.end()));
    from.on('close', () => later(() => to.destroy()));
    from.on('error', () => {});
    sockets.add(from);
    from.once('close', () => sockets.delete(from));
  };
  const server = createServer({ noDelay: true }, (near) => {
    near.pause();
    // The handshake of TCP, which the loopback interface has in no time: there and back before anything is said.
    setTimeout(() => {
      const far = connect({ port, host: '127.0.0.1', noDelay: true });
      carry(near, far);
      carry(far, near);
      near.resume();
    }, 2 * oneWayMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
