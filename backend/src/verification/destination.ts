import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import type { MailServer } from '../../../utils/onboarding/contract.ts';
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
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  NOT_PUBLIC.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  NOT_PUBLIC.addSubnet(network, prefix, 'ipv6');
}

export interface Destination {
  address: string;
  port: number;
  /** The name the certificate must be for. */
  name: string;
}

export type MailRoutes = ReadonlyMap<string, { address: string; port: number }>;

/**
 * Where to connect for a mail server: its address, looked up once and checked, so that what is checked is what is
 * connected to. The operator's own routes go unchecked.
 */
export async function findDestination(
  { host, port }: MailServer,
  routes: MailRoutes,
  signal: AbortSignal,
): Promise<Destination | Failure> {
  const route = routes.get(`${host}:${port}`);
  if (route) return { ...route, name: host };

  if (!MAIL_PORTS.has(port))
    return { ok: false, stage: 'connect', kind: 'refused', text: 'Not a port for mail' };
  let addresses: { address: string; family: number }[];
  try {
    // The system's resolver has limits of its own making, and they may be long.
    addresses = await Promise.race([lookup(host, { all: true, verbatim: false }), rejectOnAbort(signal)]);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    // EAI_AGAIN is a resolver that did not answer; anything else says that there is no such name.
    const isSlow = signal.aborted || code === 'EAI_AGAIN';
    return { ok: false, stage: 'dns', kind: isSlow ? 'timeout' : 'dns', text: code };
  }
  const allowed = addresses.find(({ address }) => isPublic(address));
  if (!allowed) return { ok: false, stage: 'dns', kind: 'dns', text: 'The name leads to a private network' };
  return { address: allowed.address, port, name: host };
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
