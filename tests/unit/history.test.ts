import { expect, test } from 'vitest';
import type { Capture } from '../../utils/captures/capture.ts';
import { type Entry, entryOf, matching, noted } from '../../utils/history.ts';
import type { Connection } from '../../utils/onboarding/contract.ts';

const ID = '6f2f1d3e-0000-4000-8000-000000000001';
const connection: Connection = {
  id: ID,
  provider: 'google',
  email: 'ann@example.com',
  state: 'done',
  version: 2,
  attempt: 1,
  verdict: 'rejected',
  advice: { code: 'AUTH_INVALID' },
  requestId: 'a-request',
  checks: { receiving: { status: 'pending' }, sending: { status: 'pending' } },
};
const capture = {
  id: ID,
  connectionId: ID,
  provider: 'google',
  email: 'ann@example.com',
  state: 'failed',
  private: false,
  connection,
} as Capture;

test('what is noted of a mailbox: never more than who, where, when, how it ended and which request', () => {
  expect(entryOf(capture, 'Sandbox', 7)).toEqual({
    id: ID,
    email: 'ann@example.com',
    provider: 'google',
    workspace: 'Sandbox',
    at: 7,
    verdict: 'rejected',
    code: 'AUTH_INVALID',
    requestId: 'a-request',
  });
});

test('nothing is noted from a private window, of practice, or before there is a verdict', () => {
  expect(entryOf({ ...capture, private: true }, undefined, 7)).toBeUndefined();
  expect(entryOf({ ...capture, provider: 'practice' }, undefined, 7)).toBeUndefined();
  const { verdict: _, ...open } = connection;
  expect(entryOf({ ...capture, connection: open }, undefined, 7)).toBeUndefined();
});

const entry = (at: number, email: string): Entry => ({
  id: `6f2f1d3e-0000-4000-8000-${String(at).padStart(12, '0')}`,
  email,
  provider: 'google',
  at,
  verdict: 'verified',
});

test('tried again, it is one entry, and the newest comes first; of too many the oldest go', () => {
  const first = entry(1, 'ann@example.com');
  const again = { ...first, at: 3, verdict: 'partial' as const };
  expect(noted([entry(2, 'bob@example.com'), first], again)).toEqual([again, entry(2, 'bob@example.com')]);
  const many = Array.from({ length: 1000 }, (_, at) => entry(at, 'x@example.com'));
  const all = noted(many, entry(5000, 'new@example.com'));
  expect(all).toHaveLength(1000);
  expect(all[0]?.email).toBe('new@example.com');
});

test('found by words in any order, of the address, the provider or the request', () => {
  const all = [entry(1, 'ann@example.com'), { ...entry(2, 'bob@example.org'), requestId: 'abc-123' }];
  expect(matching(all, 'EXAMPLE ann')).toEqual([all[0]]);
  expect(matching(all, 'abc-1')).toEqual([all[1]]);
  expect(matching(all, '  ')).toEqual(all);
  expect(matching(all, 'nobody')).toEqual([]);
});
