import { BlockList, isIP } from 'node:net';
import type { MailServer } from '../../../utils/onboarding/contract.ts';
import { addressesOf } from '../dns.ts';
import type { Failure } from './attempt.ts';

const MAIL_PORTS = new Set([143, 465, 587, 993]);

/** Nobody's mail server lives here, and a verifier that goes here on request is a probe into a private network. */
const NOT_PUBLIC = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  NOT_PUBLIC.addSubnet(network, prefix, 'ipv4');
}
// Whatever is not in 2000::/3 is not for everyone, but for addresses of IPv4 (`::ffff:0:0/96`), of which that is asked.
for (const [network, prefix] of [
  ['::', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 32],
  ['100::', 8],
  ['200::', 7],
  ['400::', 6],
  ['800::', 5],
  ['1000::', 4],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['4000::', 2],
  ['8000::', 1],
] as const) {
  NOT_PUBLIC.addSubnet(network, prefix, 'ipv6');
}

/** So many addresses of a name are tried at most. */
const MAX_ADDRESSES = 4;

export interface Destination {
  /** In the order in which they are to be tried. */
  addresses: readonly string[];
  port: number;
  /** The name the certificate must be for. */
  name: string;
}

export type MailRoutes = ReadonlyMap<string, { address: string; port: number }>;

/** How names are made addresses, and which addresses may be connected to. */
export interface Network {
  /** The operator's own, which go unchecked. */
  routes: MailRoutes;
  /** DNS servers to ask, `address:port`; the system is asked if there are none. */
  dnsServers: readonly string[];
  isAllowed?: (address: string) => boolean;
}

/**
 * Where to connect for a server: its addresses, looked up once and checked, so that what is checked is what is connected to,
 * whatever the name means a moment later.
 *
 * @param ports the only ones that may be connected to, those for mail if nothing is said
 */
export async function findDestination(
  { host, port }: Pick<MailServer, 'host' | 'port'>,
  { routes, dnsServers, isAllowed = isPublic }: Network,
  signal: AbortSignal,
  ports: ReadonlySet<number> = MAIL_PORTS,
): Promise<Destination | Failure> {
  const route = routes.get(`${host}:${port}`);
  if (route) return { addresses: [route.address], port: route.port, name: host };

  if (!ports.has(port)) return { ok: false, stage: 'connect', kind: 'refused', text: 'Not a port for mail' };
  let addresses: string[];
  try {
    // The system's resolver has limits of its own making, and they may be long.
    addresses = await Promise.race([addressesOf(host, dnsServers), rejectOnAbort(signal)]);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    // Anything else, such as EAI_AGAIN, is a resolver that did not answer.
    const isSlow = signal.aborted || !/^(ENOTFOUND|ENODATA|EAI_NONAME|EAI_NODATA)$/.test(code);
    return { ok: false, stage: 'dns', kind: isSlow ? 'timeout' : 'dns', text: code };
  }
  const allowed = addresses.filter((address) => isAllowed(address)).slice(0, MAX_ADDRESSES);
  if (allowed.length === 0)
    return { ok: false, stage: 'dns', kind: 'dns', text: 'The name leads to a private network' };
  return { addresses: allowed, port, name: host };
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  return !NOT_PUBLIC.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
