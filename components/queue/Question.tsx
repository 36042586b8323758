import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../../utils/i18n.ts';

interface Props {
  /** The mailbox it may be for. */
  email: string;
  provider: string;
  onYes: () => void;
  /** What is shown where it is for another one. */
  children: ComponentChildren;
}

/** A code was caught whose page did not say for sure whose account it is. Its user says it, with one click. */
export function Question({ email, provider, onYes, children }: Props) {
  const [isOther, setIsOther] = useState(false);
  if (isOther) return <>{children}</>;
  return (
    <section class="banner warn stack" role="alert">
      <div class="stack tight">
        <strong>{t('queue_question', email)}</strong>
        <p class="hint">{t('queue_question_why', provider)}</p>
      </div>
      <div class="row">
        <button type="button" class="primary grow" onClick={onYes}>
          {t('queue_yes')}
          <span class="unseen"> – {email}</span>
        </button>
        <button type="button" onClick={() => setIsOther(true)}>
          {t('queue_no')}
        </button>
      </div>
    </section>
  );
}
