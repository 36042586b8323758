import { beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';

/*
 * The worker in a browser that lacks some of what others have. An API that is not there must cost what it is for, and never
 * the worker: where its start breaks off, no code is caught.
 */

type Listener = (...given: unknown[]) => unknown;

/** An event of the browser's, as far as the worker cares. */
function event() {
  const listeners: Listener[] = [];
  return { addListener: (one: Listener) => void listeners.push(one), listeners };
}

/** Node knows no origins of extensions. */
const ORIGIN = 'https://the-extension.example';
const onMessage = event();
const onInstalled = event();

/** All that the worker touches when it starts. */
const EVERYTHING = (): Record<string, unknown> => ({
  runtime: {
    ...fakeBrowser.runtime,
    id: 'the-extension',
    getURL: (path: string) => `${ORIGIN}${path}`,
    onMessage,
    onInstalled,
    onStartup: event(),
    onUpdateAvailable: event(),
    getContexts: async () => [],
  },
  alarms: { onAlarm: event(), create: async () => {}, clear: async () => true },
  action: {
    setBadgeText: async () => {},
    setBadgeBackgroundColor: async () => {},
    setTitle: async () => {},
    openPopup: async () => {},
  },
  permissions: {
    onAdded: event(),
    onRemoved: event(),
    contains: async () => true,
    getAll: async () => ({ origins: [] }),
  },
  scripting: {
    executeScript: vi.fn(async () => []),
    registerContentScripts: async () => {},
    unregisterContentScripts: async () => {},
    getRegisteredContentScripts: async () => [],
  },
  tabs: { query: async () => [], create: vi.fn(async () => ({})), sendMessage: async () => {} },
  contextMenus: { onClicked: event(), removeAll: async () => {}, create: vi.fn() },
  commands: { onCommand: event() },
  windows: { onRemoved: event(), getAll: async () => [] },
  identity: {},
  i18n: { getMessage: (key: string) => key, getUILanguage: () => 'en' },
  storage: { ...fakeBrowser.storage, managed: { get: async () => ({}) } },
});

let here: Record<string, unknown> = {};
vi.mock('wxt/browser', () => ({
  browser: new Proxy({}, { get: (_, name) => here[String(name)] }),
}));

async function startWithout(...missing: string[]): Promise<void> {
  here = EVERYTHING();
  for (const path of missing) {
    const [name = '', part] = path.split('.');
    if (part === undefined) delete here[name];
    else {
      const { [part]: _, ...rest } = here[name] as Record<string, unknown>;
      here[name] = rest;
    }
  }
  vi.resetModules();
  const { default: background } = await import('../../entrypoints/background.ts');
  await background.main();
}

beforeEach(() => {
  fakeBrowser.reset();
  onMessage.listeners.length = 0;
  onInstalled.listeners.length = 0;
});

describe.each([
  ['all that is used', []],
  [
    'Firefox for Android: no menus, keys, windows, sign-in window or managed storage',
    ['contextMenus', 'commands', 'windows', 'identity', 'storage.managed', 'runtime.getContexts'],
  ],
  ['Safari: neither a sign-in window nor managed storage', ['identity', 'storage.managed']],
  [
    'Safari on a phone: no menus and no window that closes',
    ['contextMenus', 'windows.onRemoved', 'identity', 'storage.managed'],
  ],
  ...['contextMenus', 'commands', 'windows', 'identity', 'storage.managed', 'runtime.onUpdateAvailable'].map(
    (one): [string, string[]] => [`without ${one}`, [one]],
  ),
])('%s', (_, missing) => {
  test('the worker starts, is told of an installation, and takes a code that is pasted', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    await startWithout(...missing);
    expect(onMessage.listeners).toHaveLength(1);
    onInstalled.listeners[0]?.({ reason: 'install' });
    const sender = { id: 'the-extension', origin: ORIGIN };
    const held = onMessage.listeners[0]?.(
      { type: 'paste', provider: 'google', text: 'qzxj kvbw pygh mfdl', insist: false },
      sender,
    );
    expect(await held).toBe(true);
    await vi.waitFor(async () => {
      const { captures } = await fakeBrowser.storage.session.get('captures');
      expect(Object.values(captures as object)).toMatchObject([{ state: 'held', provider: 'google' }]);
    });
    await new Promise((resolve) => setTimeout(resolve, 0));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});
