import { once } from 'node:events';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import {
  createSecureContext,
  rootCertificates,
  type SecureContext,
  connect as startTls,
  type TLSSocket,
} from 'node:tls';
import { type Failure, failure, networkFailure } from './attempt.ts';
import type { Destination } from './destination.ts';

/** The longest until a connection stands, over all addresses, and then the same for its TLS, in ms. */
const CONNECT_MS = 10_000;

/** An address that has not answered by then is left for the next one, in ms: a lost packet is sent again after 1 s. */
const ADDRESS_MS = 2500;

/**
 * Lets Node try addresses one after the other ("happy eyeballs", RFC 8305), also when one only keeps silent: the ones that
 * were looked up and checked, and no others.
 */
export const tryAll = (addresses: readonly string[]) => ({
  autoSelectFamily: true,
  autoSelectFamilyAttemptTimeout: ADDRESS_MS,
  lookup: ((_host, options, callback) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }));
    if (options.all) callback(null, found);
    else callback(null, found[0]?.address ?? '', found[0]?.family);
  }) satisfies LookupFunction,
});

/** What TLS is to be like, for all connections: making it costs as much as a handshake. */
export const secureContextWith = (ca?: string): SecureContext =>
  createSecureContext({
    minVersion: 'TLSv1.2',
    ...(ca ? { ca: [...rootCertificates, ca] } : {}),
  });

/** TLS over a connection, with a certificate that must be for the name. */
export const secured = (socket: Socket, name: string, secureContext: SecureContext): TLSSocket =>
  startTls({ socket, host: name, secureContext, ...(isIP(name) ? {} : { servername: name }) });

/** Connects to the first address that can be reached, and starts TLS where it comes first. Throws nothing. */
export async function reach(
  { addresses, port, name }: Destination,
  security: 'tls' | 'starttls',
  secureContext: SecureContext,
  signal: AbortSignal,
): Promise<Socket | Failure> {
  let socket: Socket | undefined;
  try {
    // Were it the real name, an address for a name would not be looked up, and so connected to unchecked.
    socket = connect({ host: 'checked.invalid', port, ...tryAll(addresses) });
    await settled(socket, 'connect', signal);
    if (security === 'tls') {
      socket = secured(socket, name, secureContext);
      await settled(socket, 'secureConnect', signal);
    }
    return socket;
  } catch (error) {
    socket?.destroy();
    const { code = '', name: kind } = error as NodeJS.ErrnoException;
    if (kind === 'AbortError') return failure('connect', 'timeout');
    return networkFailure(code) ?? failure('connect', 'dropped', code);
  }
}

/** @throws Error of the socket, or AbortError when it is too late */
async function settled(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<void> {
  // Stays, for the time until somebody else listens.
  socket.on('error', () => {});
  await once(socket, event, { signal: AbortSignal.any([signal, AbortSignal.timeout(CONNECT_MS)]) });
}
