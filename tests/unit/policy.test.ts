import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { isAllowed, Policy, parsePolicy } from '../../utils/policy.ts';
import { obeying, Settings } from '../../utils/settings.ts';

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
