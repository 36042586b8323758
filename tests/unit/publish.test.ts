import { beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import type { Capture } from '../../utils/captures/capture.ts';
import { CaptureStore } from '../../utils/captures/store.ts';
import { readPopupState } from '../../utils/popup-state/popup-state.ts';
import { Secret } from '../../utils/secret.ts';
import { showBadge } from '../../utils/worker/badge.ts';
import { Publisher } from '../../utils/worker/publish.ts';
import { setAlarm, WAKE } from '../../utils/worker/wake.ts';

vi.mock('../../utils/worker/badge.ts', () => ({ showBadge: vi.fn(async () => {}) }));

const CODE = 'qwertyuiopasdfgh';
const idOf = (number: number): string => `6f2f1d3e-0000-4000-8000-${String(number).padStart(12, '0')}`;

const capture = (number: number, changed: Partial<Capture> = {}): Capture => ({
  id: idOf(number),
  connectionId: idOf(number + 100),
  provider: 'google',
  email: `person.${number}@example.com`,
  account: 'certain',
  code: 'certain',
  password: new Secret(CODE),
  state: 'held',
  capturedAt: number,
  private: false,
  tries: 0,
  ...changed,
});

const alarms = { create: vi.fn(async () => {}), clear: vi.fn(async () => true) };
const sendMessage = vi.fn(async () => {});
let store: CaptureStore;

beforeEach(async () => {
  fakeBrowser.reset();
  vi.clearAllMocks();
  Object.assign(fakeBrowser.alarms, alarms);
  Object.assign(fakeBrowser.tabs, { sendMessage });
  store = new CaptureStore();
  await store.ready;
});

const hold = async (...captures: Capture[]): Promise<void> => {
  for (const one of captures) await store.set(one.id, one);
};
const publisher = (nextDuty?: number): Publisher => new Publisher(store, () => nextDuty);
const shownIds = async () => (await readPopupState())?.captures.map(({ id }) => id);

test('popup and badge are given the same views, the most urgent first', async () => {
  await hold(
    capture(1, { state: 'verified' }),
    capture(2),
    capture(3, { state: 'failed' }),
    capture(4),
    capture(5, { state: 'discarded' }),
  );
  await publisher().publish();
  expect(await shownIds()).toEqual([3, 4, 2, 1].map(idOf));
  expect(showBadge).toHaveBeenCalledExactlyOnceWith(store.views());
});

test('the views are built once for each change', async () => {
  await hold(capture(1));
  const views = store.views();
  await publisher().publish();
  await publisher().publish();
  expect(store.views()).toBe(views);
  await hold(capture(2));
  expect(store.views()).toHaveLength(2);
  await store.clear();
  expect(store.views()).toEqual([]);
});

test('no code is in what is published', async () => {
  await hold(capture(1));
  await publisher().publish();
  const { shown } = await fakeBrowser.storage.session.get('shown');
  expect(JSON.stringify(shown)).toContain(idOf(1));
  expect(JSON.stringify(shown)).not.toContain(CODE);
});

test('each tab with a notice is told that there is something new, and not what', async () => {
  const notices = { 7: { documentId: 'first', at: 1 }, 8: { at: 2 } };
  await fakeBrowser.storage.session.set({ notices });
  sendMessage.mockRejectedValueOnce(new Error('The tab was closed'));
  await hold(capture(1));
  await publisher().publish();
  expect(sendMessage.mock.calls).toEqual(
    [7, 8].map((tab) => [tab, { type: 'notice-update' }, { frameId: 0 }]),
  );
});

describe('several at once', () => {
  test('are published one after the other, so that the newest is shown last', async () => {
    const write = fakeBrowser.storage.session.set.bind(fakeBrowser.storage.session);
    let finishFirst = (): void => {};
    let isFirstWritten = false;
    vi.spyOn(fakeBrowser.storage.session, 'set').mockImplementation(async (values) => {
      if ('shown' in (values as object) && !isFirstWritten) {
        isFirstWritten = true;
        await new Promise<void>((resolve) => {
          finishFirst = resolve;
        });
      }
      await write(values);
    });
    const all = publisher();
    await hold(capture(1));
    const first = all.publish();
    await vi.waitFor(() => expect(isFirstWritten).toBe(true));
    await hold(capture(2));
    const second = all.publish();
    // Long enough for the second to overtake the first, if nothing kept it.
    await Promise.race([second, new Promise((resolve) => setTimeout(resolve, 50))]);
    finishFirst();
    await Promise.all([first, second]);
    vi.restoreAllMocks();
    expect(await shownIds()).toEqual([2, 1].map(idOf));
  });

  test('one that fails does not keep the next from being published', async () => {
    vi.mocked(showBadge).mockRejectedValueOnce(new Error('The browser closes'));
    const all = publisher();
    await expect(all.publish()).rejects.toThrow('The browser closes');
    await hold(capture(1));
    await all.publish();
    expect(await shownIds()).toEqual([idOf(1)]);
  });
});

describe('the alarm that wakes the worker', () => {
  test('is set for the next thing to do, and cleared when there is none', async () => {
    const next = Date.now() + 120_000;
    await publisher(next).publish();
    expect(alarms.create).toHaveBeenCalledExactlyOnceWith(WAKE, { when: next, periodInMinutes: 0.5 });
    await publisher().publish();
    expect(alarms.clear).toHaveBeenCalledExactlyOnceWith(WAKE);
  });

  test('is no sooner than browsers allow', async () => {
    const before = Date.now();
    await setAlarm(before);
    const [[, { when }]] = alarms.create.mock.calls as unknown as [[string, { when: number }]];
    expect(when).toBeGreaterThanOrEqual(before + 30_000);
  });
});
