import { useState } from 'preact/hooks';
import { t } from '../utils/i18n.ts';
import { Ticked } from './Ticked.tsx';

interface Props {
  /** The pretended account. */
  email: string;
  newCode: () => string;
  /** How far the practised code has come. */
  progress: 'none' | 'held' | 'sent' | 'works';
  openWelcome: () => void;
}

/** A page like those of mail providers: a name is typed, and a code is shown, once. */
export function Practice({ email, newCode, progress, openWelcome }: Props) {
  const [name, setName] = useState('Saleshandy');
  const [code, setCode] = useState<string>();
  return (
    <main>
      <aside class="banner stack" aria-live="polite">
        <strong>{t('practice_title')}</strong>
        <ol class="steps">
          <Ticked isDone={progress !== 'none'}>{t('practice_make')}</Ticked>
          <Ticked isDone={progress === 'sent' || progress === 'works'}>{t('practice_send')}</Ticked>
          <Ticked isDone={progress === 'works'}>{t('practice_look')}</Ticked>
        </ol>
        {progress === 'held' && <p class="hint">{t('practice_icon')}</p>}
        {progress === 'works' && (
          <div class="stack tight">
            <p>{t('practice_done')}</p>
            <div>
              <button type="button" class="primary" onClick={openWelcome}>
                {t('practice_back')}
              </button>
            </div>
          </div>
        )}
      </aside>
      <section class="provider stack">
        <div class="row spread top">
          <strong>{t('practice_provider')}</strong>
          <bdi id="account">{email}</bdi>
        </div>
        <h1>{t('practice_heading')}</h1>
        <form
          class="row"
          onSubmit={(event) => {
            event.preventDefault();
            setCode(newCode());
          }}
        >
          <label class="grow">
            {t('practice_name')}
            <input
              type="text"
              value={name}
              autocomplete="off"
              onInput={({ currentTarget }) => setName(currentTarget.value)}
            />
          </label>
          <button type="submit" disabled={name.trim() === ''}>
            {t('practice_create')}
          </button>
        </form>
        {code !== undefined && (
          <div class="veil">
            <div role="dialog" aria-modal="true" aria-labelledby="shown" class="dialog stack">
              <h2 id="shown">{t('practice_shown')}</h2>
              <code class="code" dir="ltr">
                {code}
              </code>
              <p class="muted">{t('practice_once')}</p>
              <div>
                <button type="button" onClick={() => setCode(undefined)}>
                  {t('practice_close')}
                </button>
              </div>
            </div>
          </div>
        )}
      </section>
    </main>
  );
}
