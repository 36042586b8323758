import type { Capture } from './capture.ts';

/** For how long a code that was sent and failed stays in memory, in ms: as long as the backend keeps it. */
const KEPT_FAILED = 24 * 3_600_000;

/**
 * So much is counted at once at most, in ms. Time is counted every half minute; when more has passed, the computer slept or
 * its clock was changed, and nobody could have seen the warning.
 */
const MOST_AT_ONCE = 60_000;

/** From here on the user is warned, in ms. */
const SOON = 90_000;

/** Whether the password lies here for the user to do something with it. What is under way is not counted. */
const isCounted = ({ state, password }: Capture): boolean =>
  password !== undefined && (state === 'held' || state === 'failed');

/** For how long the password stays, in ms; `undefined` where that is not counted. */
export function timeLeft(
  { left, countedAt }: Pick<Capture, 'left' | 'countedAt'>,
  now: number,
): number | undefined {
  if (left === undefined || countedAt === undefined) return undefined;
  return Math.max(0, left - Math.min(Math.max(now - countedAt, 0), MOST_AT_ONCE));
}

/** Whether it is time to warn that a code which was not sent is about to be forgotten. */
export function isRunningOut(
  capture: Pick<Capture, 'left' | 'countedAt' | 'state'> & {
    sealed?: string | undefined;
    survives?: boolean;
  },
  now: number,
): boolean {
  const left = timeLeft(capture, now);
  return (
    capture.state === 'held' && !capture.sealed && !capture.survives && left !== undefined && left <= SOON
  );
}

/**
 * The time that has passed is counted off. At the end the password is forgotten: what the backend has, or what is sealed,
 * goes on without it, and of the rest its user is told.
 *
 * @param now in ms since 1970
 * @param hold how long a held code may stay, in ms
 */
export function countTime(capture: Capture, now: number, hold: number): Capture {
  if (!isCounted(capture)) return capture;
  const whole = capture.state === 'held' ? hold : KEPT_FAILED;
  const left = Math.min(timeLeft(capture, now) ?? whole, whole);
  return left > 0 ? { ...capture, left, countedAt: now } : withoutPassword(capture);
}

function withoutPassword(capture: Capture): Capture {
  const { password: _, left: __, countedAt: ___, ...rest } = capture;
  if (rest.state === 'failed' || rest.sealed !== undefined) return rest;
  const { retryAt: ____, ...ended } = rest;
  return { ...ended, state: 'failed', fault: { code: 'expired' } };
}
