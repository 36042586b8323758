import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { decode, encode, type Packet, RECURSION_DESIRED } from 'dns-packet';

/** What is said of a domain: its mail exchangers by preference, a failure, or nothing at all. */
export type DnsAnswer = Record<string, number> | 'SERVFAIL' | 'silence';

export interface DnsServer {
  /** `address:port`, for `ONBOARDING_DNS_SERVERS`. */
  address: string;
  /** By domain. One that is not here does not exist. */
  domains: Map<string, DnsAnswer>;
  /** The domains that were asked for, in order. */
  asked: string[];
  stop(): Promise<void>;
}

const NXDOMAIN = 3;
const SERVFAIL = 2;

/** A DNS server on the loopback that knows mail exchangers only. */
export async function startDnsServer(): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const server: Omit<DnsServer, 'address'> = {
    domains: new Map(),
    asked: [],
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
  socket.on('message', (message, from) => {
    const { id, questions = [] } = decode(message);
    const name = questions[0]?.name.toLowerCase() ?? '';
    const known = server.domains.get(name);
    server.asked.push(name);
    if (known === 'silence') return;
    const code = known === undefined ? NXDOMAIN : known === 'SERVFAIL' ? SERVFAIL : 0;
    const exchangers = Object.entries(typeof known === 'object' ? known : {});
    const packet: Packet = {
      type: 'response',
      id: id ?? 0,
      flags: RECURSION_DESIRED | code,
      questions,
      answers: exchangers.map(([exchange, preference]) => ({
        type: 'MX',
        name,
        ttl: 60,
        data: { preference, exchange },
      })),
    };
    socket.send(encode(packet), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { ...server, address: `127.0.0.1:${socket.address().port}` };
}
