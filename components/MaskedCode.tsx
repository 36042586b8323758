import { useState } from 'preact/hooks';
import { t } from '../utils/i18n.ts';

/** The held code, masked until asked for, and masked again whenever it is opened anew. */
export function MaskedCode({ reveal }: { reveal: () => Promise<string> }) {
  const [code, setCode] = useState<string>();
  return (
    <div class="row spread one-line">
      <div class="stack tight">
        <span class="label">{t('code_label')}</span>
        {code === undefined ? (
          <span class="code">
            <span aria-hidden="true">•••• •••• •••• ••••</span>
            <span class="unseen">{t('code_hidden')}</span>
          </span>
        ) : (
          <span class="code">{code}</span>
        )}
      </div>
      <button
        type="button"
        class="quiet"
        aria-pressed={code !== undefined}
        onClick={() => (code === undefined ? void reveal().then(setCode) : setCode(undefined))}
      >
        {t(code === undefined ? 'code_show' : 'code_hide')}
      </button>
    </div>
  );
}
