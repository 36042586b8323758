import { beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { emptyDisk, onDisk, putOnDisk, trouble } from './indexed-db.ts';

/** A profile in which version 0.2.0 was used: all that it had on disk, as it wrote it. */
const BEFORE = {
  accounts: {
    current: '6f2f1d3e-0000-4000-8000-00000000000a',
    all: [
      {
        id: '6f2f1d3e-0000-4000-8000-00000000000a',
        address: 'https://onboarding.example.com',
        access: {
          accessToken: 'an access token',
          refreshToken: 'a refresh token',
          expiresAt: 1_800_000_000_000,
        },
        addedAt: 1,
        met: {
          workspace: { id: 'w', name: 'Workspace' },
          keys: {
            keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'pinned', use: 'enc', alg: 'ECDH-ES' }],
          },
          askedAt: 2,
        },
      },
    ],
  },
  allowedHosts: { 'https://mail.company.example': 'zimbra' },
  history: [
    {
      id: '6f2f1d3e-0000-4000-8000-000000000001',
      email: 'ann@example.com',
      provider: 'google',
      at: 3,
      verdict: 'verified',
    },
  ],
  outbox: {
    '6f2f1d3e-0000-4000-8000-000000000002': {
      id: '6f2f1d3e-0000-4000-8000-000000000002',
      connectionId: '6f2f1d3e-0000-4000-8000-000000000003',
      provider: 'google',
      email: 'bob@example.com',
      account: 'certain',
      code: 'certain',
      state: 'queued',
      capturedAt: 4,
      private: false,
      tries: 0,
      sealed: 'a.b.c.d.e',
    },
  },
  policy: { holdMinutes: 3 },
  queue: [{ email: 'carl@example.com', provider: 'google' }],
  settings: { agreedAt: 5, theme: 'dark' },
  template: { fromName: 'Ann' },
};

/** As a worker or page that has just started. */
const begun = async () => {
  vi.resetModules();
  const [{ disk, ...whole }, { accounts }, { settings }, { history }] = await Promise.all([
    import('../../utils/disk.ts'),
    import('../../utils/onboarding/accounts.ts'),
    import('../../utils/settings.ts'),
    import('../../utils/history.ts'),
  ]);
  return { disk, ...whole, accounts, settings, history };
};

const left = (): Promise<Record<string, unknown>> => fakeBrowser.storage.local.get();

beforeEach(() => fakeBrowser.reset());

describe('what version 0.2.0 has left in storage.local', () => {
  beforeEach(async () => {
    emptyDisk();
    await fakeBrowser.storage.local.set(BEFORE);
  });

  test('is taken over by whoever comes first, and is gone from there', async () => {
    const { accounts, settings, history, disk } = await begun();
    expect(await accounts.read()).toMatchObject(BEFORE.accounts);
    expect(await settings.read()).toMatchObject({ agreedAt: 5, theme: 'dark', holdMinutes: 3 });
    expect(await history.read()).toEqual(BEFORE.history);
    expect(await disk.read('outbox')).toEqual(BEFORE.outbox);
    expect(onDisk()).toMatchObject(BEFORE);
    expect(await left()).toEqual({});
  });

  test('is taken over once by several at a time', async () => {
    const [one, other] = await Promise.all([begun(), begun()]);
    await Promise.all([one.disk.read('queue'), other.accounts.read(), other.closeStorage()]);
    expect(onDisk()).toMatchObject(BEFORE);
    expect(await left()).toEqual({});
  });

  test('stays there until it could be written, and is taken over then', async () => {
    trouble.full = new Error('There is no room');
    await expect((await begun()).disk.read('accounts')).rejects.toThrow('There is no room');
    expect(await left()).toEqual(BEFORE);
    trouble.full = undefined;
    expect(await (await begun()).accounts.read()).toMatchObject(BEFORE.accounts);
  });

  test('is not left there when the first one was killed right after it was written', async () => {
    await (await begun()).accounts.read();
    // So it stands when nothing more came to pass.
    await fakeBrowser.storage.local.set(BEFORE);
    await (await begun()).closeStorage();
    expect(await left()).toEqual({});
  });
});

test('what a page has put into storage.local since then counts for nothing, and is removed', async () => {
  putOnDisk({ accounts: BEFORE.accounts });
  const { met, ...account } = BEFORE.accounts.all[0] as (typeof BEFORE.accounts.all)[0];
  const forged = { ...account, address: 'https://evil.example', met };
  await fakeBrowser.storage.local.set({ accounts: { ...BEFORE.accounts, all: [forged] } });
  const { accounts, closeStorage } = await begun();
  expect((await accounts.current())?.address).toBe('https://onboarding.example.com');
  await closeStorage();
  expect(await left()).toEqual({});
});

test('nothing is ever written to storage.local', async () => {
  const { accounts, settings, clearDisk } = await begun();
  await settings.change({ agreedAt: 1 });
  await accounts.add({ address: 'https://onboarding.example.com', access: { token: 'a token' } });
  expect(JSON.stringify(onDisk())).toContain('a token');
  expect(await left()).toEqual({});
  await clearDisk();
  expect(JSON.stringify(onDisk())).not.toContain('token');
});

test('whoever watches a value is told when another page has changed it, and when all is forgotten', async () => {
  const [page, worker] = [await begun(), await begun()];
  const told: string[] = [];
  const stop = worker.settings.watch(() => told.push('settings'));
  const stopAccounts = worker.accounts.watch(({ all }) => told.push(`${all.length} accounts`));
  await page.settings.change({ theme: 'dark' });
  await vi.waitFor(() => expect(told).toEqual(['settings']));
  await page.accounts.add({ address: 'https://onboarding.example.com', access: { token: 'a token' } });
  await vi.waitFor(() => expect(told).toEqual(['settings', '1 accounts']));
  await page.clearDisk();
  await vi.waitFor(() => expect(told).toContain('0 accounts'));
  stop();
  stopAccounts();
});

test('a page in a private window, whose disk is another, has the worker read and write', async () => {
  const worker = await begun();
  fakeBrowser.runtime.onMessage.addListener(((message: never, _: never, respond: () => void) => {
    void worker.answerDisk(message).then(respond);
    return true;
  }) as never);
  Object.assign(fakeBrowser, { extension: { inIncognitoContext: true } });
  const { settings } = await begun();
  const { indexedDB } = globalThis;
  try {
    await worker.disk.read('settings');
    Object.assign(globalThis, { indexedDB: undefined });
    await settings.change({ theme: 'dark' });
    expect(await settings.read()).toMatchObject({ theme: 'dark' });
  } finally {
    Object.assign(globalThis, { indexedDB });
    Reflect.deleteProperty(fakeBrowser, 'extension');
  }
  expect(onDisk()).toMatchObject({ settings: { theme: 'dark' } });
});

test('what the browser can close to content scripts is closed to them before anything else', async () => {
  const closed: unknown[] = [];
  for (const area of ['local', 'session'] as const)
    Object.assign(fakeBrowser.storage[area], {
      setAccessLevel: async (level: unknown) => void closed.push([area, level]),
    });
  await (await begun()).closeStorage();
  expect(closed).toEqual([
    ['local', { accessLevel: 'TRUSTED_CONTEXTS' }],
    ['session', { accessLevel: 'TRUSTED_CONTEXTS' }],
  ]);
});
