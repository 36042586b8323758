import { readFile } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import * as z from 'zod/mini';
import { askPolicy, isAllowed, Policy, parsePolicy } from '../../utils/policy.ts';
import { obeying, Settings, settings } from '../../utils/settings.ts';
import { putOnDisk } from './indexed-db.ts';

const chosen = z.parse(Settings, {});

test('what the organisation has set makes up what is left to the user', () => {
  const { policy } = parsePolicy({ holdMinutes: 3, disableNotice: true, disableHistory: true });
  expect(obeying(policy, chosen)).toEqual({ ...chosen, holdMinutes: 3, notice: false, history: false });
  expect(obeying({}, chosen)).toEqual(chosen);
});

test('what makes no sense is not followed, is named, and keeps nothing else from being followed', () => {
  const { policy, ignored } = parsePolicy({
    holdMinutes: 'long',
    backendAddress: 'not an address',
    allowedDomains: ['Example.com'],
    somethingElse: true,
    disableHistory: true,
  });
  expect(policy).toEqual({ disableHistory: true });
  expect(ignored.sort()).toEqual(['allowedDomains', 'backendAddress', 'holdMinutes', 'somethingElse']);
});

test('allowed domains are those named and the ones below them, and no others that end alike', () => {
  const policy = { allowedDomains: ['example.com'] };
  expect(isAllowed(policy, 'ann@example.com')).toBe(true);
  expect(isAllowed(policy, 'ann@SALES.Example.com')).toBe(true);
  expect(isAllowed(policy, 'ann@notexample.com')).toBe(false);
  expect(isAllowed({}, 'ann@anything.example')).toBe(true);
});

test('the schema for the browser, the one that parses and the page for administrators name the same', async () => {
  const { properties } = JSON.parse(await readFile('public/policies.json', 'utf8'));
  expect(Object.keys(properties).sort()).toEqual(Object.keys(Policy.shape).sort());
  const page = await readFile('docs/policies.md', 'utf8');
  const told = [...page.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  expect(told.sort()).toEqual(Object.keys(properties).sort());
});

test('nobody waits for a browser that is slow to say it: what it said last counts until then', async () => {
  let say = (_: Record<string, unknown>): void => {};
  const get = () => new Promise<Record<string, unknown>>((resolve) => (say = resolve));
  vi.spyOn(fakeBrowser.storage.managed, 'get').mockImplementation(get as never);
  putOnDisk({ policy: { holdMinutes: 3 } });
  const told = vi.fn();
  const stop = settings.watch(told);
  const asked = askPolicy();
  expect(await settings.read()).toMatchObject({ holdMinutes: 3 });
  expect(told).not.toHaveBeenCalled();
  say({ holdMinutes: 5, disableHistory: true });
  expect((await asked).policy).toEqual({ holdMinutes: 5, disableHistory: true });
  expect(await settings.read()).toMatchObject({ holdMinutes: 5, history: false });
  expect(told).toHaveBeenCalledTimes(1);
  stop();
});
