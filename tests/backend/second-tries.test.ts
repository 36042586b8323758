import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MailboxRequest } from '../../backend/src/verification/mailbox.ts';
import { loadProviders, type Provider } from '../../providers/registry/node.ts';
import type { Check } from '../../utils/onboarding/contract.ts';
import { createPki, type Pki } from '../servers/pki.ts';
import type { Protocol } from '../servers/provider-words.ts';
import { mailHosts } from '../servers/routes.ts';
import { type ScriptedMailServer, startScriptedMailServer } from '../servers/scripted-mail-server.ts';
import { mailboxes, verifierAt } from './verification.ts';

const PASSWORD = 'abcdefghijklmnop';
const WRONG = 'fakefakefakefake';
const REFUSED = '127.0.0.1:1';

const providers = await loadProviders();
const mailbox = await mailboxes('', PASSWORD);

let pki: Pki;
let server: ScriptedMailServer;

beforeAll(async () => {
  pki = await createPki();
  server = await startScriptedMailServer({
    certificate: await pki.certificateFor([...(await mailHosts()), 'mail.test']),
  });
});

afterAll(() => server?.stop());

beforeEach(() => {
  server.accounts.clear();
  server.faults = {};
  server.logIns.length = 0;
  server.connections.length = 0;
});

/** Verifies a mailbox of a provider's, which may have a few hosts elsewhere than usual. */
async function verify(
  provider: string,
  email: string,
  {
    password = PASSWORD,
    elsewhere = {},
    timeoutMs = 20_000,
    ...more
  }: Partial<Omit<MailboxRequest, 'password'>> & {
    password?: string;
    elsewhere?: Record<string, string>;
    timeoutMs?: number;
  } = {},
): Promise<{ receiving: Check; sending: Check }> {
  const verifier = await verifierAt(pki, server.ports, timeoutMs, elsewhere);
  const { mail } = providers.get(provider) as Provider;
  const checks = await verifier.verify(mailbox(mail, email, password, more), async () => {});
  return { receiving: checks[0], sending: checks[1] };
}

const tried = (protocol: Protocol): string[] =>
  server.logIns.filter((logIn) => logIn.protocol === protocol).map(({ host, user }) => `${user} at ${host}`);

describe('iCloud', () => {
  const EMAIL = 'test.person@icloud.com';

  test('is received from with the part before the @, and sent with the whole address', async () => {
    server.accounts.set('test.person', { password: PASSWORD }).set(EMAIL, { password: PASSWORD });
    const checks = await verify('icloud', EMAIL);
    expect(checks).toMatchObject({ receiving: { status: 'ok' }, sending: { status: 'ok' } });
    expect(checks.receiving).not.toHaveProperty('tries');
    expect(checks.receiving).not.toHaveProperty('login');
    expect(tried('imap')).toEqual(['test.person at imap.mail.me.com']);
    expect(tried('smtp')).toEqual([`${EMAIL} at smtp.mail.me.com`]);
  });

  test('is then received from with the whole address', async () => {
    server.accounts.set(EMAIL, { password: PASSWORD });
    expect((await verify('icloud', EMAIL)).receiving).toMatchObject({ status: 'ok', tries: 2, login: EMAIL });
    expect(tried('imap')).toEqual(['test.person at imap.mail.me.com', `${EMAIL} at imap.mail.me.com`]);
  });

  test('calls a password wrong after both, and is sent with but once', async () => {
    const { receiving, sending } = await verify('icloud', EMAIL, { password: WRONG });
    expect(receiving).toMatchObject({ code: 'AUTH_INVALID', retryable: false, tries: 2 });
    expect(sending).toMatchObject({ code: 'AUTH_INVALID' });
    expect([tried('imap').length, tried('smtp').length]).toEqual([2, 1]);
  });

  test('is signed in to with the user name that was told, and no other', async () => {
    await verify('icloud', 'me@company.example', { login: 'me@icloud.com', password: WRONG });
    expect(tried('imap')).toEqual(['me@icloud.com at imap.mail.me.com']);
  });
});

describe('Zoho', () => {
  const EMAIL = 'test.person@company.example';
  const pageHost = 'accounts.zoho.eu';
  const at = (...hosts: string[]): string[] => hosts.map((host) => `${EMAIL} at ${host}`);
  const ALL = (protocol: string): string[] =>
    at(
      `${protocol}pro.zoho.eu`,
      `${protocol}.zoho.eu`,
      `${protocol}pro.zoho.com`,
      `${protocol}pro.zoho.in`,
      `${protocol}pro.zoho.com.au`,
      `${protocol}pro.zoho.jp`,
      `${protocol}pro.zohocloud.ca`,
    );

  test('knows the mailbox where its page was, and nowhere else is asked', async () => {
    server.accounts.set(EMAIL, { password: PASSWORD, hosts: ['imappro.zoho.eu', 'smtppro.zoho.eu'] });
    expect(await verify('zoho', EMAIL, { pageHost })).toMatchObject({
      receiving: { status: 'ok', host: 'imappro.zoho.eu' },
      sending: { status: 'ok', host: 'smtppro.zoho.eu' },
    });
    expect(server.logIns).toHaveLength(2);
  });

  test.each([
    ["the same centre's servers for people", 'zoho.eu', '', 2],
    ['another centre', 'zoho.in', 'pro', 4],
    ['the last one', 'zohocloud.ca', 'pro', 7],
  ])('knows it at %s', async (_, centre, pro, tries) => {
    const [imap, smtp] = [`imap${pro}.${centre}`, `smtp${pro}.${centre}`];
    server.accounts.set(EMAIL, { password: PASSWORD, hosts: [imap, smtp] });
    expect(await verify('zoho', EMAIL, { pageHost })).toMatchObject({
      receiving: { status: 'ok', host: imap, tries },
      sending: { status: 'ok', host: smtp, tries },
    });
    expect(tried('imap')).toEqual(ALL('imap').slice(0, tries));
    expect(tried('smtp')).toEqual(ALL('smtp').slice(0, tries));
  });

  test('calls the password wrong everywhere: then it is, told of the likeliest server', async () => {
    const { receiving, sending } = await verify('zoho', EMAIL, { pageHost, password: WRONG });
    expect(receiving).toMatchObject({ code: 'AUTH_INVALID', host: 'imappro.zoho.eu', tries: 7 });
    expect(sending).toMatchObject({ code: 'AUTH_INVALID', host: 'smtppro.zoho.eu', tries: 7 });
    expect(tried('imap')).toEqual(ALL('imap'));
    expect(tried('smtp')).toEqual(ALL('smtp'));
  });

  test('has eight at most, for the centres that are not sure', async () => {
    await verify('zoho', EMAIL, { pageHost: 'accounts.zoho.sa', password: WRONG });
    expect(tried('imap')).toHaveLength(8);
  });

  test('leaves it open while one of them could not be asked', async () => {
    const { receiving } = await verify('zoho', EMAIL, {
      pageHost,
      password: WRONG,
      elsewhere: { 'imappro.zoho.in:993': REFUSED },
    });
    expect(receiving).toMatchObject({
      code: 'WRONG_HOST',
      retryable: true,
      host: 'imappro.zoho.eu',
      serverText: expect.stringContaining('AUTHENTICATIONFAILED'),
    });
    expect(tried('imap')).toHaveLength(6);
  });

  test('leaves it open, and is asked no more, once one of them throttles', async () => {
    server.accounts.set(EMAIL, { password: PASSWORD, hosts: ['imap.zoho.eu'], outcome: { imap: 'limit' } });
    expect((await verify('zoho', EMAIL, { pageHost })).receiving).toMatchObject({ code: 'WRONG_HOST' });
    expect(tried('imap')).toEqual(ALL('imap').slice(0, 2));
  });

  test('leaves it open while one of them keeps silent, to the end', async () => {
    server.accounts.set(EMAIL, { password: PASSWORD, hosts: ['imap.zoho.eu'], outcome: { imap: 'hang' } });
    expect((await verify('zoho', EMAIL, { pageHost, timeoutMs: 1500 })).receiving).toMatchObject({
      code: 'WRONG_HOST',
      host: 'imappro.zoho.eu',
    });
    expect(tried('imap')).toEqual(ALL('imap').slice(0, 2));
  });

  test('is believed where it says anything else of the mailbox', async () => {
    const hosts = ['imappro.zoho.com'];
    server.accounts.set(EMAIL, { password: PASSWORD, hosts, outcome: { imap: 'account-off' } });
    expect((await verify('zoho', EMAIL, { pageHost })).receiving).toMatchObject({
      code: 'ACCOUNT_BLOCKED',
      host: 'imappro.zoho.com',
      tries: 3,
    });
  });

  test('that can not be reached where the mailbox should be says nothing of it', async () => {
    const elsewhere = { 'imappro.zoho.eu:993': REFUSED };
    expect((await verify('zoho', EMAIL, { pageHost, elsewhere })).receiving).toMatchObject({
      code: 'UNREACHABLE_REFUSED',
      host: 'imappro.zoho.eu',
    });
    expect(tried('imap')).toEqual([]);
  });
});

describe('nobody else is tried twice', () => {
  test.each([
    ['yahoo', 'test.person@yahoo.com', 'test.person@yahoo.com', 'imap.mail.yahoo.com'],
    ['aol', 'test.person@aol.com', 'test.person@aol.com', 'imap.aol.com'],
    ['att', 'test.person@att.net', 'test.person@att.net', 'imap.mail.att.net'],
    ['google', 'test.person@gmail.com', 'test.person@gmail.com', 'imap.gmail.com'],
    ['gmx', 'test.person@gmx.de', 'test.person@gmx.de', 'imap.gmx.net'],
    ['gmx', 'test.person@gmx.com', 'test.person@gmx.com', 'imap.gmx.com'],
    ['web-de', 'test.person@web.de', 'test.person', 'imap.web.de'],
    ['laposte', 'test.person@laposte.net', 'test.person', 'imap.laposte.net'],
    ['free', 'test.person@free.fr', 'test.person', 'imap.free.fr'],
    ['wp', 'test.person@wp.pl', 'test.person', 'imap.wp.pl'],
    ['yandex', 'test.person@yandex.com', 'test.person@yandex.com', 'imap.yandex.com'],
  ])('%s: %s is %s at %s', async (provider, email, user, host) => {
    await verify(provider, email, { password: WRONG });
    expect(tried('imap')).toEqual([`${user} at ${host}`]);
    expect(tried('smtp')).toEqual([expect.stringContaining(`${user} at `)]);
  });

  test('a provider without servers, and none named, can not be reached', async () => {
    expect(await verify('zimbra', 'test.person@company.example')).toMatchObject({
      receiving: { code: 'UNREACHABLE_DNS' },
      sending: { code: 'UNREACHABLE_DNS' },
    });
  });

  test('servers that were named stay the only ones, in the words of whoever has them', async () => {
    const servers = {
      imap: { host: 'outlook.office365.com', port: 993, security: 'tls' },
      smtp: { host: 'mail.test', port: 465, security: 'tls' },
    } as const;
    const checks = await verify('zoho', 'test.person@company.example', { password: WRONG, servers });
    expect(checks).toMatchObject({
      receiving: { code: 'AUTH_AMBIGUOUS' },
      sending: { code: 'AUTH_INVALID' },
    });
    expect(server.logIns).toHaveLength(2);
  });
});

describe('587 instead of 465', () => {
  const EMAIL = 'test.person@yandex.com';

  test('is tried where 465 is shut, at a provider of whom only 465 is known', async () => {
    server.accounts.set(EMAIL, { password: PASSWORD });
    const elsewhere = { 'smtp.yandex.com:465': REFUSED };
    expect((await verify('yandex', EMAIL, { elsewhere })).sending).toMatchObject({ status: 'ok', port: 587 });
  });

  test('is not tried where 465 says no', async () => {
    server.faults = { smtp: 'greeting-refused' };
    server.accounts.set(EMAIL, { password: PASSWORD });
    expect((await verify('yandex', EMAIL)).sending).toMatchObject({ code: 'TEMPORARY', port: 465 });
    expect(server.connections).toContain(server.ports.smtps);
    expect(server.connections).not.toContain(server.ports.submission);
  });
});
