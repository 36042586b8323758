import { randomUUID } from 'node:crypto';
import { CompactEncrypt, importJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConnectionRequest, Problem, problemTypes } from '../../utils/onboarding/contract.ts';
import { Onboarding } from './onboarding.ts';

// Whoever holds a sealed password and a token has the password sent nowhere but where its user meant it to go.

const PASSWORD = 'abcdefghijklmnop';
const ATTACKER = {
  imap: { host: 'imap.gmail.com', port: 993, security: 'tls' },
  smtp: { host: 'smtp.gmail.com', port: 465, security: 'tls' },
} as const;
const OWN = {
  imap: { host: 'imap.mail.yahoo.com', port: 993, security: 'tls' },
  smtp: { host: 'smtp.mail.yahoo.com', port: 465, security: 'tls' },
} as const;

let onboarding: Onboarding;
let people = 0;

beforeAll(async () => {
  onboarding = await Onboarding.start();
});

afterAll(() => onboarding?.stop());

const somebody = (): string => {
  const email = `test.seal.${people++}@company.example`;
  onboarding.mail.accounts.set(email, { password: PASSWORD });
  return email;
};

async function expectRefused(response: Response): Promise<void> {
  expect(response.status).toBe(400);
  expect(Problem.parse(await response.json())).toMatchObject({ type: problemTypes.sealForOther });
}

/** As extensions before 0.3 sealed: without a version, and without a word of where it goes. */
async function sealedOfOld(id: string, email: string): Promise<string> {
  const [key] = (await onboarding.keys()).keys;
  if (!key) throw new Error('There is no key');
  const { password, aud, workspace } = onboarding.content(id, email, PASSWORD);
  const iat = Math.floor(Date.now() / 1000);
  const content = { password, aud, workspace, connection: id, email, iat };
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(content)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: key.kid })
    .encrypt(await importJWK(key, 'ECDH-ES'));
}

const changes: [string, Partial<ConnectionRequest>][] = [
  ['other servers', { servers: ATTACKER }],
  ['another server for sending', { servers: { ...OWN, smtp: ATTACKER.smtp } }],
  ['another port', { servers: { ...OWN, imap: { ...OWN.imap, port: 143, security: 'starttls' } } }],
  ['another user name', { login: 'somebody.else' }],
  ['another provider', { provider: 'yahoo' }],
  ['another page', { pageHost: 'accounts.zoho.eu' }],
];

describe('a sealed password', () => {
  test.each(changes)(
    'handed in with %s than it was sealed for is refused, and sent to nobody',
    async (_, change) => {
      const id = randomUUID();
      const email = somebody();
      const honest = await onboarding.request(id, email, PASSWORD, { servers: OWN });
      await expectRefused(await onboarding.put(id, { ...honest, ...change }));
      expect((await onboarding.call('GET', `/v1/connections/${id}`)).status).toBe(404);
      expect((await onboarding.put(id, honest)).status).toBe(202);
      await onboarding.finished(id);
      // The honest one, and nobody before it.
      const logIns = onboarding.mail.logIns.filter(({ user }) => user === email || user === change.login);
      expect(logIns.map(({ host }) => host).sort()).toEqual([OWN.imap.host, OWN.smtp.host]);
    },
  );

  test('handed in without the servers it was sealed for is refused', async () => {
    const id = randomUUID();
    const { servers: _, ...bare } = await onboarding.request(id, somebody(), PASSWORD, { servers: OWN });
    await expectRefused(await onboarding.put(id, bare));
  });

  test('sealed for the same servers in another order and in capitals is taken', async () => {
    const id = randomUUID();
    const { imap, smtp } = OWN;
    const honest = await onboarding.request(id, somebody(), PASSWORD, { servers: OWN });
    const servers = {
      smtp: { security: smtp.security, port: smtp.port, host: smtp.host.toUpperCase() },
      imap: { port: imap.port, host: imap.host, security: imap.security },
    };
    expect((await onboarding.put(id, { ...honest, servers })).status).toBe(202);
  });

  test('handed in again under another id, with other servers, is refused', async () => {
    const email = somebody();
    await onboarding.finished((await onboarding.handIn(email, PASSWORD, { servers: OWN })).id);
    const id = randomUUID();
    const again = await onboarding.request(id, email, PASSWORD, { servers: OWN });
    await expectRefused(await onboarding.put(id, { ...again, servers: ATTACKER }));
    expect((await onboarding.put(id, again)).status).toBe(202);
  });

  describe('of an extension that sealed nothing of where it goes', () => {
    test('is taken where nothing but its address says that', async () => {
      const id = randomUUID();
      const email = `test.seal.${people++}@gmail.com`;
      onboarding.mail.accounts.set(email, { password: PASSWORD });
      const request = { provider: 'google', email, password: await sealedOfOld(id, email) };
      expect((await onboarding.put(id, { ...request, pageHost: 'myaccount.google.com' })).status).toBe(202);
      expect(await onboarding.finished(id)).toMatchObject({ verdict: 'verified' });
    });

    test.each([
      ['servers', { servers: ATTACKER }],
      ['a user name', { login: 'somebody.else' }],
    ])('is refused where the request names %s', async (_, more) => {
      const id = randomUUID();
      const email = somebody();
      const request = { provider: 'google', email, password: await sealedOfOld(id, email), ...more };
      await expectRefused(await onboarding.put(id, request));
    });
  });
});
