import type { Capture } from './capture.ts';
import { type CaptureView, survives } from './view.ts';

/** For how long a code that was sent and failed stays in memory, in ms: as long as the backend keeps it. */
const KEPT_FAILED = 24 * 3_600_000;

/** How often the time of a capture is to be counted, in ms: so that a warning comes in time, or just that it ends. */
export const countEvery = ({ state }: Pick<Capture, 'state'>): number =>
  state === 'held' ? 30_000 : 1_800_000;

/** From here on the user is warned, in ms, at the most. */
const SOON = 120_000;

/** A warning that is there for most of the time is none; and one shorter than a step of the counting could be missed. */
const soonOf = ({ whole }: Pick<Capture, 'whole'>): number =>
  whole === undefined ? SOON : Math.min(SOON, Math.max(whole / 5, countEvery({ state: 'held' })));

/** Whether the password lies here for the user to do something with it. What is under way is not counted. */
const isCounted = ({ state, password }: Capture): boolean =>
  password !== undefined && (state === 'held' || state === 'failed');

/** Whether its time is to begin. */
export const isUncounted = (capture: Capture): boolean => isCounted(capture) && capture.left === undefined;

/**
 * For how long the password stays, in ms; `undefined` where that is not counted.
 *
 * No more than two steps count at once. When more has passed, the computer slept or its clock was changed, and nobody could
 * have seen the warning.
 */
export function timeLeft(
  { left, countedAt, state }: Pick<Capture, 'left' | 'countedAt' | 'state'>,
  now: number,
): number | undefined {
  if (left === undefined || countedAt === undefined) return undefined;
  return Math.max(0, left - Math.min(Math.max(now - countedAt, 0), 2 * countEvery({ state })));
}

/** Whether it is time to warn that a code which was not sent is about to be forgotten. */
export function isRunningOut(capture: CaptureView, now: number): boolean {
  const until = untilRunningOut(capture, now);
  return until !== undefined && until <= 0;
}

/** In how many ms it is time for that; `undefined` for what is not about to be forgotten at all. */
export function untilRunningOut(capture: CaptureView, now: number): number | undefined {
  const left = timeLeft(capture, now);
  if (capture.state !== 'held' || capture.survives || left === undefined) return undefined;
  return left - soonOf(capture);
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
  return left > 0 ? { ...capture, left, countedAt: now, whole } : withoutPassword(capture);
}

function withoutPassword(capture: Capture): Capture {
  const { password: _, left: __, countedAt: ___, whole: ____, ...rest } = capture;
  if (rest.state === 'failed' || survives(rest)) return rest;
  const { retryAt: _____, sealed: ______, ...ended } = rest;
  return { ...ended, state: 'failed', fault: { code: 'expired' } };
}
