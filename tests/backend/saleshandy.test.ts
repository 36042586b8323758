import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Connection, ConnectionRequest } from '../../utils/onboarding/contract.ts';
import { type Saleshandy, type SaleshandyAccount, startSaleshandy } from '../servers/saleshandy.ts';
import { Onboarding } from './onboarding.ts';

const PASSWORD = 'abcdefghijklmnop';
const KEY = 'fake-key-of-the-default-workspace';
const ACCOUNTS = '/v1/email-accounts';
const CONNECT = `${ACCOUNTS}/smtp-imap/connect`;

/** Longer than the queue may take to find a job. */
const UNDO_SECONDS = 2;

const WAIT = { timeout: 10_000 };

let saleshandy: Saleshandy;
let onboarding: Onboarding;
let people = 0;

beforeAll(async () => {
  saleshandy = await startSaleshandy();
  saleshandy.keys.add(KEY);
  onboarding = await Onboarding.start(async () => [], {
    ONBOARDING_SALESHANDY_URL: saleshandy.url,
    ONBOARDING_SALESHANDY_KEY: KEY,
    ONBOARDING_UNDO_SECONDS: String(UNDO_SECONDS),
  });
});

afterAll(async () => {
  await onboarding?.stop();
  await saleshandy?.stop();
});

beforeEach(() => {
  saleshandy.accounts = [];
  saleshandy.asked.length = 0;
});

afterEach(() => {
  saleshandy.mood = 'well';
  saleshandy.signsIn = () => true;
});

const somebody = (): string => {
  const email = `test.saleshandy.${people++}@gmail.com`;
  onboarding.mail.accounts.set(email, { password: PASSWORD });
  return email;
};

const account = (fromEmail: string, more: Partial<SaleshandyAccount> = {}): SaleshandyAccount => ({
  id: 1,
  fromName: 'Somebody',
  fromEmail,
  status: 1,
  client: null,
  ...more,
});

/** Waits, as the extension may, until Saleshandy has been asked. */
async function settled(id: string): Promise<Connection> {
  for (let since = 0; ; ) {
    const response = await onboarding.call('GET', `/v1/connections/${id}?wait=20&since=${since}`);
    const connection = (await response.json()) as Connection;
    if (connection.state === 'done' && connection.saleshandy?.state !== 'connecting') return connection;
    since = connection.version;
  }
}

async function connect(email: string, more: Partial<ConnectionRequest> = {}): Promise<Connection> {
  const { id } = await onboarding.handIn(email, PASSWORD, more);
  return settled(id);
}

const paths = (): string[] => saleshandy.asked.map(({ path }) => path);

describe('a verified mailbox', () => {
  test('is searched for, connected with the servers that worked, and found by its id', async () => {
    const email = somebody();
    const { id } = await onboarding.handIn(email, PASSWORD, { template: { fromName: 'Test Q Person' } });
    expect(await onboarding.finished(id)).toMatchObject({
      verdict: 'verified',
      saleshandy: { state: 'connecting' },
    });
    expect(await settled(id)).toMatchObject({ saleshandy: { state: 'connected', accountId: '1000' } });
    expect(paths()).toEqual([ACCOUNTS, CONNECT, ACCOUNTS]);
    const side = { emailAddress: email, userName: email, password: PASSWORD };
    expect(saleshandy.asked[1]).toEqual({
      key: KEY,
      path: CONNECT,
      body: {
        emailServiceProvider: 'gmail',
        fromName: 'Test Q Person',
        fromFirstName: 'Test',
        fromLastName: 'Q Person',
        payload: {
          smtp: { ...side, host: 'smtp.gmail.com', port: 465, encryption: 'ssl' },
          imap: { ...side, host: 'imap.gmail.com', port: 993, encryption: 'ssl' },
        },
      },
    });
    expect(onboarding.backend.log()).not.toContain(PASSWORD);
  });

  test('is connected with the user name that worked, where that is not the usual one', async () => {
    const email = 'whole.address@icloud.com';
    onboarding.mail.accounts.set(email, { password: PASSWORD });
    const { id } = await onboarding.handIn(email, PASSWORD, { provider: 'icloud' });
    expect(await settled(id)).toMatchObject({ saleshandy: { state: 'connected' } });
    const asked = saleshandy.asked.find(({ path }) => path === CONNECT);
    expect(asked?.body).toMatchObject({ payload: { imap: { userName: email }, smtp: { userName: email } } });
  });

  test('that is there already is left as it is, but for what the user said of it', async () => {
    const email = somebody();
    saleshandy.accounts = [
      // The search finds this one, too.
      account(`x${email}`),
      account(email.toUpperCase(), { id: 7 }),
      account('test.other@example.com', { id: 8, client: { id: 3, name: 'Example Ltd' } }),
    ];
    const template = { fromName: 'Test Person', client: 'example ltd', tags: ['new'] };
    const { saleshandy: result } = await connect(email, { template });
    expect(result).toEqual({ state: 'present', accountId: '7', left: ['tags'] });
    expect(paths()).not.toContain(CONNECT);
    expect(saleshandy.accounts[1]).toMatchObject({ fromName: 'Test Person', client: { id: 3 } });
    expect(saleshandy.accounts[0]).toMatchObject({ fromName: 'Somebody', client: null });
  });

  test('for a client nobody knows is connected all the same, and it is said', async () => {
    const { saleshandy: result } = await connect(somebody(), { template: { client: 'Nobody Inc' } });
    expect(result).toEqual({ state: 'connected', accountId: '1000', left: ['client'] });
  });

  test('that Saleshandy can not sign in to is told, with where it was left', async () => {
    saleshandy.signsIn = () => false;
    const result = await connect(somebody());
    // It works: we have seen it.
    expect(result).toMatchObject({
      verdict: 'verified',
      saleshandy: { state: 'failed', reason: 'not_working_there', accountId: '1000' },
    });
  });

  test.each([
    ['no_plan', 'key_refused'],
    ['refuses', 'refused'],
  ] as const)('is verified whatever Saleshandy says: %s, %s', async (mood, reason) => {
    saleshandy.mood = mood;
    expect(await connect(somebody())).toMatchObject({
      verdict: 'verified',
      saleshandy: { state: 'failed', reason },
    });
  });

  test.each(['broken', 'odd', 'hangs_up', 'redirects'] as const)(
    'is tried again later where it is %s',
    async (mood) => {
      saleshandy.mood = mood;
      const { id } = await onboarding.handIn(somebody(), PASSWORD);
      await vi.waitFor(() => expect(paths()).toEqual([ACCOUNTS]), WAIT);
      expect(await onboarding.finished(id)).toMatchObject({ saleshandy: { state: 'connecting' } });
      // In a minute; or when it is started anew.
      await onboarding.backend.stop();
      saleshandy.mood = 'well';
      await onboarding.startBackend();
      expect(await settled(id)).toMatchObject({ saleshandy: { state: 'connected' } });
    },
  );

  test('is not connected when it was taken back in time', async () => {
    const [taken, kept] = [somebody(), somebody()];
    const { id } = await onboarding.handIn(taken, PASSWORD);
    const handedIn = performance.now();
    const other = await onboarding.handIn(kept, PASSWORD);
    await onboarding.finished(id);
    await onboarding.call('DELETE', `/v1/connections/${id}`);
    await settled(other.id);
    // So long there was to take back either of them.
    expect(performance.now() - handedIn).toBeGreaterThanOrEqual(1000 * UNDO_SECONDS);
    const connected = saleshandy.asked.filter(({ path }) => path === CONNECT);
    expect(connected.map(({ body }) => body)).toMatchObject([{ payload: { imap: { emailAddress: kept } } }]);
  });

  test.each([
    ['it works there', true, { state: 'connected', accountId: '1000' }],
    ['it does not', false, { state: 'failed', reason: 'not_working_there', accountId: '1000' }],
  ])('is not doubled when the answer was lost: %s', async (_, works, result) => {
    saleshandy.signsIn = () => works;
    saleshandy.mood = 'connects_and_hangs_up';
    const { id } = await onboarding.handIn(somebody(), PASSWORD);
    await vi.waitFor(() => expect(paths()).toContain(CONNECT), WAIT);
    await onboarding.backend.kill();
    saleshandy.mood = 'well';
    await onboarding.startBackend();
    expect((await settled(id)).saleshandy).toEqual(result);
    expect(saleshandy.accounts).toHaveLength(1);
    expect(paths()).toEqual([ACCOUNTS, CONNECT, ACCOUNTS]);
  });

  test('waits as long as it is asked to, and no question is asked meanwhile', async () => {
    saleshandy.mood = 'too_many';
    saleshandy.retryAfter = '3';
    const { id } = await onboarding.handIn(somebody(), PASSWORD);
    await vi.waitFor(() => expect(paths()).toEqual([ACCOUNTS]), WAIT);
    const before = performance.now();
    saleshandy.mood = 'well';
    expect(await settled(id)).toMatchObject({ saleshandy: { state: 'connected' } });
    expect(performance.now() - before).toBeGreaterThan(2500);
  });

  test('does not go to a workspace without a key, and nothing is said of it', async () => {
    await onboarding.stop();
    onboarding = await Onboarding.start(async () => [], { ONBOARDING_SALESHANDY_URL: saleshandy.url });
    const { id } = await onboarding.handIn(somebody(), PASSWORD);
    expect(await onboarding.finished(id)).not.toHaveProperty('saleshandy');
    expect(saleshandy.asked).toEqual([]);
  });
});
