/*
 * What the extension has on disk, for tests that look at it or lay something there. Sent into its worker or a page of its own
 * as text, so each function names nothing from out here.
 */

/** All there is, by name. */
export async function readDisk(): Promise<Record<string, unknown>> {
  const request = indexedDB.open('disk', 1);
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    request.onupgradeneeded = () => request.result.createObjectStore('values');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const store = database.transaction('values').objectStore('values');
  const [keys, values] = await Promise.all(
    [store.getAllKeys(), store.getAll()].map(
      (asked) =>
        new Promise<unknown[]>((resolve) => {
          (asked as IDBRequest<unknown[]>).onsuccess = () => resolve(asked.result);
        }),
    ),
  );
  database.close();
  const all = (keys ?? []).map((key, at) => [String(key), values?.[at]] as const);
  return Object.fromEntries(all.filter(([key]) => key !== '(moved)'));
}

/** Puts these there beside what there is, and lets the worker and all pages know, as the extension does. */
export async function writeDisk(put: Record<string, unknown>): Promise<void> {
  const request = indexedDB.open('disk', 1);
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    request.onupgradeneeded = () => request.result.createObjectStore('values');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const transaction = database.transaction('values', 'readwrite');
  for (const [key, value] of Object.entries(put)) transaction.objectStore('values').put(value, key);
  await new Promise<void>((resolve) => {
    transaction.oncomplete = () => resolve();
  });
  database.close();
  const world = globalThis as unknown as Record<'chrome' | 'browser', Chrome | undefined>;
  const marks = Object.keys(put).map((key) => [`disk ${key}`, crypto.randomUUID()]);
  await (world.browser ?? world.chrome)?.storage.session.set(Object.fromEntries(marks));
  type Chrome = { storage: { session: { set(values: object): Promise<void> } } };
}
