import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { readConfig } from '../../backend/src/config.ts';
import { Domains } from '../../backend/src/domains.ts';
import { loadProviders } from '../../providers/registry/node.ts';
import { MailDomain, Problem, problemTypes } from '../../utils/onboarding/contract.ts';
import { type DnsServer, startDnsServer } from '../servers/dns.ts';
import { Onboarding } from './onboarding.ts';

let dns: DnsServer;
let onboarding: Onboarding;

beforeAll(async () => {
  dns = await startDnsServer();
  onboarding = await Onboarding.start(undefined, { ONBOARDING_DNS_SERVERS: dns.address });
});

afterAll(async () => {
  await onboarding?.stop();
  await dns?.stop();
});

const ask = (domain: string): Promise<Response> =>
  onboarding.call('GET', `/v1/domains/${encodeURIComponent(domain)}`);

async function find(domain: string): Promise<MailDomain> {
  const response = await ask(domain);
  expect(response.status).toBe(200);
  return MailDomain.parse(await response.json());
}

test("a provider's own domain is known without being looked up", async () => {
  expect(await find('gmail.com')).toEqual({
    domain: 'gmail.com',
    provider: 'google',
    by: 'domain',
    confidence: 'sure',
  });
  expect(await find('GMX.de')).toEqual({
    domain: 'gmx.de',
    provider: 'gmx',
    by: 'domain',
    confidence: 'sure',
  });
  expect(dns.asked).toEqual([]);
});

test.each([
  ['google', { 'aspmx.l.google.com': 1, 'alt1.aspmx.l.google.com': 5 }],
  ['google', { 'ASPMX2.GoogleMail.com': 10 }],
  ['microsoft-work', { 'company-example.mail.protection.outlook.com': 0 }],
  ['microsoft-personal', { 'company-example.olc.protection.outlook.com': 0 }],
  ['yahoo', { 'mta5.am0.yahoodns.net': 1 }],
  // The longer suffix wins.
  ['aol', { 'mx-aol.mail.gm0.yahoodns.net': 10 }],
  ['zoho', { 'mx2.zoho.eu': 20, 'mx.zoho.eu': 10 }],
  ['yandex', { 'mx.yandex.net': 10 }],
  ['infomaniak', { 'mta-gw.infomaniak.ch': 5 }],
  // Somebody who filters the mail stands before it.
  ['google', { 'filter.example.net': 1, 'aspmx.l.google.com': 10 }],
  // The preferred one counts, in whichever order they are told.
  ['fastmail', { 'aspmx.l.google.com': 20, 'in1-smtp.messagingengine.com': 10 }],
] as const)('%s is told by its mail servers, %j', async (provider, exchangers) => {
  const domain = `company-${dns.domains.size}.example`;
  dns.domains.set(domain, exchangers);
  expect(await find(domain)).toEqual({ domain, provider, by: 'mx', confidence: 'likely' });
});

test.each([
  ['a server of its own', { 'mail.company.example': 10 }],
  ["a host that only ends like a provider's", { 'notzoho.com': 10, 'evilgooglemail.com': 20 }],
  ['no mail at all', { '.': 0 }],
  ['no mail servers', {}],
])('%s tells no provider', async (_, exchangers) => {
  const domain = `own-${dns.domains.size}.example`;
  dns.domains.set(domain, exchangers);
  expect(await find(domain)).toEqual({ domain });
});

test('what is known is not asked for again, whoever asks and however it is written', async () => {
  dns.domains.set('xn--bcher-kva.example', { 'mx.runbox.com': 10 });
  const before = dns.asked.length;
  const answers = await Promise.all(['bücher.example', 'BÜCHER.example', 'xn--bcher-kva.example'].map(find));
  answers.push(await find('bücher.example'));
  expect(answers).toEqual(
    Array(4).fill({ domain: 'xn--bcher-kva.example', provider: 'runbox', by: 'mx', confidence: 'likely' }),
  );
  expect(await find('nowhere.example')).toEqual({ domain: 'nowhere.example' });
  expect(await find('nowhere.example')).toEqual({ domain: 'nowhere.example' });
  expect(dns.asked.slice(before)).toEqual(['xn--bcher-kva.example', 'nowhere.example']);
});

test('a failure is no answer for long: the next one asks again', async () => {
  dns.domains.set('failing.example', 'SERVFAIL');
  expect(await Promise.all([find('failing.example'), find('failing.example')])).toEqual(
    Array(2).fill({ domain: 'failing.example' }),
  );
  dns.domains.set('failing.example', { 'mx.yandex.net': 10 });
  expect(await find('failing.example')).toMatchObject({ provider: 'yandex' });
  // What it prints comes another way than its answers, and later it may be.
  await vi.waitFor(() => expect(onboarding.backend.log()).toContain('"error":"ESERVFAIL"'));
});

test('a server that does not answer is not waited for longer than five seconds', async () => {
  dns.domains.set('silent.example', 'silence');
  const started = performance.now();
  expect(await find('silent.example')).toEqual({ domain: 'silent.example' });
  expect(performance.now() - started).toBeLessThan(8000);
});

test.each([
  'localhost',
  '192.0.2.1',
  '[2001:db8::1]',
  'a..example',
  'under_score.example',
  'company.example/x',
  'two words.example',
  `${'a'.repeat(64)}.example`,
  '-a.example',
  'company.example?',
])('%s is no domain', async (text) => {
  const before = dns.asked.length;
  const response = await ask(text);
  expect(response.status).toBe(400);
  expect(Problem.parse(await response.json())).toMatchObject({ type: problemTypes.requestInvalid });
  expect(dns.asked).toHaveLength(before);
});

test('it is told to nobody without a token, and not to the log', async () => {
  const response = await fetch(`${onboarding.backend.url}/v1/domains/gmail.com`);
  expect(response.status).toBe(401);
  const requestId = response.headers.get('X-Request-Id') as string;
  await vi.waitFor(() => expect(onboarding.backend.log()).toContain(requestId));
  expect(onboarding.backend.log()).toContain('/v1/domains/…');
  expect(onboarding.backend.log()).not.toMatch(/gmail\.com|company-/);
});

describe('in time', () => {
  afterEach(() => vi.useRealTimers());

  test('an answer is forgotten after an hour', async () => {
    const domains = new Domains({
      providers: await loadProviders(),
      network: { routes: new Map(), dnsServers: [dns.address] },
      discovers: true,
      log: () => {},
    });
    dns.domains.set('moving.example', { 'mx.yandex.net': 10 });
    expect(await domains.find('moving.example')).toMatchObject({ provider: 'yandex' });
    dns.domains.set('moving.example', { 'mx.zoho.com': 10 });
    vi.useFakeTimers({ now: Date.now() + 59 * 60_000, toFake: ['Date'] });
    expect(await domains.find('moving.example')).toMatchObject({ provider: 'yandex' });
    vi.setSystemTime(Date.now() + 2 * 60_000);
    expect(await domains.find('moving.example')).toMatchObject({ provider: 'zoho' });
  });
});

test.each(['192.0.2.53', '192.0.2.53:5353', '[2001:db8::53]:53', '2001:db8::53'])(
  '%s is a DNS server',
  (text) => {
    expect(readConfig({ ONBOARDING_DNS_SERVERS: text }).dnsServers).toEqual([text]);
  },
);

test('a name is no DNS server', () => {
  expect(() => readConfig({ ONBOARDING_DNS_SERVERS: 'dns.example.com' })).toThrow('ONBOARDING_DNS_SERVERS');
});
