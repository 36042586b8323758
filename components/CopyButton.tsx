import { useState } from 'preact/hooks';
import { t } from '../utils/i18n.ts';

interface Props {
  label: string;
  /** What is copied, as it is at the click. */
  text: () => string | Promise<string>;
}

/** Copies a text, and says so. Where the clipboard can't be had, shows it to be copied by hand. */
export function CopyButton({ label, text }: Props) {
  const [state, setState] = useState<'none' | 'copied' | { failed: string }>('none');
  const copy = async (): Promise<void> => {
    const copied = await text();
    try {
      await navigator.clipboard.writeText(copied);
      setState('copied');
    } catch {
      setState({ failed: copied });
    }
  };
  return (
    <div class="stack tight">
      <div class="row">
        <button type="button" onClick={() => void copy()}>
          {label}
        </button>
        <span class="hint" role="status">
          {state === 'copied' && t('copied')}
        </span>
      </div>
      {typeof state === 'object' && (
        <textarea readOnly rows={6} dir="ltr" aria-label={label} value={state.failed} />
      )}
    </div>
  );
}
