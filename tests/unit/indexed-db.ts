import { beforeEach } from 'vitest';

/*
 * As much of IndexedDB as the extension uses, which Node lacks: one database, what is done in a transaction at once or not at
 * all. The real one is in the browsers' tests.
 */

const ON_DISK = new Map<string, unknown>();
/** Thrown by every write while it is set. */
export const trouble: { full?: Error | undefined } = {};

/** What is on disk now, as it stands there. */
export const onDisk = (): Record<string, unknown> => structuredClone(Object.fromEntries(ON_DISK));

/** Puts values there, beside what there is. */
export function putOnDisk(values: Record<string, unknown>): void {
  // As somebody who has no values of an earlier version.
  ON_DISK.set('(moved)', true);
  for (const [key, value] of Object.entries(values)) ON_DISK.set(key, structuredClone(value));
}

/** As it is in a profile in which this version has never run. */
export const emptyDisk = (): void => ON_DISK.clear();

class Asked<T> {
  onsuccess?: () => void;
  onerror?: () => void;
  onupgradeneeded?: () => void;
  result: T | undefined;
}

function asked<T>(answer: () => T): Asked<T> {
  const request = new Asked<T>();
  queueMicrotask(() => {
    request.result = answer();
    request.onsuccess?.();
  });
  return request;
}

class Transaction {
  oncomplete?: () => void;
  onabort?: () => void;
  error: Error | undefined;
  readonly #changes: (() => void)[] = [];

  constructor() {
    // When nothing more is asked of it.
    setTimeout(() => {
      if (this.#changes.length > 0 && trouble.full) {
        this.error = trouble.full;
        this.onabort?.();
        return;
      }
      for (const change of this.#changes) change();
      this.oncomplete?.();
    }, 0);
  }

  objectStore() {
    const later = (change: () => void): void => void this.#changes.push(change);
    return {
      transaction: this,
      get: (key: string) => asked(() => structuredClone(ON_DISK.get(key))),
      getAllKeys: () => asked(() => [...ON_DISK.keys()]),
      put: (value: unknown, key: string) => {
        const kept = structuredClone(value);
        later(() => ON_DISK.set(key, kept));
      },
      delete: (key: string) => later(() => ON_DISK.delete(key)),
      clear: () => later(() => ON_DISK.clear()),
    };
  }
}

Object.assign(globalThis, {
  indexedDB: { open: () => asked(() => ({ transaction: () => new Transaction() })) },
});

beforeEach(() => {
  trouble.full = undefined;
  putOnDisk({});
  for (const key of ON_DISK.keys()) if (key !== '(moved)') ON_DISK.delete(key);
});
