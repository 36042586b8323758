import { useState } from 'preact/hooks';
import type { ProviderGuide } from '../providers/registry/types.ts';
import { type Entry, matching } from '../utils/history.ts';
import { languageTag, plural, t } from '../utils/i18n.ts';
import { guideOf } from './guide-of.ts';

interface Props {
  entries: readonly Entry[];
  guides: ReadonlyMap<string, ProviderGuide>;
  /** Whether anything is kept. */
  isOn: boolean;
  /** These, or all. */
  onForget: (ids?: readonly string[]) => void;
  openSettings: () => void;
}

/** Which mailboxes were sent, and how that ended. */
export function History({ entries, guides, isOn, onForget, openSettings }: Props) {
  const [wanted, setWanted] = useState('');
  const [isAsked, setAsked] = useState(false);
  const found = matching(entries, wanted);
  const when = new Intl.DateTimeFormat(languageTag(), { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <main class="stack">
      <h1>{t('history')}</h1>
      {!isOn && (
        <div class="banner warn row spread">
          <p>{t('history_off')}</p>
          <button type="button" onClick={openSettings}>
            {t('open_settings')}
          </button>
        </div>
      )}
      {entries.length === 0 ? (
        <p class="muted">{t('history_empty')}</p>
      ) : (
        <>
          <div class="row">
            <input
              type="search"
              class="grow"
              aria-label={t('history_search')}
              placeholder={t('history_search')}
              value={wanted}
              onInput={({ currentTarget }) => setWanted(currentTarget.value)}
            />
            {isAsked ? (
              <>
                <button type="button" class="danger" onClick={() => onForget()}>
                  {t('leave_sure')}
                </button>
                <button type="button" onClick={() => setAsked(false)}>
                  {t('cancel')}
                </button>
              </>
            ) : (
              <button type="button" onClick={() => setAsked(true)}>
                {t('history_forget_all')}
              </button>
            )}
          </div>
          <p class="hint" role="status">
            {plural('history_count', found.length)}
          </p>
          <ul class="entries">
            {found.map((entry) => (
              <li key={entry.id}>
                <span class={`sign ${entry.verdict === 'verified' ? 'ok' : 'failed'}`} aria-hidden="true">
                  {entry.verdict === 'verified' ? '✓' : '✕'}
                </span>
                <div class="stack tight grow">
                  <bdi class="address">{entry.email}</bdi>
                  <span>
                    {entry.verdict === 'verified' ? t('verified_title') : t(`verdict_${entry.verdict}`)}
                  </span>
                  <span class="hint">
                    {[
                      guideOf(entry.provider, guides.get(entry.provider)).name,
                      entry.workspace,
                      when.format(entry.at),
                    ]
                      .filter(Boolean)
                      .join(' · ')}
                  </span>
                  {entry.requestId && (
                    <span class="hint" dir="ltr">
                      {t('request_id', entry.requestId)}
                    </span>
                  )}
                </div>
                <button type="button" class="quiet" onClick={() => onForget([entry.id])}>
                  {t('history_forget')}
                  <span class="unseen"> – {entry.email}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </main>
  );
}
