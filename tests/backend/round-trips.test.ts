import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadProviders, type Provider } from '../../providers/registry/node.ts';
import { type Dovecot, startDovecot } from '../servers/dovecot.ts';
import { createPki, type Pki } from '../servers/pki.ts';
import { mailHosts } from '../servers/routes.ts';
import { type ScriptedMailServer, startScriptedMailServer } from '../servers/scripted-mail-server.ts';
import { mailboxes, verifierAt } from './verification.ts';

const EMAIL = 'test.person@mail.test';
const PASSWORD = 'abcdefghijklmnop';

/** A record of TLS 1.3 with an alert in it: a header of 5, the alert's 2, its type, and a tag of 16. No command is so short. */
const CLOSE_NOTIFY_BYTES = 24;

const providers = await loadProviders();
const mailbox = await mailboxes(EMAIL, PASSWORD);
const server = (port: number, security: 'tls' | 'starttls' = 'tls') =>
  ({ host: 'mail.test', port, security }) as const;

let pki: Pki;

beforeAll(async () => {
  pki = await createPki();
});

describe('Dovecot', () => {
  let dovecot: Dovecot;
  const proxies: Server[] = [];

  beforeAll(async () => {
    dovecot = await startDovecot({
      certificate: await pki.certificateFor(['mail.test']),
      users: [{ email: EMAIL, password: PASSWORD }],
    });
  });

  afterAll(async () => {
    for (const proxy of proxies) proxy.close();
    await dovecot?.stop();
  });

  /**
   * Stands before a port and counts the client's turns: how often it says something after it has heard something. The
   * first is TLS's, which is no answer to anything but the connection; the last is the farewell, which is not waited for.
   * So there are as many as round trips.
   */
  async function counting(port: number): Promise<{ port: number; turns: () => Promise<number> }> {
    let turns = 0;
    let heard = true;
    const proxy = createServer((client) => {
      const upstream = connect(port, '127.0.0.1');
      client.on('data', (chunk) => {
        upstream.write(chunk);
        // Where the server's farewell is quicker than the end of the connection, that is said in TLS as well.
        if (chunk.length === CLOSE_NOTIFY_BYTES) return;
        if (heard) turns += 1;
        heard = false;
      });
      upstream.on('data', (chunk) => {
        heard = true;
        // Whoever has said goodbye may be gone before the answer.
        if (client.writable) client.write(chunk);
      });
      client.on('close', () => upstream.destroy()).on('error', () => {});
      upstream.on('close', () => client.end()).on('error', () => {});
    });
    proxies.push(proxy);
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const over = once(proxy, 'connection').then(
      ([socket]) => new Promise<void>((resolve) => (socket as Socket).once('close', () => resolve())),
    );
    return {
      port: (proxy.address() as AddressInfo).port,
      turns: async () => {
        await over;
        return turns;
      },
    };
  }

  test('takes five round trips to open the inbox, and six to be told that it may send', async () => {
    const [imap, smtp] = await Promise.all([counting(dovecot.ports.imaps), counting(dovecot.ports.smtps)]);
    const verifier = await verifierAt(pki, { ...dovecot.ports, imaps: imap.port, smtps: smtp.port });
    const mail = { imap: [server(993)], smtp: [server(465)], answers: 'standard' } as const;
    expect(await verifier.verify(mailbox(mail), async () => {})).toMatchObject([
      { status: 'ok' },
      { status: 'ok' },
    ]);
    expect([await imap.turns(), await smtp.turns()]).toEqual([5, 6]);
  });

  test('takes seven round trips with STARTTLS to be told that it may send', async () => {
    const smtp = await counting(dovecot.ports.submission);
    const verifier = await verifierAt(pki, { ...dovecot.ports, submission: smtp.port });
    const mail = { imap: [server(993)], smtp: [server(587, 'starttls')], answers: 'standard' } as const;
    const [, sending] = await verifier.verify(mailbox(mail), async () => {});
    expect(sending).toMatchObject({ status: 'ok' });
    expect(await smtp.turns()).toBe(7);
  });
});

describe('what is said over IMAP', () => {
  let scripted: ScriptedMailServer;

  beforeAll(async () => {
    scripted = await startScriptedMailServer({ certificate: await pki.certificateFor(await mailHosts()) });
  });

  afterAll(() => scripted?.stop());

  beforeEach(() => {
    scripted.accounts.clear();
    scripted.commands.length = 0;
  });

  test.each([
    // Its greeting tells the capabilities.
    ['yahoo', ['LOGIN', 'EXAMINE']],
    ['google', ['CAPABILITY', 'LOGIN', 'EXAMINE']],
    // What it says to AUTHENTICATE tells more than what it says to LOGIN.
    ['microsoft-work', ['CAPABILITY', 'AUTHENTICATE', 'EXAMINE']],
    // Lets in only programs that name themselves.
    ['netease', ['CAPABILITY', 'ID', 'LOGIN', 'EXAMINE']],
  ])('to %s: %j, and LOGOUT, which is not waited for', async (id, commands) => {
    const email = 'test.person@company.example';
    scripted.accounts.set(email, { password: PASSWORD });
    const { mail } = providers.get(id) as Provider;
    const verifier = await verifierAt(pki, scripted.ports);
    const [receiving] = await verifier.verify(mailbox(mail, email), async () => {});
    expect(receiving).toMatchObject({ status: 'ok' });
    expect(scripted.commands.filter((command) => command !== 'LOGOUT')).toEqual(commands);
  });

  test('nothing more, to a server that never says goodbye', async () => {
    const email = 'test.person@yahoo.com';
    scripted.accounts.set(email, { password: PASSWORD });
    scripted.faults = { imap: 'no-farewell', smtp: 'no-farewell' };
    const { mail } = providers.get('yahoo') as Provider;
    const verifier = await verifierAt(pki, scripted.ports);
    const checks = await verifier.verify(mailbox(mail, email), async () => {});
    scripted.faults = {};
    for (const check of checks) {
      expect(check).toMatchObject({ status: 'ok' });
      // Of a limit of 20 s.
      expect(check).toHaveProperty(
        'ms',
        expect.toSatisfy((ms: number) => ms < 5000),
      );
    }
  });

  test('a password that is not ASCII, with AUTHENTICATE, as LOGIN does not take it', async () => {
    const email = 'test.person@company.example';
    scripted.accounts.set(email, { password: 'pässwörd' });
    const { mail } = providers.get('yahoo') as Provider;
    const verifier = await verifierAt(pki, scripted.ports);
    const [receiving] = await verifier.verify(mailbox(mail, email, 'pässwörd'), async () => {});
    expect(receiving).toMatchObject({ status: 'ok' });
    expect(scripted.commands).toContain('AUTHENTICATE');
  });
});
