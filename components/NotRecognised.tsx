import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../utils/i18n.ts';

interface Props {
  /** The page's host, where the browser tells it. */
  host: string | undefined;
  /** What people run on hosts of their own, by provider: such a page can be watched from now on. */
  selfHosted: ReadonlyMap<string, string>;
  /** Whether this host is watched already. */
  isWatched: boolean;
  watch: (provider: string) => void;
  /** The structure of the page, without its text. */
  report: () => Promise<string>;
  /** The box to paste into. */
  children: ComponentChildren;
}

/** What to do when a code is on the page and was not seen. */
export function NotRecognised({ host, selfHosted, isWatched, watch, report, children }: Props) {
  const [text, setText] = useState<string>();
  const [state, setState] = useState<'none' | 'copied' | 'failed'>('none');
  return (
    <section class="stack">
      {children}
      <p class="hint">{t('missed_menu')}</p>
      {host && !isWatched && (
        <div class="stack tight">
          <p class="hint">{t('missed_watch', host)}</p>
          <div class="row">
            {[...selfHosted].map(([provider, name]) => (
              <button key={provider} type="button" onClick={() => watch(provider)}>
                {name}
              </button>
            ))}
          </div>
        </div>
      )}
      {host && (
        <div class="stack tight">
          <p class="hint">{t('report_lead')}</p>
          {text === undefined ? (
            <div>
              <button type="button" onClick={() => void report().then(setText, () => setState('failed'))}>
                {t('report_make')}
              </button>
            </div>
          ) : (
            <>
              <textarea readOnly rows={8} dir="ltr" aria-label={t('report_label')} value={text} />
              <div>
                <button
                  type="button"
                  onClick={() => void navigator.clipboard.writeText(text).then(() => setState('copied'))}
                >
                  {t('report_copy')}
                </button>
              </div>
            </>
          )}
          {state !== 'none' && (
            <p class={state === 'failed' ? 'error' : 'hint'} role="status">
              {t(`report_${state}`)}
            </p>
          )}
        </div>
      )}
    </section>
  );
}
