import { useEffect, useReducer } from 'preact/hooks';
import { isRunningOut, timeLeft, untilRunningOut } from '../../utils/captures/hold-time.ts';
import type { CaptureView } from '../../utils/captures/view.ts';

export interface RunningOut {
  capture: CaptureView;
  /** For how long it still stays, in ms. */
  left: number;
}

/**
 * Which of these are about to be forgotten, drawn anew every second while there are any. Before that nothing ticks: there
 * may be hundreds that are held.
 */
export function useRunningOut(captures: readonly CaptureView[]): RunningOut[] {
  const [, tick] = useReducer((ticks: number) => ticks + 1, 0);
  const now = Date.now();
  const running = captures
    .filter((capture) => isRunningOut(capture, now))
    .map((capture) => ({ capture, left: timeLeft(capture, now) ?? 0 }));
  useEffect(() => {
    const waits = captures.flatMap((capture) => untilRunningOut(capture, now) ?? []);
    if (waits.length === 0) return;
    const next = setTimeout(tick, running.length > 0 ? 1000 : Math.min(...waits));
    return () => clearTimeout(next);
  });
  return running;
}
