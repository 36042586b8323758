import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get, type RequestOptions } from 'node:https';
import type { SecureContext } from 'node:tls';
import { tryAll } from '../verification/connect.ts';
import { type Destination, findDestination, type Network } from '../verification/destination.ts';

const PORTS: ReadonlySet<number> = new Set([443]);
const MAX_BYTES = 64 * 1024;
const MAX_REDIRECTS = 3;

/**
 * Fetches a text over HTTPS from a host that a stranger has named: like mail hosts, each is looked up once, may have no
 * private address, and is connected to where it was looked up, after each redirect anew.
 *
 * @returns nothing when there is none, it is too long (64 kB), or it would lead to anything but HTTPS on port 443
 * @throws Error when the host can't be reached, its certificate is refused, or the signal ends it
 */
export async function fetchText(
  url: string,
  network: Network,
  secureContext: SecureContext,
  signal: AbortSignal,
): Promise<string | undefined> {
  let target = new URL(url);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    if (target.protocol !== 'https:') return undefined;
    const place = { host: target.hostname, port: Number(target.port || 443) };
    const destination = await findDestination(place, network, signal, PORTS);
    if ('ok' in destination) return undefined;
    const response = await ask(target, destination, secureContext, signal);
    const { statusCode = 0, headers } = response;
    if (statusCode === 200) return read(response);
    response.destroy();
    if (statusCode < 300 || statusCode > 399 || !URL.canParse(headers.location ?? '', target))
      return undefined;
    target = new URL(headers.location as string, target);
  }
  return undefined;
}

async function ask(
  url: URL,
  { addresses, port, name }: Destination,
  secureContext: SecureContext,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  // What TLS takes beside what the types of HTTPS know.
  const options: RequestOptions & { secureContext: SecureContext } = {
    // As with mail hosts: an address for a name must be looked up, too.
    host: 'checked.invalid',
    port,
    path: url.pathname + url.search,
    headers: { Host: url.host, Accept: 'application/xml, text/xml' },
    servername: name,
    secureContext,
    agent: false,
    signal,
    ...tryAll(addresses),
  };
  const request = get(options).on('error', () => {});
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

async function read(response: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop ends the connection.
    if (bytes > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
