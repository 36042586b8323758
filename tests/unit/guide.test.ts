import { expect, test } from 'vitest';
import type { ProviderGuide } from '../../providers/registry/types.ts';
import type { CaptureView } from '../../utils/captures/view.ts';
import { type Journey, pageOfJourney, stepsOf } from '../../utils/guide/guide.ts';

const guide: ProviderGuide = {
  name: 'A provider',
  mailboxes: '',
  appPasswords: 'https://provider.example/app-passwords',
  before: [{ what: 'two_step_on', link: 'https://provider.example/two-step' }],
  needs: [{ what: 'imap_on' }],
  unavailableBecause: [],
  fix: {},
};
const journey: Journey = { email: 'ann@example.com', provider: 'google', private: false, since: 100 };
const capture = {
  provider: 'google',
  email: 'ann@example.com',
  state: 'held',
  capturedAt: 200,
} as CaptureView;

const done = (page: Journey['page'], ...captures: CaptureView[]): string[] =>
  stepsOf(guide, { ...journey, ...(page ? { page } : {}) }, captures)
    .filter(({ isDone }) => isDone)
    .map(({ what }) => what);

test('the steps tick themselves off as far as they were seen done', () => {
  expect(done(undefined)).toEqual([]);
  expect(done('arrived')).toEqual(['open']);
  // Where it offers to make one, what has to be switched on before is on.
  expect(done('ready')).toEqual(['before', 'open']);
  expect(done('unavailable')).toEqual(['open']);
  expect(done('ready', capture)).toEqual(['before', 'open', 'make']);
  expect(done('ready', { ...capture, state: 'queued' })).toEqual(['before', 'open', 'make', 'send']);
  const checks = { receiving: { status: 'ok', host: 'h', port: 993, ms: 1 }, sending: { status: 'pending' } };
  const verified = { ...capture, state: 'verified', connection: { checks } } as CaptureView;
  expect(done('ready', verified)).toEqual(['before', 'open', 'make', 'send', 'after', 'works']);
});

test('a code that was there before, or of another provider, ticks nothing', () => {
  expect(done(undefined, { ...capture, capturedAt: 50 })).toEqual([]);
  expect(done(undefined, { ...capture, provider: 'yahoo', email: 'bob@example.com' })).toEqual([]);
});

test('a page that does not tell has at least been arrived at', () => {
  expect(pageOfJourney('unknown')).toBe('arrived');
  expect(pageOfJourney('ready')).toBe('ready');
});
