import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type Answer, decode, encode, type Packet, RECURSION_DESIRED } from 'dns-packet';

/** What is said of a domain: its mail exchangers by preference, a failure, or nothing at all. */
export type DnsAnswer = Record<string, number> | 'SERVFAIL' | 'silence';

/** Where a service is: `priority weight port target`, as in a zone file. */
type Service = `${number} ${number} ${number} ${string}`;

/** What a name is said to have, for one type of record. */
export type DnsRecords = Map<string, readonly string[]>;

export interface DnsServer {
  /** `address:port`, for `ONBOARDING_DNS_SERVERS`. */
  address: string;
  /** By domain. One that is not here, and has no other records, does not exist. */
  domains: Map<string, DnsAnswer>;
  /** IPv4 addresses by host; what comes first is said first. */
  hosts: DnsRecords;
  /** By name, such as `_imaps._tcp.company.example`. */
  services: Map<string, readonly Service[]>;
  /** Called with each question, `A mail.company.example`, before it is answered: to change the answers. */
  onQuestion: (question: string) => void;
  /** How long each answer takes, in ms. */
  delayMs: number;
  /** The domains whose mail exchangers were asked for, in order. */
  asked: string[];
  /** All that was asked for, such as `SRV _imaps._tcp.company.example`, in order. */
  questions: string[];
  stop(): Promise<void>;
}

const NXDOMAIN = 3;
const SERVFAIL = 2;

/** A DNS server on the loopback that knows mail exchangers, addresses and services. */
export async function startDnsServer(): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const server: DnsServer = {
    address: '',
    domains: new Map(),
    hosts: new Map(),
    services: new Map(),
    onQuestion: () => {},
    delayMs: 0,
    asked: [],
    questions: [],
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };

  const answersTo = (type: string, name: string): Answer[] => {
    const known = server.domains.get(name);
    const ttl = type === 'A' ? 0 : 60;
    switch (type) {
      case 'MX':
        return Object.entries(typeof known === 'object' ? known : {}).map(([exchange, preference]) => ({
          type,
          name,
          ttl,
          data: { preference, exchange },
        }));
      case 'A':
        return (server.hosts.get(name) ?? []).map((data) => ({ type, name, ttl, data }));
      case 'SRV':
        return (server.services.get(name) ?? []).map((service) => {
          const [priority, weight, port, target = ''] = service.split(' ');
          const data = { priority: Number(priority), weight: Number(weight), port: Number(port), target };
          return { type, name, ttl, data };
        });
      default:
        return [];
    }
  };

  socket.on('message', (message, from) => {
    const { id, questions = [] } = decode(message);
    const name = questions[0]?.name.toLowerCase() ?? '';
    const type = questions[0]?.type ?? '';
    if (type === 'MX') server.asked.push(name);
    server.questions.push(`${type} ${name}`);
    server.onQuestion(`${type} ${name}`);
    const known = server.domains.get(name);
    if (known === 'silence') return;
    const exists = known !== undefined || server.hosts.has(name) || server.services.has(name);
    const code = known === 'SERVFAIL' ? SERVFAIL : exists ? 0 : NXDOMAIN;
    const packet: Packet = {
      type: 'response',
      id: id ?? 0,
      flags: RECURSION_DESIRED | code,
      questions,
      answers: answersTo(type, name),
    };
    const send = () => socket.send(encode(packet), from.port, from.address);
    if (server.delayMs === 0) send();
    else setTimeout(send, server.delayMs).unref();
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  server.address = `127.0.0.1:${socket.address().port}`;
  return server;
}
