import { browser } from 'wxt/browser';
import type { Said } from './messages/protocol.ts';
import { send } from './messages/send.ts';
import { watchSession } from './platform/watch-session.ts';

/*
 * What outlives the browser: IndexedDB of the extension's own origin. `storage.local` would be open to what runs in
 * providers' pages, in Firefox and Safari for good and in Chrome before 140, for reading as for writing; this is closed to
 * it everywhere.
 */

const DATABASE = 'disk';
const VALUES = 'values';
/** What is written once the values of versions that had them in `storage.local` are here. No value is called so. */
const MOVED = '(moved)';
/** What those versions kept. Whatever else stands there is not ours. */
const KEPT_BEFORE = [
  'accounts',
  'allowedHosts',
  'history',
  'outbox',
  'policy',
  'queue',
  'settings',
  'template',
];

const own = {
  async read(key: string): Promise<unknown> {
    return answerOf((await values('readonly')).get(key));
  },

  /** As JSON has it; nothing at all removes it. */
  async write(key: string, value: unknown): Promise<void> {
    const store = await values('readwrite');
    if (value === undefined) store.delete(key);
    else store.put(JSON.parse(JSON.stringify(value)), key);
    await isDone(store.transaction);
    await tell([key]);
  },
};

/** A page in a private window has a disk of its own, which ends with it. So the worker is asked. */
const throughWorker: typeof own = {
  read: (key) => send({ type: 'disk', key }),
  write: async (key, value) => {
    await send({ type: 'disk', key, write: { value } });
  },
};

const isPrivate = (): boolean =>
  (browser as { extension?: { inIncognitoContext?: boolean } }).extension?.inIncognitoContext === true;

export const disk = {
  read: (key: string): Promise<unknown> => (isPrivate() ? throughWorker : own).read(key),
  write: (key: string, value: unknown): Promise<void> =>
    (isPrivate() ? throughWorker : own).write(key, value),

  /** Called whenever this value was written, wherever that was. @returns a function that stops watching */
  watch: (key: string, changed: () => void): (() => void) => watchSession(markOf(key), changed),
};

/** For the worker: what a page asks of it. */
export const answerDisk = ({ key, write }: Said['disk']): Promise<unknown> =>
  write ? own.write(key, write.value) : own.read(key);

/** Forgets all there is. */
export async function clearDisk(): Promise<void> {
  const store = await values('readwrite');
  const keys = await answerOf(store.getAllKeys());
  store.clear();
  store.put(true, MOVED);
  await isDone(store.transaction);
  await tell(keys.map(String));
}

/** For the worker, before anything else: what the browser can close to content scripts is closed, and emptied. */
export async function closeStorage(): Promise<void> {
  const { local, session } = browser.storage as unknown as Record<'local' | 'session', Closable>;
  const shut = async (area: Closable) => area.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' });
  for (const area of [local, session]) shut(area).catch(() => {});
  await values('readonly');
  await browser.storage.local.clear();
}

/** Chrome closes `storage.local` from 140 on, Safari its `storage.session` only, and Firefox neither. */
interface Closable {
  setAccessLevel?(level: { accessLevel: 'TRUSTED_CONTEXTS' }): Promise<void>;
}

/** Written into the browser's memory, which every page of ours and the worker hear of, and which wakes it. */
const markOf = (key: string): string => `disk ${key}`;
const tell = (keys: readonly string[]): Promise<void> =>
  browser.storage.session
    .set(Object.fromEntries(keys.map((key) => [markOf(key), crypto.randomUUID()])))
    // It is on disk all the same.
    .catch(() => {});

let opening: Promise<IDBDatabase> | undefined;

async function values(mode: 'readonly' | 'readwrite'): Promise<IDBObjectStore> {
  opening ??= open();
  try {
    return (await opening).transaction(VALUES, mode).objectStore(VALUES);
  } catch (error) {
    // Closed by the browser, or never opened: the next one tries again.
    opening = undefined;
    throw error;
  }
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(VALUES);
  const database = await answerOf(request);
  database.onclose = () => {
    opening = undefined;
  };
  await moveInto(database);
  return database;
}

/**
 * Takes over what earlier versions left in `storage.local`, once: what stands there afterwards somebody else has put there.
 * All of it or nothing, so that one that is killed in between begins anew.
 */
async function moveInto(database: IDBDatabase): Promise<void> {
  const isMoved = (store: IDBObjectStore): Promise<unknown> => answerOf(store.get(MOVED));
  if (await isMoved(database.transaction(VALUES).objectStore(VALUES))) return;
  const before = await browser.storage.local.get(KEPT_BEFORE);
  const store = database.transaction(VALUES, 'readwrite').objectStore(VALUES);
  // A page and the worker may both be at it.
  if (await isMoved(store)) return;
  for (const [key, value] of Object.entries(before)) store.put(value, key);
  store.put(true, MOVED);
  await isDone(store.transaction);
  await browser.storage.local.clear();
}

const answerOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const isDone = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
