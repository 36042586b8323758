import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readAutoconfig } from '../../backend/src/discovery/autoconfig.ts';
import { fetchText } from '../../backend/src/discovery/https.ts';
import { Domains } from '../../backend/src/domains.ts';
import { secureContextWith } from '../../backend/src/verification/connect.ts';
import { toMailbox } from '../../backend/src/verification/mailbox.ts';
import { loadProviders } from '../../providers/registry/node.ts';
import { Secret } from '../../utils/secret.ts';
import { type DnsServer, startDnsServer } from '../servers/dns.ts';
import { startWebServer, type WebServer } from '../servers/https.ts';
import { createPki, type Pki } from '../servers/pki.ts';
import { startScriptedMailServer } from '../servers/scripted-mail-server.ts';
import { verifierAt } from './verification.ts';

const DOMAIN = 'company.example';
const OWN = `https://autoconfig.${DOMAIN}/mail/config-v1.1.xml`;
const WELL_KNOWN = `https://${DOMAIN}/.well-known/autoconfig/mail/config-v1.1.xml`;
const ISPDB = `https://autoconfig.thunderbird.net/v1.1/${DOMAIN}`;
const HOSTS = [DOMAIN, `autoconfig.${DOMAIN}`, 'autoconfig.thunderbird.net', 'elsewhere.example'];

const providers = await loadProviders();

let pki: Pki;
let dns: DnsServer;
let web: WebServer;

beforeAll(async () => {
  pki = await createPki();
  dns = await startDnsServer();
  web = await startWebServer(await pki.certificateFor(HOSTS));
});

afterAll(async () => {
  await web?.stop();
  await dns?.stop();
});

beforeEach(() => {
  web.pages.clear();
  web.asked.length = 0;
  dns.services.clear();
  dns.hosts.clear();
  dns.questions.length = 0;
  dns.domains.clear();
  dns.domains.set(DOMAIN, { [`mx.${DOMAIN}`]: 10 });
});

const network = () => ({
  routes: new Map(HOSTS.map((host) => [`${host}:443`, { address: '127.0.0.1', port: web.port }])),
  dnsServers: [dns.address],
});

const domains = (discovers = true): Domains =>
  new Domains({ providers, network: network(), ca: pki.ca, discovers, log: () => {} });

interface Entry {
  protocol?: string;
  host?: string;
  port?: number;
  socket?: string;
  user?: string;
  authentication?: string[];
}

const entry = (tag: string, usual: Required<Entry>, given: Entry): string => {
  const { protocol, host, port, socket, user, authentication } = { ...usual, ...given };
  return `<${tag} type="${protocol}"><hostname>${host}</hostname><port>${port}</port>
    <socketType>${socket}</socketType><username>${user}</username>
    ${authentication.map((method) => `<authentication>${method}</authentication>`).join('')}</${tag}>`;
};

const USUAL = { user: '%EMAILADDRESS%', authentication: ['password-cleartext'], socket: 'SSL' };
const incoming = (given: Entry = {}): string =>
  entry('incomingServer', { ...USUAL, protocol: 'imap', host: `imap.${DOMAIN}`, port: 993 }, given);
const outgoing = (given: Entry = {}): string =>
  entry('outgoingServer', { ...USUAL, protocol: 'smtp', host: `smtp.${DOMAIN}`, port: 465 }, given);
const config = (...entries: string[]): string =>
  `<?xml version="1.0"?>\n<clientConfig version="1.1"><emailProvider id="${DOMAIN}">${entries.join('')}</emailProvider></clientConfig>`;

/** The usual description, with its name in the hosts, to tell one from another. */
const configOf = (name: string): string =>
  config(incoming({ host: `${name}.imap.${DOMAIN}` }), outgoing({ host: `${name}.smtp.${DOMAIN}` }));

const server = (host: string, port: number, security = 'tls') => ({ host, port, security });

describe('a description', () => {
  const IMAP = server(`imap.${DOMAIN}`, 993);
  const SMTP = server(`smtp.${DOMAIN}`, 465);

  test.each<[string, string, unknown, unknown]>([
    ['as usual', config(incoming(), outgoing()), IMAP, SMTP],
    [
      'with STARTTLS',
      config(incoming({ port: 143, socket: 'STARTTLS' }), outgoing({ port: 587, socket: 'STARTTLS' })),
      server(IMAP.host, 143, 'starttls'),
      server(SMTP.host, 587, 'starttls'),
    ],
    [
      'with others before that can not be used',
      config(
        incoming({ protocol: 'pop3', port: 995 }),
        incoming({ host: 'plain.example', port: 143, socket: 'plain' }),
        incoming({ host: 'oauth.example', authentication: ['OAuth2'] }),
        incoming({ host: 'encrypted.example', authentication: ['password-encrypted'] }),
        incoming(),
        outgoing({ host: 'nobody.example', authentication: ['client-IP-address'] }),
        outgoing({ host: 'port25.example', port: 25, socket: 'STARTTLS' }),
        outgoing(),
      ),
      IMAP,
      SMTP,
    ],
    [
      'with a password after OAuth, or by its old name',
      config(
        incoming({ authentication: ['OAuth2', 'password-cleartext'] }),
        outgoing({ authentication: ['plain'] }),
      ),
      IMAP,
      SMTP,
    ],
    [
      'with the domain in the names, and capitals',
      config(incoming({ host: 'IMAP.%EMAILDOMAIN%' }), outgoing({ host: 'smtp.%EMAILDOMAIN%.' })),
      IMAP,
      SMTP,
    ],
  ])('%s', (_, xml, imap, smtp) => {
    expect(readAutoconfig(xml, DOMAIN)).toMatchObject({ imap: { server: imap }, smtp: { server: smtp } });
  });

  test.each([
    ['no XML', 'not found'],
    ['half of one', config(incoming(), outgoing()).slice(0, -40)],
    ['a page', '<!doctype html><html><body>Welcome</body></html>'],
    ['nothing', ''],
    ['no sending', config(incoming())],
    ['no receiving', config(outgoing())],
    ['plain text only', config(incoming({ socket: 'plain', port: 143 }), outgoing())],
    ['OAuth only', config(incoming({ authentication: ['OAuth2'] }), outgoing())],
    ['no way to sign in', config(incoming({ authentication: [] }), outgoing())],
    ['another port', config(incoming({ port: 9993 }), outgoing())],
    ['the port of the other protocol', config(incoming({ port: 465 }), outgoing())],
    ['an address for a name', config(incoming({ host: '192.0.2.1' }), outgoing())],
    ['an IPv6 address for a name', config(incoming({ host: '[2001:db8::1]' }), outgoing())],
    ['this machine', config(incoming({ host: 'localhost' }), outgoing())],
    ['a name with more in it', config(incoming({ host: 'imap.example:993/x' }), outgoing())],
    [
      'an entity that grows',
      `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]>${config(incoming({ host: '&b;.example' }), outgoing())}`,
    ],
    [
      'a file of this machine',
      `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>${config(incoming({ host: '&a;' }), outgoing())}`,
    ],
  ])('is none that is %s', (_, xml) => {
    expect(readAutoconfig(xml, DOMAIN)).toBeUndefined();
  });
});

describe('where a domain is described', () => {
  test.each([
    ['its own host', OWN, 'autoconfig', 'sure'],
    ['its web site', WELL_KNOWN, 'autoconfig', 'sure'],
    ["Thunderbird's directory", ISPDB, 'ispdb', 'likely'],
  ])('%s', async (_, url, by, confidence) => {
    web.pages.set(url, config(incoming(), outgoing()));
    expect(await domains().find(DOMAIN)).toEqual({
      domain: DOMAIN,
      by,
      confidence,
      servers: { imap: server(`imap.${DOMAIN}`, 993), smtp: server(`smtp.${DOMAIN}`, 465) },
    });
  });

  test('the directory is told the domain and nothing else', async () => {
    await domains().serversOf(`test.person@${DOMAIN}`);
    expect(web.asked).toContain(ISPDB);
    expect(web.asked.filter((url) => url.includes('thunderbird'))).toEqual([ISPDB]);
    expect(web.asked.join()).not.toContain('test.person');
  });

  test('the most certain counts', async () => {
    web.pages.set(ISPDB, configOf('ispdb'));
    dns.services.set(`_imaps._tcp.${DOMAIN}`, [`0 1 993 srv.${DOMAIN}`]);
    dns.services.set(`_submissions._tcp.${DOMAIN}`, [`0 1 465 srv.${DOMAIN}`]);
    expect(await domains().find(DOMAIN)).toMatchObject({ by: 'ispdb' });
    web.pages.set(WELL_KNOWN, configOf('site'));
    expect(await domains().find(DOMAIN)).toMatchObject({
      servers: { imap: { host: `site.imap.${DOMAIN}` } },
    });
    web.pages.set(OWN, configOf('own'));
    expect(await domains().find(DOMAIN)).toMatchObject({ servers: { imap: { host: `own.imap.${DOMAIN}` } } });
  });

  test('nowhere', async () => {
    expect(await domains().find(DOMAIN)).toEqual({ domain: DOMAIN });
  });

  test('is not looked for where its mail exchangers tell its provider', async () => {
    dns.domains.set(DOMAIN, { 'mx.zoho.eu': 10 });
    expect(await domains().find(DOMAIN)).toMatchObject({ provider: 'zoho', by: 'mx' });
    expect(web.asked).toEqual([]);
  });

  test('is not looked for where the operator does not want it', async () => {
    expect(await domains(false).find(DOMAIN)).toEqual({ domain: DOMAIN });
    expect([web.asked, dns.questions]).toEqual([[], [`MX ${DOMAIN}`]]);
  });

  test('is remembered, and so is that it is not', async () => {
    const known = domains();
    await known.find(DOMAIN);
    const [pages, questions] = [web.asked.length, dns.questions.length];
    expect(pages).toBeGreaterThan(0);
    await known.find(DOMAIN);
    expect([web.asked.length, dns.questions.length]).toEqual([pages, questions]);
  });

  test('a known provider behind somebody who filters mail is told by its servers', async () => {
    web.pages.set(OWN, config(incoming({ host: 'imap.gmail.com' }), outgoing({ host: 'smtp.gmail.com' })));
    expect(await domains().find(DOMAIN)).toMatchObject({ provider: 'google', by: 'autoconfig' });
  });
});

describe('services in DNS', () => {
  const announce = (service: string, ...records: string[]): void => {
    dns.services.set(`_${service}._tcp.${DOMAIN}`, records as `${number} ${number} ${number} ${string}`[]);
  };

  test('the preferred one counts, then the weightier', async () => {
    announce('imaps', `20 0 993 c.${DOMAIN}`, `10 1 993 b.${DOMAIN}`, `10 9 993 a.${DOMAIN}`);
    announce('submissions', `0 1 465 smtp.${DOMAIN}`);
    announce('submission', `0 1 587 other.${DOMAIN}`);
    expect(await domains().find(DOMAIN)).toEqual({
      domain: DOMAIN,
      by: 'srv',
      confidence: 'likely',
      servers: { imap: server(`a.${DOMAIN}`, 993), smtp: server(`smtp.${DOMAIN}`, 465) },
    });
  });

  test('sending over STARTTLS will do', async () => {
    announce('imaps', `0 1 993 imap.${DOMAIN}`);
    announce('submission', `0 1 587 smtp.${DOMAIN}`);
    expect(await domains().find(DOMAIN)).toMatchObject({
      servers: { smtp: server(`smtp.${DOMAIN}`, 587, 'starttls') },
    });
  });

  test.each([
    ['there is none, says the record', '0 0 0 .'],
    ['it is at another port', `0 1 10993 imap.${DOMAIN}`],
  ])('no receiving: %s', async (_, record) => {
    announce('imaps', record);
    announce('submissions', `0 1 465 smtp.${DOMAIN}`);
    expect(await domains().find(DOMAIN)).toEqual({ domain: DOMAIN });
  });

  test('a server outside the domain is told, but no password is told to it', async () => {
    announce('imaps', '0 1 993 imap.elsewhere.example');
    announce('submissions', `0 1 465 smtp.${DOMAIN}`);
    const known = domains();
    expect(await known.find(DOMAIN)).toMatchObject({ by: 'srv', confidence: 'unsure' });
    expect(await known.serversOf(`test.person@${DOMAIN}`)).toBeUndefined();
  });

  test('nor is it, when only one of the two is a known provider’s', async () => {
    announce('imaps', '0 1 993 imap.fastmail.com');
    announce('submissions', '0 1 465 smtp.elsewhere.example');
    const answer = await domains().find(DOMAIN);
    expect(answer).toMatchObject({ by: 'srv', confidence: 'unsure' });
    expect(answer).not.toHaveProperty('provider');
  });

  test('a server outside the domain may be trusted when it is a known provider’s', async () => {
    announce('imaps', '0 1 993 imap.fastmail.com');
    announce('submissions', '0 1 465 smtp.fastmail.com');
    const known = domains();
    expect(await known.find(DOMAIN)).toMatchObject({ provider: 'fastmail', by: 'srv', confidence: 'likely' });
    expect(await known.serversOf(`test.person@${DOMAIN}`)).toEqual({ provider: providers.get('fastmail') });
  });
});

describe('a page is fetched', () => {
  const fetchPage = (url: string, more: { isAllowed?: (address: string) => boolean; ca?: string } = {}) => {
    const { ca = pki.ca, ...allowed } = more;
    return fetchText(url, { ...network(), ...allowed }, secureContextWith(ca), AbortSignal.timeout(10_000));
  };
  const AT = `https://${DOMAIN}/`;
  const ELSEWHERE = 'https://elsewhere.example/';

  test('as it is', async () => {
    web.pages.set(AT, 'grüße');
    expect(await fetchPage(AT)).toBe('grüße');
  });

  test('where it leads, as long as that is HTTPS', async () => {
    web.pages.set(AT, { location: ELSEWHERE }).set(ELSEWHERE, { location: '/there' });
    web.pages.set(`${ELSEWHERE}there`, 'found');
    expect(await fetchPage(AT)).toBe('found');
  });

  test.each([
    ['HTTP', 'http://elsewhere.example/'],
    ['another port', 'https://elsewhere.example:8443/'],
    ['a private network', 'https://internal.example/'],
    ['this machine', 'https://127.0.0.1/'],
    ['the metadata of a cloud', 'https://169.254.169.254/latest/'],
    ['nowhere', 'https://'],
    ['itself', AT],
  ])('not where it leads to %s', async (_, location) => {
    dns.hosts.set('internal.example', ['10.0.0.1']);
    web.pages.set(AT, { location }).set(ELSEWHERE, 'found');
    expect(await fetchPage(AT)).toBeUndefined();
    expect(web.asked.filter((url) => url !== AT)).toEqual([]);
    expect(web.asked.length).toBeLessThanOrEqual(4);
  });

  test('not from a private address, though something may be there', async () => {
    dns.hosts.set('internal.example', ['127.0.0.9']);
    expect(await fetchPage('https://internal.example/')).toBeUndefined();
    // It would have been connected to.
    await expect(fetchPage('https://internal.example/', { isAllowed: () => true })).rejects.toThrow(
      'ECONNREFUSED',
    );
  });

  test('not from another port, though something may be there', async () => {
    dns.hosts.set('internal.example', ['127.0.0.9']);
    const isAllowed = (): boolean => true;
    expect(await fetchPage('https://internal.example:8443/', { isAllowed })).toBeUndefined();
  });

  test('not without a certificate for its name', async () => {
    web.pages.set(AT, 'found');
    await expect(fetchPage(AT, { ca: (await createPki()).ca })).rejects.toThrow(/certificate/);
  });

  test.each([
    [64 * 1024, 64 * 1024],
    [64 * 1024 + 1, undefined],
  ])('of %i bytes: %j', async (length, expected) => {
    web.pages.set(AT, 'x'.repeat(length));
    expect((await fetchPage(AT))?.length).toBe(expected);
  });

  test('not one that never ends', async () => {
    web.pages.set(AT, (response) => {
      const more = (): void => {
        if (!response.destroyed) response.write('x'.repeat(10_000), () => setImmediate(more));
      };
      more();
    });
    expect(await fetchPage(AT)).toBeUndefined();
  });
});

test('hosts that keep silent are not waited for longer than four seconds, and the others count', async () => {
  for (const url of [OWN, WELL_KNOWN, ISPDB]) web.pages.set(url, () => {});
  dns.services.set(`_imaps._tcp.${DOMAIN}`, [`0 1 993 imap.${DOMAIN}`]);
  dns.services.set(`_submission._tcp.${DOMAIN}`, [`0 1 587 smtp.${DOMAIN}`]);
  const started = performance.now();
  expect(await domains().find(DOMAIN)).toMatchObject({ by: 'srv' });
  expect(performance.now() - started).toBeLessThan(7000);
});

test('a mailbox is signed in to where its domain says, with the user name that is wanted there', async () => {
  const password = 'abcdefghijklmnop';
  const email = `test.person@${DOMAIN}`;
  const scripted = await startScriptedMailServer({ certificate: await pki.certificateFor(['mail.test']) });
  try {
    web.pages.set(
      OWN,
      config(
        incoming({ host: 'mail.test', user: '%EMAILLOCALPART%' }),
        outgoing({ host: 'mail.test', user: '%EMAILLOCALPART%+%EMAILDOMAIN%' }),
      ),
    );
    scripted.accounts.set('test.person', { password }).set(`test.person+${DOMAIN}`, { password });
    const located = await domains().serversOf(email);
    if (!located || 'provider' in located) throw new Error('not found');
    const mailbox = toMailbox(
      { provider: undefined, email, located, password: new Secret(password) },
      providers,
    );
    const verifier = await verifierAt(pki, scripted.ports);
    expect(await verifier.verify(mailbox, async () => {})).toMatchObject([
      { status: 'ok', host: 'mail.test', port: 993, login: 'test.person' },
      { status: 'ok', host: 'mail.test', port: 465, login: `test.person+${DOMAIN}` },
    ]);
  } finally {
    await scripted.stop();
  }
});
