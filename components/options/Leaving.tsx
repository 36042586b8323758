import { useState } from 'preact/hooks';
import { t } from '../../utils/i18n.ts';

interface Props {
  name: 'sign_out' | 'forget_everything';
  onSure: () => Promise<void>;
}

/** Asked once more: what is forgotten can't be brought back. */
export function Leaving({ name, onSure }: Props) {
  const [step, setStep] = useState<'offered' | 'asked'>('offered');
  const hint = `${name}-hint`;
  return (
    <div class="stack tight">
      <p id={hint} class="hint">
        {t(`${name}_hint`)}
      </p>
      {step === 'offered' ? (
        <div>
          <button type="button" aria-describedby={hint} onClick={() => setStep('asked')}>
            {t(name)}
          </button>
        </div>
      ) : (
        <div class="row">
          <button type="button" class="danger" aria-describedby={hint} onClick={() => void onSure()}>
            {t('leave_sure')}
          </button>
          <button type="button" onClick={() => setStep('offered')}>
            {t('cancel')}
          </button>
        </div>
      )}
    </div>
  );
}
