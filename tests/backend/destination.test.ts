import { lookup } from 'node:dns/promises';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { findDestination, isPublic } from '../../backend/src/verification/destination.ts';

vi.mock('node:dns/promises', () => ({ lookup: vi.fn() }));

const resolver = vi.mocked(lookup) as unknown as ReturnType<typeof vi.fn>;
const never = new AbortController().signal;
const find = (host: string, port: number, routes = new Map()) =>
  findDestination({ host, port }, { routes, dnsServers: [] }, never);

beforeEach(() => {
  resolver.mockReset();
});

describe('addresses of nobody’s mail server', () => {
  test.each([
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['loopback', '::1'],
    ['any', '0.0.0.0'],
    ['any', '::'],
    ['link-local', '169.254.1.1'],
    ['link-local', 'fe80::1'],
    ['link-local', 'febf::1'],
    ['cloud metadata', '169.254.169.254'],
    ['cloud metadata', 'fd00:ec2::254'],
    ['cloud metadata', '100.100.100.200'],
    ['cloud metadata', '192.0.0.192'],
    ['mapped cloud metadata', '::ffff:169.254.169.254'],
    ['translated cloud metadata', '64:ff9b::a9fe:a9fe'],
    ['6to4 cloud metadata', '2002:a9fe:a9fe::1'],
    ['translated by SIIT', '::ffff:0:127.0.0.1'],
    ['a relay of 6to4', '192.88.99.1'],
    ['documentation', '3fff::1'],
    ['segment routing', '5f00::1'],
    ['discarded', '100::1'],
    ['of nobody', '200::1'],
    ['of nobody', '4000::1'],
    ['shared by a provider', '100.64.0.1'],
    ['unique local', 'fc00::1'],
    ['unique local', 'fdff::1'],
    ['site-local', 'fec0::1'],
    ['multicast', '224.0.0.1'],
    ['multicast', '239.255.255.255'],
    ['multicast', 'ff02::1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['benchmark', '198.18.0.1'],
    ['documentation', '192.0.2.1'],
    ['documentation', '2001:db8::1'],
    ['mapped loopback', '::ffff:127.0.0.1'],
    ['mapped loopback in hexadecimal', '::ffff:7f00:1'],
    ['mapped private', '::ffff:10.0.0.1'],
    ['mapped private in hexadecimal', '::FFFF:0A00:0001'],
    ['compatible loopback', '::127.0.0.1'],
    ['translated loopback', '64:ff9b::7f00:1'],
    ['translated by a network of its own', '64:ff9b:1::a00:1'],
    ['6to4 private', '2002:0a00:0001::1'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:f5ff:fffe'],
    ['no address at all', 'localhost'],
    ['no address at all', ''],
    ['with a zone', 'fe80::1%eth0'],
  ])('%s: %s', (_, address) => {
    expect(isPublic(address)).toBe(false);
  });

  test.each([
    '8.8.8.8',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.255.255',
    '192.169.0.1',
    '2607:f8b0:4004:c07::6d',
    '2a00:1450:4001::1',
    '::ffff:8.8.8.8',
    '2001:4860:4860::8888',
  ])('but this one is public: %s', (address) => {
    expect(isPublic(address)).toBe(true);
  });
});

test('a public host is looked up once, and its address is what is connected to', async () => {
  resolver.mockResolvedValue([{ address: '8.8.8.8', family: 4 }]);
  await expect(find('imap.example.com', 993)).resolves.toEqual({
    addresses: ['8.8.8.8'],
    port: 993,
    name: 'imap.example.com',
  });
  expect(resolver).toHaveBeenCalledTimes(1);
});

test('a name that leads into a private network is no mail server', async () => {
  resolver.mockResolvedValue([{ address: '169.254.169.254', family: 4 }]);
  await expect(find('metadata.example.com', 993)).resolves.toMatchObject({
    ok: false,
    stage: 'dns',
    kind: 'dns',
  });
});

test('of a name’s addresses only the public ones are taken', async () => {
  resolver.mockResolvedValue([
    { address: '10.0.0.1', family: 4 },
    { address: '8.8.4.4', family: 4 },
  ]);
  await expect(find('imap.example.com', 993)).resolves.toMatchObject({ addresses: ['8.8.4.4'] });
});

test.each([22, 25, 80, 110, 443, 2525, 6379])(
  'port %i is not for mail, and nothing is looked up',
  async (port) => {
    await expect(find('imap.example.com', port)).resolves.toMatchObject({ ok: false, kind: 'refused' });
    expect(resolver).not.toHaveBeenCalled();
  },
);

test.each([143, 465, 587, 993])('port %i is for mail', async (port) => {
  resolver.mockResolvedValue([{ address: '8.8.8.8', family: 4 }]);
  await expect(find('imap.example.com', port)).resolves.toMatchObject({ addresses: ['8.8.8.8'], port });
});

describe('the operator’s routes', () => {
  const routes = new Map([['imap.example.com:993', { address: '127.0.0.1', port: 10_993 }]]);

  test('lead anywhere, and the certificate is still to be for the name', async () => {
    await expect(find('imap.example.com', 993, routes)).resolves.toEqual({
      addresses: ['127.0.0.1'],
      port: 10_993,
      name: 'imap.example.com',
    });
    expect(resolver).not.toHaveBeenCalled();
  });

  test('open nothing but themselves', async () => {
    resolver.mockResolvedValue([{ address: '127.0.0.1', family: 4 }]);
    await expect(find('imap.example.com', 143, routes)).resolves.toMatchObject({ ok: false });
    await expect(find('localhost', 993, routes)).resolves.toMatchObject({ ok: false });
    await expect(find('127.0.0.1', 10_993, routes)).resolves.toMatchObject({ ok: false });
  });
});

describe('a name that is not found', () => {
  const failing = (code: string) => resolver.mockRejectedValue(Object.assign(new Error(code), { code }));

  test('does not exist', async () => {
    failing('ENOTFOUND');
    await expect(find('imap.example.invalid', 993)).resolves.toMatchObject({ stage: 'dns', kind: 'dns' });
  });

  test('may exist, when it is the resolver that does not answer', async () => {
    failing('EAI_AGAIN');
    await expect(find('imap.example.com', 993)).resolves.toMatchObject({ stage: 'dns', kind: 'timeout' });
  });

  test('is not waited for beyond the limit', async () => {
    resolver.mockReturnValue(new Promise(() => {}));
    const limit = new AbortController();
    const found = findDestination(
      { host: 'imap.example.com', port: 993 },
      { routes: new Map(), dnsServers: [] },
      limit.signal,
    );
    limit.abort();
    await expect(found).resolves.toMatchObject({ ok: false, stage: 'dns', kind: 'timeout' });
  });
});
