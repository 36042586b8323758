import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { conclude } from '../../backend/src/verification/verdict.ts';
import type { Verifier } from '../../backend/src/verification/verify.ts';
import { mail as gmx } from '../../providers/gmx.ts';
import { mail as google } from '../../providers/google.ts';
import { mail as microsoft } from '../../providers/microsoft-personal.ts';
import type { ProviderMail } from '../../providers/registry/types.ts';
import { mail as yahoo } from '../../providers/yahoo.ts';
import type { Check, Code, Stage } from '../../utils/onboarding/contract.ts';
import { type Dovecot, startDovecot } from '../servers/dovecot.ts';
import { createPki, type Pki } from '../servers/pki.ts';
import type { Dialect, Protocol, REFUSALS } from '../servers/provider-words.ts';
import { mailHosts } from '../servers/routes.ts';
import { type ScriptedMailServer, startScriptedMailServer } from '../servers/scripted-mail-server.ts';
import type { Fault, Outcome } from '../servers/scripted-session.ts';
import { mailboxes, verifierAt } from './verification.ts';

const EMAIL = 'test.person@gmail.com';
const PASSWORD = 'abcdefghijklmnop';

/** A mail server at no known provider. */
const other: ProviderMail = {
  imap: [{ host: 'mail.test', port: 993, security: 'tls' }],
  smtp: [{ host: 'mail.test', port: 465, security: 'tls' }],
  answers: 'standard',
};
const otherWithStartTls: ProviderMail = {
  imap: [{ host: 'mail.test', port: 143, security: 'starttls' }],
  smtp: [{ host: 'mail.test', port: 587, security: 'starttls' }],
  answers: 'standard',
};

const ignore = async (): Promise<void> => {};

let pki: Pki;
let mailbox: Awaited<ReturnType<typeof mailboxes>>;

beforeAll(async () => {
  pki = await createPki();
  mailbox = await mailboxes(EMAIL, PASSWORD);
});

const ok = expect.objectContaining({ status: 'ok' });
const failed = (code: Code, stage?: Stage) =>
  expect.objectContaining({ status: 'failed', code, ...(stage ? { stage } : {}) });

const BROKEN = [
  'no home directory',
  'unknown storage driver',
  'a folder that nobody may read',
  'a file in place of the folder',
  'an inbox that belongs to no namespace',
] as const;

describe('dovecot', () => {
  let dovecot: Dovecot;
  let verifier: Verifier;

  beforeAll(async () => {
    const user = (email: string, flags = {}) => ({ email, password: PASSWORD, ...flags });
    dovecot = await startDovecot({
      certificate: await pki.certificateFor(['mail.test']),
      users: [
        user('works@mail.test'),
        user('disabled@mail.test', { disabled: true }),
        user('imap.off@mail.test', { imapOff: true }),
        user('smtp.off@mail.test', { smtpOff: true }),
        user('locked@mail.test', { sendingLocked: true }),
        ...BROKEN.map((broken, at) => user(`broken.${at}@mail.test`, { broken })),
      ],
    });
    verifier = await verifierAt(pki, dovecot.ports);
  });

  afterAll(() => dovecot?.stop());

  test('works over TLS', async () => {
    expect(await verifier.verify(mailbox(other, 'works@mail.test'), ignore)).toEqual([
      { status: 'ok', host: 'mail.test', port: 993, ms: expect.any(Number) },
      { status: 'ok', host: 'mail.test', port: 465, ms: expect.any(Number) },
    ]);
  });

  test('works over STARTTLS', async () => {
    const { smtp } = otherWithStartTls;
    const [, sending] = await verifier.verify(mailbox({ ...other, smtp }, 'works@mail.test'), ignore);
    expect(sending).toMatchObject({ status: 'ok', port: 587 });
  });

  test('refuses a wrong password', async () => {
    const [receiving, sending] = await verifier.verify(
      mailbox(other, 'works@mail.test', 'fakefakefakefake'),
      ignore,
    );
    expect(receiving).toEqual({
      status: 'failed',
      host: 'mail.test',
      port: 993,
      ms: expect.any(Number),
      stage: 'auth',
      code: 'AUTH_INVALID',
      retryable: false,
      serverText: expect.stringContaining('[AUTHENTICATIONFAILED]'),
    });
    expect(sending).toMatchObject({
      code: 'AUTH_INVALID',
      serverText: expect.stringMatching(/^535 5\.7\.8/),
    });
    expect(conclude(receiving, sending, undefined).verdict).toBe('rejected');
  });

  test('refuses a disabled account', async () => {
    const checks = await verifier.verify(mailbox(other, 'disabled@mail.test'), ignore);
    expect(checks).toEqual([failed('ACCOUNT_BLOCKED', 'auth'), failed('ACCOUNT_BLOCKED', 'auth')]);
    expect(conclude(...checks, undefined).verdict).toBe('blocked');
  });

  test.each(BROKEN.map((broken, at) => [broken, at] as const))(
    'takes the password of a mailbox with %s, and does not open it',
    async (_, at) => {
      const checks = await verifier.verify(mailbox(other, `broken.${at}@mail.test`), ignore);
      expect(checks[0]).toEqual(failed('MAILBOX_NOT_CONNECTED', 'auth'));
      expect(conclude(...checks, undefined).verdict).not.toBe('verified');
    },
  );

  test('takes the password of a mailbox that may not send, and says so', async () => {
    const checks = await verifier.verify(mailbox(other, 'locked@mail.test'), ignore);
    expect(checks).toEqual([ok, failed('ACCOUNT_BLOCKED', 'auth')]);
    expect(conclude(...checks, undefined)).toMatchObject({
      verdict: 'partial',
      advice: { code: 'ACCOUNT_BLOCKED', about: 'sending' },
    });
  });

  test('refuses receiving only, where IMAP is off', async () => {
    const checks = await verifier.verify(mailbox(other, 'imap.off@mail.test'), ignore);
    expect(checks).toEqual([failed('AUTH_INVALID', 'auth'), ok]);
    expect(conclude(...checks, undefined)).toMatchObject({
      verdict: 'partial',
      advice: { code: 'IMAP_OFF_OR_AUTH', about: 'receiving' },
    });
  });

  test('refuses sending only, where SMTP is off', async () => {
    const checks = await verifier.verify(mailbox(other, 'smtp.off@mail.test'), ignore);
    expect(checks).toEqual([ok, failed('AUTH_INVALID', 'auth')]);
    expect(conclude(...checks, undefined)).toMatchObject({
      verdict: 'partial',
      advice: { about: 'sending' },
    });
  });
});

describe('in the providers’ words', () => {
  let server: ScriptedMailServer;
  let verifier: Verifier;
  const mails: Record<Dialect, ProviderMail> = {
    google,
    microsoft,
    yahoo,
    'united-internet': gmx,
    standard: other,
  };

  beforeAll(async () => {
    server = await startScriptedMailServer({
      certificate: await pki.certificateFor([...(await mailHosts()), 'mail.test']),
    });
    verifier = await verifierAt(pki, server.ports);
  });

  afterAll(() => server?.stop());

  const expected: {
    [D in Dialect]: { [P in Protocol]: Record<keyof (typeof REFUSALS)[D][P], Code> };
  } = {
    google: {
      imap: {
        'wrong-password': 'AUTH_INVALID',
        'app-password-needed': 'NEEDS_APP_PASSWORD',
        'imap-off': 'IMAP_DISABLED',
        'imap-off-for-domain': 'IMAP_DISABLED',
        'web-browser': 'PROVIDER_CHALLENGE',
        'web-login': 'PROVIDER_CHALLENGE',
        'web-login-old': 'PROVIDER_CHALLENGE',
        bandwidth: 'TEMPORARY',
        'too-many-connections': 'TEMPORARY',
        temporary: 'TEMPORARY',
      },
      smtp: {
        'wrong-password': 'AUTH_INVALID',
        'app-password-needed': 'NEEDS_APP_PASSWORD',
        'web-browser': 'PROVIDER_CHALLENGE',
        'too-many-log-ins': 'TOO_MANY_ATTEMPTS',
        temporary: 'TEMPORARY',
      },
    },
    microsoft: {
      imap: {
        'wrong-password': 'AUTH_AMBIGUOUS',
        'mechanism-off': 'BASIC_AUTH_RETIRED',
        'basic-off': 'BASIC_AUTH_RETIRED',
        'basic-blocked': 'BASIC_AUTH_RETIRED',
        'basic-blocked-short': 'BASIC_AUTH_RETIRED',
        'not-connected': 'MAILBOX_NOT_CONNECTED',
      },
      smtp: {
        'wrong-password': 'AUTH_INVALID',
        generic: 'AUTH_AMBIGUOUS',
        'basic-off': 'BASIC_AUTH_RETIRED',
        'off-for-tenant': 'TENANT_SMTP_OFF',
        'off-for-mailbox': 'MAILBOX_SMTP_OFF',
        'security-defaults': 'TENANT_SECURITY_DEFAULTS',
        policy: 'TENANT_POLICY',
        'account-locked': 'ACCOUNT_BLOCKED',
        'another-reason': 'UNKNOWN',
        'mechanism-unknown': 'BASIC_AUTH_RETIRED',
        'basic-gone': 'BASIC_AUTH_RETIRED',
      },
    },
    yahoo: {
      imap: { 'wrong-password': 'AUTH_INVALID', limit: 'TEMPORARY' },
      smtp: { 'wrong-password': 'TOO_MANY_ATTEMPTS', 'bad-credentials': 'AUTH_INVALID' },
    },
    'united-internet': {
      imap: { 'wrong-password': 'AUTH_INVALID' },
      smtp: { 'wrong-password': 'IMAP_OFF_OR_AUTH' },
    },
    standard: {
      imap: {
        'wrong-password': 'AUTH_INVALID',
        unavailable: 'TEMPORARY',
        'in-use': 'TEMPORARY',
        limit: 'TEMPORARY',
        suspended: 'ACCOUNT_BLOCKED',
        'account-off': 'ACCOUNT_BLOCKED',
      },
      smtp: {
        'wrong-password': 'AUTH_INVALID',
        'account-off': 'ACCOUNT_BLOCKED',
        temporary: 'TEMPORARY',
        'auth-off': 'AUTH_NOT_OFFERED',
      },
    },
  };
  const cases = Object.entries(expected).flatMap(([dialect, protocols]) =>
    Object.entries(protocols).flatMap(([protocol, reasons]) =>
      Object.entries(reasons).map(
        ([reason, code]) =>
          [dialect as Dialect, protocol as Protocol, reason as Outcome, code as Code] as const,
      ),
    ),
  );

  test.each(cases)('%s %s %s: %s', async (dialect, protocol, reason, code) => {
    server.accounts.set(EMAIL, { password: PASSWORD, outcome: { [protocol]: reason } });
    const [receiving, sending] = await verifier.verify(mailbox(mails[dialect]), ignore);
    const [refused, accepted] = protocol === 'imap' ? [receiving, sending] : [sending, receiving];
    expect(accepted).toEqual(ok);
    expect(refused).toEqual(failed(code, 'auth'));
    // The links of sign-in challenges carry a token.
    expect(refused).toHaveProperty('serverText', expect.not.stringContaining('fakeContinuation'));
  });

  test.each(Object.keys(mails) as Dialect[])('%s accepts the right password', async (dialect) => {
    server.accounts.set(EMAIL, { password: PASSWORD });
    expect(await verifier.verify(mailbox(mails[dialect]), ignore)).toEqual([ok, ok]);
  });
});

describe('servers that do not work', () => {
  const LIMIT = 1000;
  let server: ScriptedMailServer;
  let verifier: Verifier;

  beforeEach(async () => {
    server = await startScriptedMailServer({
      certificate: await pki.certificateFor([...(await mailHosts()), 'mail.test']),
      slowMs: 300,
    });
    server.accounts.set(EMAIL, { password: PASSWORD });
    verifier = await verifierAt(pki, server.ports, LIMIT);
  });

  afterEach(() => server.stop());

  type Wanted = readonly [Code, Stage] | 'ok';
  const matching = (wanted: Wanted) => (wanted === 'ok' ? ok : failed(...wanted));

  test.each<[Fault, imap: Wanted, smtp: Wanted]>([
    ['silent', ['UNREACHABLE_TIMEOUT', 'connect'], ['UNREACHABLE_TIMEOUT', 'connect']],
    ['drop', ['TEMPORARY', 'connect'], ['TEMPORARY', 'connect']],
    ['greeting-refused', ['TEMPORARY', 'connect'], ['TEMPORARY', 'connect']],
    ['not-tls', ['UNREACHABLE_TLS', 'tls'], ['UNREACHABLE_TLS', 'tls']],
    ['no-auth', ['AUTH_NOT_OFFERED', 'auth'], ['AUTH_NOT_OFFERED', 'auth']],
  ])('%s: nobody is given the password', async (fault, imap, smtp) => {
    server.faults = { imap: fault, smtp: fault };
    expect(await verifier.verify(mailbox(other), ignore)).toEqual([matching(imap), matching(smtp)]);
    expect(server.logIns).toEqual([]);
  });

  test.each<[Outcome, imap: Wanted, smtp: Wanted]>([
    ['hang', ['UNREACHABLE_TIMEOUT', 'auth'], ['UNREACHABLE_TIMEOUT', 'auth']],
    ['drop', ['TEMPORARY', 'auth'], ['TEMPORARY', 'auth']],
    ['bye', ['TEMPORARY', 'auth'], ['TEMPORARY', 'auth']],
    ['slow', 'ok', 'ok'],
  ])('%s at the log-in', async (outcome, imap, smtp) => {
    server.accounts.set(EMAIL, { password: PASSWORD, outcome: { imap: outcome, smtp: outcome } });
    expect(await verifier.verify(mailbox(google), ignore)).toEqual([matching(imap), matching(smtp)]);
  });

  test('a log-in that was cut off is not tried again at the next server', async () => {
    server.accounts.set(EMAIL, { password: PASSWORD, outcome: { smtp: 'drop' } });
    await verifier.verify(mailbox(google), ignore);
    expect(server.logIns.filter(({ protocol }) => protocol === 'smtp')).toHaveLength(1);
  });

  test('a log-in that was refused is not tried again at the next server', async () => {
    await verifier.verify(mailbox(google, EMAIL, 'fakefakefakefake'), ignore);
    expect(server.logIns).toHaveLength(2);
  });

  test.each<[where: string, Partial<Record<Protocol, Fault>>, Outcome | undefined]>([
    ['before the greeting', { imap: 'silent', smtp: 'silent' }, undefined],
    ['at the log-in', {}, 'hang'],
    ['at the farewell', { imap: 'no-farewell', smtp: 'no-farewell' }, undefined],
  ])('the time limit is kept with a server that hangs %s', async (_, faults, outcome) => {
    server.faults = faults;
    if (outcome)
      server.accounts.set(EMAIL, { password: PASSWORD, outcome: { imap: outcome, smtp: outcome } });
    const started = performance.now();
    await verifier.verify(mailbox(google), ignore);
    expect(performance.now() - started).toBeLessThan(LIMIT + 500);
  });

  test('a server that does not say goodbye has been signed in to', async () => {
    server.faults = { imap: 'no-farewell', smtp: 'no-farewell' };
    expect(await verifier.verify(mailbox(google), ignore)).toEqual([ok, ok]);
  });

  test('each result is told as it comes', async () => {
    server.accounts.set(EMAIL, { password: PASSWORD, outcome: { imap: 'hang' } });
    const told: [string, Check['status']][] = [];
    await verifier.verify(mailbox(google), async (protocol, check) => {
      told.push([protocol, check.status]);
    });
    expect(told).toEqual([
      ['sending', 'ok'],
      ['receiving', 'failed'],
    ]);
  });

  describe('PREAUTH proves nothing', () => {
    test.each([
      ['TLS', other, failed('AUTH_NOT_OFFERED', 'auth')],
      ['STARTTLS', otherWithStartTls, failed('UNREACHABLE_TLS', 'tls')],
    ] as const)('over %s', async (_, mail, refusal) => {
      server.faults = { imap: 'preauth' };
      const [receiving] = await verifier.verify(mailbox(mail), ignore);
      expect(receiving).toEqual(refusal);
      expect(server.logIns.filter(({ protocol }) => protocol === 'imap')).toEqual([]);
    });
  });

  describe('STARTTLS', () => {
    test('is used', async () => {
      expect(await verifier.verify(mailbox(otherWithStartTls), ignore)).toEqual([ok, ok]);
      expect(server.logIns.map(({ host }) => host)).toEqual(['mail.test', 'mail.test']);
    });

    test('comes before the password, though the server would take it in the clear', async () => {
      server.faults = { imap: 'auth-in-clear', smtp: 'auth-in-clear' };
      expect(await verifier.verify(mailbox(otherWithStartTls), ignore)).toEqual([ok, ok]);
      expect(server.logIns.map(({ host }) => host)).toEqual(['mail.test', 'mail.test']);
    });

    test('that is refused keeps the password from being sent, though the server would take it', async () => {
      server.faults = { imap: 'starttls-refused', smtp: 'starttls-refused' };
      expect(await verifier.verify(mailbox(otherWithStartTls), ignore)).toEqual([
        failed('UNREACHABLE_TLS', 'tls'),
        failed('UNREACHABLE_TLS', 'tls'),
      ]);
      expect(server.logIns).toEqual([]);
    });

    test('that is missing keeps the password from being sent, though the server would take it', async () => {
      server.faults = { imap: 'no-starttls', smtp: 'no-starttls' };
      expect(await verifier.verify(mailbox(otherWithStartTls), ignore)).toEqual([
        failed('UNREACHABLE_TLS', 'tls'),
        failed('UNREACHABLE_TLS', 'tls'),
      ]);
      expect(server.logIns).toEqual([]);
    });
  });

  describe('a certificate is refused that is', () => {
    test.each([
      ['for another name', () => pki.certificateFor(['imap.example.com'])],
      ['expired', () => pki.certificateFor(['mail.test'], { expired: true })],
      ['self-signed', () => pki.certificateFor(['mail.test'], { selfSigned: true })],
      ['of an unknown authority', async () => (await createPki()).certificateFor(['mail.test'])],
    ])('%s', async (_, certificate) => {
      server.certificate = await certificate();
      const refusals = [failed('UNREACHABLE_TLS', 'tls'), failed('UNREACHABLE_TLS', 'tls')];
      expect(await verifier.verify(mailbox(other), ignore)).toEqual(refusals);
      expect(await verifier.verify(mailbox(otherWithStartTls), ignore)).toEqual(refusals);
      expect(server.logIns).toEqual([]);
    });
  });

  test('TLS older than 1.2 is refused', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    server.certificate = { ...server.certificate, ...old };
    const refusals = [failed('UNREACHABLE_TLS', 'tls'), failed('UNREACHABLE_TLS', 'tls')];
    expect(await verifier.verify(mailbox(other), ignore)).toEqual(refusals);
    expect(await verifier.verify(mailbox(otherWithStartTls), ignore)).toEqual(refusals);
    expect(server.logIns).toEqual([]);
  });

  describe('where port 465 is refused', () => {
    const verifierWithout465 = (more: Record<string, string> = {}) =>
      verifierAt(pki, server.ports, LIMIT, { 'smtp.gmail.com:465': '127.0.0.1:1', ...more });

    test('587 is tried', async () => {
      const [, sending] = await (await verifierWithout465()).verify(mailbox(google), ignore);
      expect(sending).toMatchObject({ status: 'ok', port: 587 });
    });

    test('what 587 answers is what is told', async () => {
      const [, sending] = await (await verifierWithout465()).verify(
        mailbox(google, EMAIL, 'fakefakefakefake'),
        ignore,
      );
      expect(sending).toMatchObject({ code: 'AUTH_INVALID', port: 587 });
    });

    test('and 587 too, the first is what is told', async () => {
      const verifierWithoutBoth = await verifierWithout465({ 'smtp.gmail.com:587': '127.0.0.1:1' });
      const [, sending] = await verifierWithoutBoth.verify(mailbox(google), ignore);
      expect(sending).toMatchObject({ code: 'UNREACHABLE_REFUSED', stage: 'connect', port: 465 });
    });
  });
});
