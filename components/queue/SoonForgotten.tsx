import { useEffect } from 'preact/hooks';
import type { CaptureView } from '../../utils/captures/view.ts';
import { plural, t } from '../../utils/i18n.ts';
import { clock, SaidOnce } from '../HoldTime.tsx';
import { useRunningOut } from './running-out.ts';

interface Props {
  captures: readonly CaptureView[];
  /** Those that can be sent without a question. */
  sendable: ReadonlySet<string>;
  onSend: (ids: readonly string[]) => void;
  onLonger: (ids: readonly string[]) => void;
  /** The time shown is over; the worker counts it only now and then. */
  onOver: () => void;
}

/** Codes that are not sent and about to be forgotten, wherever in the list they are: how many, how soon, what to do. */
export function SoonForgotten({ captures, sendable, onSend, onLonger, onOver }: Props) {
  const running = useRunningOut(captures);
  const first = Math.min(...running.map(({ left }) => left));
  useEffect(() => {
    if (first === 0) onOver();
  }, [first === 0]);
  if (running.length === 0) return null;
  const ids = running.map(({ capture }) => capture.id);
  const ready = ids.filter((id) => sendable.has(id));
  return (
    <section class="banner warn stack tight">
      <SaidOnce />
      <p class="clock">{plural('queue_soon', running.length, clock(first))}</p>
      <div class="row">
        {ready.length > 0 && (
          <button type="button" class="primary grow" data-sends={ready.join()} onClick={() => onSend(ready)}>
            {t('queue_soon_send')}
          </button>
        )}
        <button type="button" class="grow" onClick={() => onLonger(ids)}>
          {t('hold_longer')}
        </button>
      </div>
    </section>
  );
}

/** The same of one, in its row. */
export function SoonInRow({ capture }: { capture: CaptureView }) {
  const [soon] = useRunningOut([capture]);
  return soon ? (
    <>
      {' · '}
      <span class="soon clock">{t('queue_soon_row', clock(soon.left))}</span>
    </>
  ) : null;
}
