import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readConfig } from '../../backend/src/config.ts';
import { toMailbox } from '../../backend/src/verification/mailbox.ts';
import type { VerifierOptions } from '../../backend/src/verification/verify.ts';
import { loadProviders, type Provider } from '../../providers/registry/node.ts';
import type { Check } from '../../utils/onboarding/contract.ts';
import { Secret } from '../../utils/secret.ts';
import { createPki, type Pki } from '../servers/pki.ts';
import { mailHosts } from '../servers/routes.ts';
import {
  type Account,
  type ScriptedMailServer,
  startScriptedMailServer,
} from '../servers/scripted-mail-server.ts';
import { Onboarding } from './onboarding.ts';
import { verifierAt } from './verification.ts';

const PASSWORD = 'abcdefghijklmnop';
const EMAIL = 'test.person@company.example';

const providers = await loadProviders();

let pki: Pki;
let server: ScriptedMailServer;
let waited: number[];

beforeAll(async () => {
  pki = await createPki();
  server = await startScriptedMailServer({
    certificate: await pki.certificateFor([...(await mailHosts()), 'mail.test']),
  });
});

afterAll(() => server?.stop());

beforeEach(() => {
  server.accounts.clear();
  server.logIns.length = 0;
  waited = [];
});

const wait = async (ms: number): Promise<void> => {
  waited.push(ms);
};
const SETTLE_MS = readConfig({}).settleMs;

/** Receives from a mailbox at a provider, or at a server nobody knows, whose password was just made. */
async function receive(
  provider: string,
  account: Partial<Account>,
  { isFresh = true, ...options }: Partial<VerifierOptions> & { isFresh?: boolean } = {},
): Promise<Check> {
  server.accounts.set(EMAIL, { password: PASSWORD, ...account });
  const known = providers.get(provider);
  const named = (port: number) => ({ host: 'mail.test', port, security: 'tls' as const });
  const mailbox = toMailbox(
    {
      provider: known,
      email: EMAIL,
      login: EMAIL,
      password: new Secret(PASSWORD),
      isFresh,
      ...(known ? {} : { servers: { imap: named(993), smtp: named(465) } }),
    },
    providers,
  );
  const verifier = await verifierAt(pki, server.ports, 20_000, {}, { settleMs: SETTLE_MS, wait, ...options });
  const [receiving] = await verifier.verify(mailbox, async () => {});
  return receiving;
}

const receivingTries = (): number => server.logIns.filter(({ protocol }) => protocol === 'imap').length;

/** Both protocols wait alike, at the same time. */
const bothWaited = (...each: number[]): void => expect(waited.sort()).toEqual([...each, ...each].sort());

test.each([
  ['at once', 0, 1],
  ['the second time', 1, 2],
  ['the third time', 2, 3],
])('a new code that is taken %s is right', async (_, settlesAfter, tries) => {
  const check = await receive('fastmail', { settlesAfter });
  expect(check).toMatchObject({ status: 'ok', ...(tries > 1 ? { tries } : {}) });
  expect(receivingTries()).toBe(tries);
  bothWaited(...[2000, 5000].slice(0, tries - 1));
});

test('a new code that is called wrong three times is wrong', async () => {
  const check = await receive('fastmail', { settlesAfter: 3 });
  expect(check).toMatchObject({ code: 'AUTH_INVALID', retryable: false, tries: 3 });
  expect(receivingTries()).toBe(3);
  bothWaited(2000, 5000);
});

test.each(['google', 'nobody'])('%s: one more try', async (provider) => {
  expect(await receive(provider, { settlesAfter: 1 })).toMatchObject({ status: 'ok', tries: 2 });
  server.logIns.length = 0;
  waited = [];
  expect(await receive(provider, { settlesAfter: 2 })).toMatchObject({ code: 'AUTH_INVALID', tries: 2 });
  bothWaited(2000);
});

test.each(['yahoo', 'aol', 'att', 'hostinger'])('%s: none', async (provider) => {
  expect((providers.get(provider) as Provider).mail).toBeDefined();
  expect(await receive(provider, { settlesAfter: 1 })).toMatchObject({ code: 'AUTH_INVALID' });
  expect(receivingTries()).toBe(1);
  bothWaited();
});

test('a code that is not new is believed to be wrong at once', async () => {
  expect(await receive('fastmail', { settlesAfter: 1 }, { isFresh: false })).toMatchObject({
    code: 'AUTH_INVALID',
  });
  bothWaited();
});

test('and so is a new one, where the operator says so', async () => {
  expect(await receive('fastmail', { settlesAfter: 1 }, { settleMs: 0 })).toMatchObject({
    code: 'AUTH_INVALID',
  });
  bothWaited();
});

test.each(['app-password-needed', 'web-browser'] as const)(
  'another refusal is believed: %s',
  async (imap) => {
    await receive('google', { outcome: { imap, smtp: imap } });
    expect(receivingTries()).toBe(1);
    bothWaited();
  },
);

test('all places come first, then the likeliest once more', async () => {
  const check = await receive('zoho', { settlesAfter: 99 });
  expect(check).toMatchObject({ code: 'AUTH_INVALID', host: 'imappro.zoho.com', tries: 9 });
  const hosts = server.logIns.filter(({ protocol }) => protocol === 'imap').map(({ host }) => host);
  expect(hosts.slice(-2)).toEqual(['imappro.zoho.com', 'imappro.zoho.com']);
  expect(new Set(hosts.slice(0, -2)).size).toBe(7);
});

test.each([
  [2900, []],
  [3500, [2000]],
  [30_000, [2000, 5000]],
])('nothing is waited for that the time limit cuts off: of %i ms, %j', async (timeoutMs, expected) => {
  expect(await receive('fastmail', { settlesAfter: 99 }, { timeoutMs })).toMatchObject({
    code: 'AUTH_INVALID',
  });
  expect(receivingTries()).toBe(1 + expected.length);
  bothWaited(...expected);
});

test('what a second try brings about explains nothing', async () => {
  const throttled = { settlesAfter: 1, outcome: { imap: 'limit', smtp: 'temporary' } } as const;
  expect(await receive('nobody', throttled)).toMatchObject({ code: 'AUTH_INVALID', tries: 2 });
});

test('a code is new the first time its connection is verified, and not when that is tried again', async () => {
  const onboarding = await Onboarding.start(undefined, { ONBOARDING_SETTLE_MS: '2000' });
  try {
    const { accounts, logIns } = onboarding.mail;
    const email = 'test.person@gmail.com';
    accounts.set(email, { password: PASSWORD, settlesAfter: 99 });
    const { id } = await onboarding.handIn(email, PASSWORD);
    expect(await onboarding.finished(id)).toMatchObject({ verdict: 'rejected' });
    expect(logIns).toHaveLength(4);
    await onboarding.call('POST', `/v1/connections/${id}/verify`);
    expect(await onboarding.finished(id)).toMatchObject({ verdict: 'rejected' });
    expect(logIns).toHaveLength(6);
  } finally {
    await onboarding.stop();
  }
});
