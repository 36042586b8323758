import type { ComponentChildren } from 'preact';
import { t } from '../utils/i18n.ts';

interface Props {
  isDone: boolean;
  /** It is the one to do now. */
  isNext?: boolean;
  children: ComponentChildren;
}

/** One of several steps, ticked when it is done. */
export const Ticked = ({ isDone, isNext = false, children }: Props) => (
  <li class={isDone ? 'done' : isNext ? 'next' : ''} aria-current={isNext ? 'step' : undefined}>
    <span class={`sign ${isDone ? 'ok' : 'waiting'}`} aria-hidden="true">
      {isDone ? '✓' : ''}
    </span>
    <div class="stack tight">
      {children}
      {isDone && <span class="unseen">{t('guide_done')}</span>}
    </div>
  </li>
);
