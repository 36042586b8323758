import { watched } from '../../providers/registry/page-script.ts';
import { type CaptureView, PRACTICE } from '../captures/view.ts';

/*
 * The page on which to practise is like a provider's page, and is watched like one, by the same detector. What is practised
 * with goes nowhere (`practiceBackend`).
 */

export const PRACTICE_EMAIL = 'you@practice.example';

export const PRACTICE_PAGE = watched({
  id: PRACTICE,
  origins: [],
  route: /^/,
  code: { alphabet: 'a-z', length: 16, group: 4 },
  codeHints: ['[role="dialog"] code'],
  account: [{ selector: '#account', certain: true }],
  unavailable: {},
});

/** Sixteen letters in groups of four, as Google writes them. */
export function newPracticeCode(): string {
  const letters = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) =>
    String.fromCharCode(97 + (byte % 26)),
  );
  return (letters.join('').match(/.{4}/g) ?? []).join(' ');
}

export type PracticeProgress = 'none' | 'held' | 'sent' | 'works';

/**
 * How far the code of this page has come by now.
 * @param since when the page was opened, in ms since 1970
 */
export function practiceProgress(captures: readonly CaptureView[], since: number): PracticeProgress {
  const own = captures.find(({ provider, capturedAt }) => provider === PRACTICE && capturedAt >= since);
  if (!own) return 'none';
  if (own.state === 'held') return 'held';
  return own.state === 'verified' ? 'works' : 'sent';
}
