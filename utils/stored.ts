import { browser } from 'wxt/browser';
import * as z from 'zod/mini';

/**
 * One key of the browser's storage. What does not parse, or is not there, is the fallback; what the schema does not name
 * is not written.
 */
export interface Stored<T> {
  read(): Promise<T>;
  write(value: T): Promise<void>;
  /**
   * What is there becomes what `change` makes of it; the same object is not written. Pages and the worker all do so, one
   * after the other, or one would undo another's.
   */
  change(change: (now: T) => T): Promise<void>;
  /** @returns a function that stops watching */
  watch(changed: (value: T) => void): () => void;
}

export function stored<T>(
  area: 'local' | 'session',
  key: string,
  schema: z.ZodMiniType<T>,
  fallback: T,
): Stored<T> {
  const parse = (value: unknown): T => schema.safeParse(value).data ?? fallback;
  const read = async (): Promise<T> => parse((await browser.storage[area].get(key))[key]);
  // To set it to `undefined` would leave it as it is.
  const write = (value: T): Promise<void> =>
    value === undefined
      ? browser.storage[area].remove(key)
      : browser.storage[area].set({ [key]: z.encode(schema, value) });
  return {
    read,
    write,
    change: (change) =>
      navigator.locks.request(`stored ${key}`, async () => {
        const now = await read();
        const changed = change(now);
        if (changed !== now) await write(changed);
      }),
    watch: (changed) => {
      const listener = (changes: Record<string, { newValue?: unknown }>, inArea: string): void => {
        if (inArea === area && changes[key]) changed(parse(changes[key].newValue));
      };
      browser.storage.onChanged.addListener(listener);
      return () => browser.storage.onChanged.removeListener(listener);
    },
  };
}
