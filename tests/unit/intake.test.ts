import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Keeper } from '../../utils/captures/keeper.ts';
import { CaptureStore } from '../../utils/captures/store.ts';
import type { Message } from '../../utils/messages/protocol.ts';
import { Secret } from '../../utils/secret.ts';
import { isLetIn } from '../../utils/watching.ts';
import { announce } from '../../utils/worker/announce.ts';
import { Intake } from '../../utils/worker/intake.ts';
import { endPrivate } from '../../utils/worker/private-windows.ts';
import type { PageSender } from '../../utils/worker/sender.ts';

vi.mock('../../utils/watching.ts', () => ({ isLetIn: vi.fn(), watchedAt: vi.fn() }));
vi.mock('../../utils/worker/announce.ts', () => ({ announce: vi.fn() }));
vi.mock('../../utils/worker/private-windows.ts', () => ({ endPrivate: vi.fn() }));

const VISIT = '6f2f1d3e-0000-4000-8000-000000000001';
const who: PageSender = {
  from: 'page',
  tabId: 7,
  provider: 'google',
  host: 'myaccount.google.com',
  private: false,
};
const password = new Secret('qwertyuiopasdfgh');
const code: Message<'code-detected'> = {
  type: 'code-detected',
  visit: VISIT,
  password,
  code: 'certain',
  reasons: ['form'],
};
const account = { email: 'ann@gmail.com', account: 'certain' } as const;

const keeper = { hold: vi.fn(async () => true), dispatch: vi.fn(async () => {}) };
let store: CaptureStore;
let intake: Intake;

beforeEach(async () => {
  vi.clearAllMocks();
  vi.mocked(isLetIn).mockResolvedValue(true);
  keeper.hold.mockResolvedValue(true);
  store = new CaptureStore();
  await store.ready;
  intake = new Intake(store, keeper as unknown as Keeper);
});

describe('a code that a page shows', () => {
  test('is held as it was detected, with where that was, and announced there', async () => {
    await intake.codeDetected({ ...code, ...account }, who);
    expect(keeper.hold).toHaveBeenCalledExactlyOnceWith({
      visit: VISIT,
      password,
      code: 'certain',
      reasons: ['form'],
      ...account,
      provider: 'google',
      pageHost: 'myaccount.google.com',
      servers: undefined,
      private: false,
      tabId: 7,
    });
    expect(announce).toHaveBeenCalledExactlyOnceWith(7);
    expect(endPrivate).not.toHaveBeenCalled();
  });

  test.each([
    ['no account', {}],
    ['an address without how sure it is', { email: 'ann@gmail.com' }],
    ['how sure an address is without it', { account: 'certain' as const }],
  ])('with %s has none yet', async (_, told) => {
    await intake.codeDetected({ ...code, ...told }, who);
    expect(keeper.hold).toHaveBeenCalledWith(expect.objectContaining({ email: '', account: 'unknown' }));
  });

  test('is announced once: not when it is known', async () => {
    keeper.hold.mockResolvedValue(false);
    await intake.codeDetected(code, who);
    expect(announce).not.toHaveBeenCalled();
  });

  test('is not taken where the browser does not let us in; the practice page is ours', async () => {
    vi.mocked(isLetIn).mockResolvedValue(false);
    await intake.codeDetected({ ...code, ...account }, who);
    expect(keeper.hold).not.toHaveBeenCalled();
    await intake.codeDetected(code, { ...who, provider: 'practice', host: 'practice' });
    expect(keeper.hold).toHaveBeenCalledOnce();
  });

  test('in a private window that was closed meanwhile goes with it', async () => {
    await intake.codeDetected(code, { ...who, private: true });
    expect(endPrivate).toHaveBeenCalledOnce();
  });
});

describe('an account that is seen later', () => {
  const told = { type: 'account-detected', visit: VISIT, ...account } as const;
  const held = (id: string, visit: string, tabId: number) =>
    store.set(id, { id, visit, tabId, state: 'held' } as never).catch(() => {});

  test('is noted with what was captured on the same visit in the same tab, and nothing else', async () => {
    await held('a', VISIT, 7);
    await held('b', VISIT, 8);
    await held('c', 'another', 7);
    await intake.accountDetected(told, who);
    expect(keeper.dispatch.mock.calls).toEqual([['a', { type: 'account-detected', ...account }]]);
    expect(keeper.hold).not.toHaveBeenCalled();
  });

  test('is not taken where the browser does not let us in', async () => {
    await held('a', VISIT, 7);
    vi.mocked(isLetIn).mockResolvedValue(false);
    await intake.accountDetected(told, who);
    expect(keeper.dispatch).not.toHaveBeenCalled();
  });
});
