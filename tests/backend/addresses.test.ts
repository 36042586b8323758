import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reach } from '../../backend/src/verification/connect.ts';
import { findDestination, isPublic } from '../../backend/src/verification/destination.ts';
import { type DnsServer, startDnsServer } from '../servers/dns.ts';
import { startSilentServer } from '../servers/silent.ts';

// Every address in 127.0.0.0/8 is this machine, so here the loopback stands for addresses that are allowed.
const HOST = 'mail.company.example';
const PORT = 993;
const never = new AbortController().signal;

let dns: DnsServer;
const listeners: Server[] = [];
/** The addresses that were connected to. */
let reached: string[];

beforeAll(async () => {
  dns = await startDnsServer();
});

afterAll(() => dns?.stop());

beforeEach(() => {
  reached = [];
  dns.hosts.clear();
  dns.questions.length = 0;
  dns.onQuestion = () => {};
});

afterEach(() => {
  for (const listener of listeners.splice(0)) listener.close();
});

async function listen(address: string, port = 0): Promise<number> {
  const listener = createServer((socket) => {
    reached.push(address);
    socket.end();
  });
  listeners.push(listener);
  await once(listener.listen(port, address), 'listening');
  return (listener.address() as AddressInfo).port;
}

/** Looks the host up and connects to this port of it. */
async function open(port: number, isAllowed: (address: string) => boolean): Promise<unknown> {
  const network = { routes: new Map(), dnsServers: [dns.address], isAllowed };
  const destination = await findDestination({ host: HOST, port: PORT }, network, never);
  if ('ok' in destination) return destination;
  const socket = await reach({ ...destination, port }, 'starttls', undefined as never, never);
  if ('ok' in socket) return socket;
  socket.resume();
  await once(socket, 'close');
  return destination.addresses;
}

const isLoopback = (address: string): boolean => address.startsWith('127.');

test('the next address is tried where one can not be reached', async () => {
  const port = await listen('127.0.0.1');
  dns.hosts.set(HOST, ['127.0.0.3', '127.0.0.2', '127.0.0.1']);
  expect(await open(port, isLoopback)).toHaveLength(3);
  expect(reached).toEqual(['127.0.0.1']);
});

test('where none can be reached, that is told', async () => {
  const port = await listen('127.0.0.1');
  dns.hosts.set(HOST, ['127.0.0.3', '127.0.0.2']);
  expect(await open(port, isLoopback)).toMatchObject({ stage: 'connect', kind: 'refused' });
});

test('the next address is tried where one keeps silent', async () => {
  const silent = await startSilentServer('127.0.0.3');
  try {
    await listen('127.0.0.1', silent.port);
    dns.hosts.set(HOST, ['127.0.0.3', '127.0.0.1']);
    expect(await open(silent.port, isLoopback)).toHaveLength(2);
    expect(reached).toEqual(['127.0.0.1']);
  } finally {
    await silent.stop();
  }
});

test('no more than four are tried', async () => {
  dns.hosts.set(HOST, ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5', '127.0.0.6']);
  const destination = await findDestination(
    { host: HOST, port: PORT },
    { routes: new Map(), dnsServers: [dns.address], isAllowed: isLoopback },
    never,
  );
  expect(destination).toHaveProperty('addresses.length', 4);
});

test('IPv6 is tried after an IPv4 that can not be reached', async () => {
  const port = await listen('::1');
  const socket = await reach(
    { addresses: ['127.0.0.9', '::1'], port, name: HOST },
    'starttls',
    undefined as never,
    never,
  );
  expect(socket).not.toHaveProperty('ok');
  expect(reached).toEqual(['::1']);
});

describe('a name that means something else a moment later', () => {
  test('is connected to where it was looked up and checked', async () => {
    const port = await listen('127.0.0.1');
    await listen('127.0.0.2', port);
    dns.hosts.set(HOST, ['127.0.0.1']);
    let isChecked = false;
    const isAllowed = (address: string): boolean => {
      isChecked = true;
      // From now on the name leads elsewhere, and says so for no longer than a moment.
      dns.hosts.set(HOST, ['127.0.0.2']);
      return address === '127.0.0.1';
    };
    await open(port, isAllowed);
    expect(isChecked).toBe(true);
    expect(reached).toEqual(['127.0.0.1']);
    expect(dns.questions.filter((question) => question === `A ${HOST}`)).toHaveLength(1);
  });

  test('is refused when it is the bad address that was looked up', async () => {
    dns.hosts.set(HOST, ['127.0.0.1']);
    expect(await open(await listen('127.0.0.1'), isPublic)).toMatchObject({ stage: 'dns', kind: 'dns' });
    expect(reached).toEqual([]);
  });
});

test('a connection that does not come about is not waited for beyond the limit', async () => {
  const limit = AbortSignal.abort();
  const destination = { addresses: ['127.0.0.1'], port: await listen('127.0.0.1'), name: HOST };
  expect(await reach(destination, 'starttls', undefined as never, limit)).toMatchObject({ kind: 'timeout' });
});
