import { useEffect, useState } from 'preact/hooks';
import { isRunningOut, timeLeft } from '../utils/captures/hold-time.ts';
import type { CaptureView } from '../utils/captures/view.ts';
import { t } from '../utils/i18n.ts';

interface Props {
  capture: CaptureView;
  onLonger?: (() => void) | undefined;
  onOver?: (() => void) | undefined;
}

/** That a code is not sent yet, and for how long it stays. */
export function HoldTime({ capture, onLonger, onOver }: Props) {
  const [now, setNow] = useState(Date.now());
  const left = timeLeft(capture, now);
  const isOver = left === 0;
  useEffect(() => {
    const clock = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(clock);
  }, []);
  useEffect(() => {
    if (isOver) onOver?.();
  }, [isOver]);

  if (!capture.hasCode) return <p class="hint">{t('hold_only_sealed')}</p>;
  if (capture.survives) return <p class="hint">{t('hold_sealed')}</p>;
  if (left === undefined) return null;
  if (!isRunningOut(capture, now)) return <p class="hint clock">{t('hold_left', clock(left))}</p>;
  return (
    <div class="banner warn stack tight">
      <SaidOnce />
      <p class="clock">{t('hold_soon', clock(left))}</p>
      {onLonger && (
        <div>
          <button type="button" onClick={onLonger}>
            {t('hold_longer')}
          </button>
        </div>
      )}
    </div>
  );
}

/** For who does not see it. The clock itself would be read out every second. */
export const SaidOnce = () => (
  <p class="unseen" role="alert">
    {t('badge_held_soon')}
  </p>
);

/** Minutes and seconds, such as `7:42`. */
export function clock(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
