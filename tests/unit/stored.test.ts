import { beforeEach, expect, test } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import * as z from 'zod/mini';
import { settings } from '../../utils/settings.ts';
import { stored } from '../../utils/stored.ts';
import { putOnDisk } from './indexed-db.ts';

beforeEach(() => fakeBrowser.reset());

const put = (value: unknown): void => putOnDisk({ here: value });

test('what is not there is the fallback, and so is what makes no sense', async () => {
  const text = stored('disk', 'here', z.string(), 'none');
  expect(await text.read()).toBe('none');
  for (const value of [7, null, {}, []]) {
    put(value);
    expect(await text.read()).toBe('none');
  }
});

// An update, or going back to an older version, finds what it does not know beside what it does.
test.each([
  [
    'a list',
    z.array(z.object({ at: z.number() })),
    [{ at: 1 }, { at: 'noon' }, { at: 3 }],
    [{ at: 1 }, { at: 3 }],
  ],
  ['a record', z.record(z.string(), z.number()), { a: 1, b: 'two', c: 3 }, { a: 1, c: 3 }],
  [
    'an object',
    z.object({ a: z._default(z.number(), 0), b: z.optional(z.string()) }),
    { a: 'one', b: 'two' },
    { a: 0, b: 'two' },
  ],
])('of %s what can be read is kept', async (_, schema, value, kept) => {
  const store = stored<unknown>('disk', 'here', schema as z.ZodMiniType<unknown>, 'nothing');
  put(value);
  expect(await store.read()).toEqual(kept);
});

test('an object that lacks what it can not be without is the fallback', async () => {
  const store = stored('disk', 'here', z.object({ a: z.number(), b: z.number() }), { a: 0, b: 0 });
  put({ a: 'one', b: 2 });
  expect(await store.read()).toEqual({ a: 0, b: 0 });
});

test('a setting that is not known any more leaves the others', async () => {
  putOnDisk({
    settings: { announce: 'with a bell', holdMinutes: 30, theme: 'dark', agreedAt: 1000, isOld: true },
  });
  expect(await settings.read()).toMatchObject({
    announce: 'popup',
    holdMinutes: 30,
    theme: 'dark',
    agreedAt: 1000,
  });
});
