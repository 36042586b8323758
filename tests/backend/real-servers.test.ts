import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conclude } from '../../backend/src/verification/verdict.ts';
import type { ProviderMail } from '../../providers/registry/types.ts';
import type { Check, Code } from '../../utils/onboarding/contract.ts';
import { startCourier } from '../servers/courier.ts';
import { startCyrus } from '../servers/cyrus.ts';
import { type Dovecot, startDovecot } from '../servers/dovecot.ts';
import { startExim } from '../servers/exim.ts';
import { type Unpacked, whyNot } from '../servers/packages.ts';
import { createPki, type Pki } from '../servers/pki.ts';
import { startPostfix } from '../servers/postfix.ts';
import { tap } from '../servers/tap.ts';
import type { ServerOptions, UnpackedServer } from '../servers/unpacked.ts';
import { mailboxes, verifierAt } from './verification.ts';

const PASSWORD = 'abcdefghijklmnop';

/** Each is right for an account of its own, `odd.0@mail.test` and so on. */
const ODD_PASSWORDS = [
  ['64 characters', `${'abcdefgh'.repeat(7)}ijklmnop`],
  ['gaps', 'abcd efgh  ijkl mnop'],
  ['a gap at either end', ' abcdefghijklmnop '],
  ['quotes', `ab"cd'ef"`],
  ['backslashes', String.raw`ab\cd\\ef\"`],
  ['what IMAP and SMTP have a meaning for', '{8}(a)%*]~&+=,.*$&-'],
  ['characters beyond ASCII', 'pässwörd €日本語 🔑'],
  ['characters beyond ASCII among backslashes and quotes', String.raw`\"ñ\" "ß`],
] as const;

const accounts = [
  { email: 'works@mail.test', password: PASSWORD },
  { email: 'disabled@mail.test', password: PASSWORD, disabled: true },
  { email: 'no.mailbox@mail.test', password: PASSWORD, hasNoMailbox: true },
  ...ODD_PASSWORDS.map(([, password], number) => ({ email: `odd.${number}@mail.test`, password })),
];

/** What a server is seen to say, and what is made of it. */
type Answer = readonly [words: string, code: Code];

interface Make {
  make: string;
  name: Unpacked;
  protocol: 'imap' | 'smtp';
  start: (options: ServerOptions) => Promise<UnpackedServer>;
  wrong: Answer;
  /** To a password that LOGIN can't take. */
  wrongInSasl?: Answer;
  /** To a mailbox that is kept out, where there is such a thing. */
  disabled?: Answer | 'lets it in';
  /** IMAP: to a mailbox that nobody has made. */
  unopened?: Answer;
  /** SMTP: to MAIL FROM with an address that is somebody else's. */
  notItsOwn?: Answer;
  /** When it can't look mailboxes up. */
  lost?: Answer;
}

let pki: Pki;
let certificate: Awaited<ReturnType<Pki['certificateFor']>>;
let dovecot: Dovecot;
let mailbox: Awaited<ReturnType<typeof mailboxes>>;

beforeAll(async () => {
  pki = await createPki();
  certificate = await pki.certificateFor(['mail.test']);
  mailbox = await mailboxes('works@mail.test', PASSWORD);
  dovecot = await startDovecot({ certificate, users: accounts });
});

afterAll(() => dovecot?.stop());

const MAKES: readonly Make[] = [
  {
    make: 'Cyrus',
    name: 'cyrus',
    protocol: 'imap',
    start: startCyrus,
    wrong: ['NO Login failed: authentication failure', 'AUTH_INVALID'],
    wrongInSasl: ['NO authentication failure', 'AUTH_INVALID'],
    disabled: ['NO Login failed: authorization failure', 'ACCOUNT_BLOCKED'],
    unopened: ['NO Mailbox does not exist', 'MAILBOX_NOT_CONNECTED'],
    lost: ['NO Login failed: generic failure', 'TEMPORARY'],
  },
  {
    make: 'Courier',
    name: 'courier',
    protocol: 'imap',
    start: startCourier,
    wrong: ['NO Login failed.', 'AUTH_INVALID'],
    disabled: ['BYE IMAP access disabled for this account.', 'IMAP_DISABLED'],
    // It says no more, though waiting never helps.
    unopened: ['BYE Temporary problem, please try again later', 'TEMPORARY'],
    // Nobody can tell.
    lost: ['NO Login failed.', 'AUTH_INVALID'],
  },
  {
    make: 'Exim',
    name: 'exim',
    protocol: 'smtp',
    start: startExim,
    wrong: ['535 Incorrect authentication data', 'AUTH_INVALID'],
    disabled: ['535 Incorrect authentication data', 'AUTH_INVALID'],
    lost: ['435 Unable to authenticate at present', 'TEMPORARY'],
  },
  {
    make: 'Postfix',
    name: 'postfix',
    protocol: 'smtp',
    start: startPostfix,
    wrong: ['535 5.7.8 Error: authentication failed: authentication failure', 'AUTH_INVALID'],
    notItsOwn: ['553 5.7.1 <…>: Sender address rejected: not owned by user …', 'SENDER_NOT_ALLOWED'],
    lost: ['454 4.7.0 Temporary authentication failure: generic failure', 'TEMPORARY'],
  },
  {
    make: 'Postfix that asks Dovecot',
    name: 'postfix',
    protocol: 'smtp',
    start: (options) => startPostfix({ ...options, dovecotSocket: dovecot.authSocket }),
    wrong: ['535 5.7.8 Error: authentication failed: (reason unavailable)', 'AUTH_INVALID'],
    // What keeps it out of Dovecot (`nologin`) is told to Postfix, which does not look at it.
    disabled: 'lets it in',
  },
];

const servers = (host: string, security: 'tls' | 'starttls'): ProviderMail => ({
  imap: [{ host, port: security === 'tls' ? 993 : 143, security }],
  smtp: [{ host, port: security === 'tls' ? 465 : 587, security }],
  answers: 'standard',
});
const withTls = servers('mail.test', 'tls');
const withStartTls = servers('mail.test', 'starttls');

const ok = expect.objectContaining({ status: 'ok' });
const refused = ([words, code]: Answer) =>
  expect.objectContaining({ status: 'failed', stage: 'auth', code, serverText: words });
const unreachable = expect.objectContaining({ status: 'failed', stage: 'tls', code: 'UNREACHABLE_TLS' });
const ignore = async (): Promise<void> => {};

/** Nobody listens there. */
const NOWHERE = 1;

const portsOf = ({ ports }: Pick<UnpackedServer, 'ports'>, protocol: 'imap' | 'smtp') =>
  protocol === 'imap'
    ? { imap: ports.starttls, imaps: ports.tls, smtps: NOWHERE, submission: NOWHERE }
    : { imap: NOWHERE, imaps: NOWHERE, smtps: ports.tls, submission: ports.starttls };

for (const made of MAKES) {
  const reason = whyNot(made.name);
  if (reason) console.warn(`${made.make} is not tested: ${reason}`);

  (reason ? describe.skip : describe.concurrent)(made.make, () => {
    const { protocol, start, wrong, wrongInSasl = wrong, disabled, unopened, notItsOwn, lost } = made;
    let server: UnpackedServer;

    beforeAll(async () => {
      server = await start({ certificate, accounts });
    });

    afterAll(() => server?.stop());

    const checkAt = async (
      at: Pick<UnpackedServer, 'ports'>,
      mail: ProviderMail,
      { email = 'works@mail.test', password = PASSWORD, trusting = pki, routes = {}, login = '' } = {},
    ): Promise<Check> => {
      const verifier = await verifierAt(trusting, portsOf(at, protocol), 20_000, routes);
      const checks = await verifier.verify(mailbox(mail, email, password, login ? { login } : {}), ignore);
      return checks[protocol === 'imap' ? 0 : 1];
    };
    const check = (mail: ProviderMail, more: Parameters<typeof checkAt>[2] = {}) =>
      checkAt(server, mail, more);

    test('works over TLS', async () => {
      expect(await check(withTls)).toEqual({
        status: 'ok',
        host: 'mail.test',
        port: protocol === 'imap' ? 993 : 465,
        ms: expect.any(Number),
      });
    });

    test('works over STARTTLS', async () => {
      expect(await check(withStartTls)).toMatchObject({
        status: 'ok',
        port: protocol === 'imap' ? 143 : 587,
      });
    });

    test('refuses a wrong password', async () => {
      const password = 'fakefakefakefake';
      expect(await Promise.all([check(withTls, { password }), check(withStartTls, { password })])).toEqual([
        refused(wrong),
        refused(wrong),
      ]);
    });

    test('refuses a mailbox that it does not have, in the same words', async () => {
      expect(await check(withTls, { email: 'nobody@mail.test' })).toEqual(refused(wrong));
    });

    test('takes odd passwords as they are, and nothing less', async () => {
      const answers = await Promise.all(
        ODD_PASSWORDS.map(async ([what, password], number) => {
          const email = `odd.${number}@mail.test`;
          const less = password.replace(/.$/u, '');
          const [right, short] = await Promise.all([
            check(withTls, { email, password }),
            check(withTls, { email, password: less }),
          ]);
          return { what, right, short };
        }),
      );
      expect(answers).toEqual(
        ODD_PASSWORDS.map(([what, password]) => {
          const isPlain = /^[\x20-\x7e]*$/.test(password);
          return { what, right: ok, short: refused(isPlain ? wrong : wrongInSasl) };
        }),
      );
    });

    if (disabled) {
      const isLetIn = disabled === 'lets it in';
      test(`${isLetIn ? 'lets in' : 'refuses'} a mailbox that may not sign in`, async () => {
        const answer = await check(withTls, { email: 'disabled@mail.test' });
        expect(answer).toEqual(isLetIn ? ok : refused(disabled));
      });
    }

    if (unopened) {
      test('takes the password of a mailbox that nobody has made, and does not open it', async () => {
        expect(await check(withTls, { email: 'no.mailbox@mail.test' })).toEqual(refused(unopened));
      });
    }

    if (notItsOwn) {
      test('takes the password, and refuses an address that is somebody else’s', async () => {
        const answer = await check(withTls, { email: 'owned@mail.test', login: 'works@mail.test' });
        expect(answer).toEqual(refused(notItsOwn));
      });
    }

    test('a certificate of an unknown authority is refused', async () => {
      const trusting = await createPki();
      expect(await check(withTls, { trusting })).toEqual(unreachable);
      expect(await check(withStartTls, { trusting })).toEqual(unreachable);
    });

    test('a certificate for another name is refused', async () => {
      const [tls, starttls] = protocol === 'imap' ? [993, 143] : [465, 587];
      const routes = {
        [`other.test:${tls}`]: `127.0.0.1:${server.ports.tls}`,
        [`other.test:${starttls}`]: `127.0.0.1:${server.ports.starttls}`,
      };
      expect(await check(servers('other.test', 'tls'), { routes })).toEqual(unreachable);
      expect(await check(servers('other.test', 'starttls'), { routes })).toEqual(unreachable);
    });

    test('nothing but the wish for TLS is said in the clear', async ({ onTestFinished }) => {
      const tapped = await tap(server.ports.starttls);
      onTestFinished(tapped.stop);
      expect(await checkAt({ ports: { ...server.ports, starttls: tapped.port } }, withStartTls)).toEqual(ok);
      // A record of TLS begins with these two bytes.
      const inTheClear = tapped.said().split('\x16\x03')[0];
      expect(inTheClear).toMatch(
        protocol === 'imap' ? /^(\w+ CAPABILITY\r\n)?\w+ STARTTLS\r\n$/ : /^EHLO \S+\r\nSTARTTLS\r\n$/,
      );
    });

    test('where somebody on the way has STARTTLS fail, the password is not sent', async ({
      onTestFinished,
    }) => {
      const tapped = await tap(server.ports.starttls, 'STARTTLS');
      onTestFinished(tapped.stop);
      expect(await checkAt({ ports: { ...server.ports, starttls: tapped.port } }, withStartTls)).toEqual(
        unreachable,
      );
      expect(tapped.said()).not.toMatch(/LOGIN|AUTH/i);
    });

    if (lost) {
      test('refuses all for now, when it can’t look mailboxes up', async ({ onTestFinished }) => {
        const broken = await start({ certificate, accounts });
        onTestFinished(broken.stop);
        await broken.loseAccounts();
        expect(await checkAt(broken, withTls)).toEqual(refused(lost));
      });
    }

    if (protocol === 'smtp') {
      test('is tried at port 587 where 465 is refused', async () => {
        const smtp = [...withTls.smtp, ...withStartTls.smtp];
        const routes = { 'mail.test:465': `127.0.0.1:${NOWHERE}` };
        expect(await check({ ...withTls, smtp }, { routes })).toMatchObject({ status: 'ok', port: 587 });
      });
    }
  });
}

describe('receiving of one make, sending of another', () => {
  const of = (protocol: 'imap' | 'smtp') => MAKES.filter((made) => made.protocol === protocol);
  const pairs = of('imap').flatMap((receiving) => of('smtp').map((sending) => [receiving, sending] as const));

  for (const [receiving, sending] of pairs) {
    test
      .skipIf(whyNot(receiving.name) ?? whyNot(sending.name))
      .concurrent(`${receiving.make} and ${sending.make}`, async ({ onTestFinished }) => {
        const startFor = async ({ start }: Make): Promise<UnpackedServer> => {
          const server = await start({ certificate, accounts });
          onTestFinished(server.stop);
          return server;
        };
        const imap = await startFor(receiving);
        const smtp = await startFor(sending);
        const ports = {
          imaps: imap.ports.tls,
          smtps: smtp.ports.tls,
          submission: smtp.ports.starttls,
        };
        const verifier = await verifierAt(pki, ports);
        const verdictOn = async (password: string) =>
          conclude(
            ...(await verifier.verify(mailbox(withTls, 'works@mail.test', password), ignore)),
            undefined,
          );
        expect(await verdictOn(PASSWORD)).toMatchObject({ verdict: 'verified' });
        expect(await verdictOn('fakefakefakefake')).toMatchObject({
          verdict: 'rejected',
          advice: { code: 'AUTH_INVALID' },
        });
      });
  }
});
