import { browser } from 'wxt/browser';
import * as z from 'zod/mini';
import { disk } from './disk.ts';
import { watchSession } from './platform/watch-session.ts';

/**
 * One value on disk, or in the browser's memory (`storage.session`). What is not there, or does not parse, is the fallback;
 * of a list, a record or an object, what parses is kept though something beside it, which another version has written, does
 * not. What the schema does not name is not written.
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
  area: 'disk' | 'session',
  key: string,
  schema: z.ZodMiniType<T>,
  fallback: T,
): Stored<T> {
  const parse = (value: unknown): T => {
    const whole = schema.safeParse(value);
    return (whole.success ? whole.data : schema.safeParse(readable(schema, value)).data) ?? fallback;
  };
  const read = async (): Promise<T> =>
    parse(area === 'disk' ? await disk.read(key) : (await browser.storage.session.get(key))[key]);
  const write = (value: T): Promise<void> => {
    const encoded = value === undefined ? undefined : z.encode(schema, value);
    if (area === 'disk') return disk.write(key, encoded);
    // To set it to `undefined` would leave it as it is.
    return encoded === undefined
      ? browser.storage.session.remove(key)
      : browser.storage.session.set({ [key]: encoded });
  };
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
      if (area === 'disk') return disk.watch(key, () => void read().then(changed));
      return watchSession(key, (value) => changed(parse(value)));
    },
  };
}

/** What is left of a value without the parts of it that do not parse. */
function readable(schema: z.ZodMiniType, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (schema instanceof z.ZodMiniArray) {
    const { element } = schema.def;
    return Array.isArray(value) ? value.filter((one) => isReadable(element, one)) : undefined;
  }
  const schemaOf = (key: string): z.core.$ZodType | undefined =>
    schema instanceof z.ZodMiniRecord
      ? schema.def.valueType
      : schema instanceof z.ZodMiniObject
        ? schema.def.shape[key]
        : undefined;
  return Object.fromEntries(
    Object.entries(value).filter(([key, one]) => {
      const own = schemaOf(key);
      return own && isReadable(own, one);
    }),
  );
}

const isReadable = (schema: z.core.$ZodType, value: unknown): boolean => z.safeParse(schema, value).success;
