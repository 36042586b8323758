import { type AddressInfo, connect, createServer } from 'node:net';

/** Somebody on the way to a server who reads along. */
export interface Tap {
  port: number;
  /** All that clients have said so far, byte for byte. */
  said(): string;
  stop(): Promise<void>;
}

/** @param garbles a word that reaches nobody as it was said, as by somebody who wants no TLS to be spoken */
export async function tap(port: number, garbles?: string): Promise<Tap> {
  let said = '';
  const server = createServer((client) => {
    const far = connect({ port, host: '127.0.0.1' });
    client.on('data', (data) => {
      said += data.toString('latin1');
      far.write(garbled(data, garbles));
    });
    far.on('data', (data) => client.write(garbled(data, garbles)));
    for (const [one, other] of [
      [client, far],
      [far, client],
    ] as const) {
      one.on('error', () => {}).on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    said: () => said,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function garbled(data: Buffer, word = ''): Buffer {
  return word
    ? Buffer.from(data.toString('latin1').replaceAll(word, 'X'.repeat(word.length)), 'latin1')
    : data;
}
