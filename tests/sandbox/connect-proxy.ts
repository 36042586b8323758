import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * A proxy that leads every host to one server on this machine, whatever its name: Firefox can't map names to a port as
 * Chromium can. So nothing leaves the machine either; this machine itself is not asked for by proxy.
 */
export async function startConnectProxy(port: number): Promise<{ port: number; stop(): Promise<void> }> {
  // What is not encrypted has nothing to answer it.
  const server: Server = createServer((_, response) => void response.writeHead(502).end());
  const tunnels = new Set<Duplex>();
  server.on('connect', (_, client, head) => {
    tunnels.add(client.once('close', () => tunnels.delete(client)));
    const there = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.length > 0) there.write(head);
      there.pipe(client).pipe(there);
    });
    there.on('error', () => client.destroy());
    client.on('error', () => there.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        // The server counts them for its end, and closes none of them.
        for (const tunnel of tunnels) tunnel.destroy();
      }),
  };
}
