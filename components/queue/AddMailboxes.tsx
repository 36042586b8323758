import { useId, useState } from 'preact/hooks';
import { plural, t } from '../../utils/i18n.ts';
import type { Added } from '../../utils/queue/list-actions.ts';

interface Props {
  onText: (text: string) => Promise<void>;
  onFile: (file: File) => Promise<void>;
}

/** So many wrong lines are told in full. */
const MOST_TOLD = 10;

/** Addresses, pasted or out of a file. */
export function AddMailboxes({ onText, onFile }: Props) {
  const id = useId();
  const [typed, setTyped] = useState('');
  return (
    <form
      class="stack"
      noValidate
      onSubmit={async (event) => {
        event.preventDefault();
        await onText(typed);
        setTyped('');
      }}
    >
      <div class="stack tight">
        <label for={id}>{t('queue_addresses')}</label>
        <textarea
          id={id}
          rows={5}
          dir="ltr"
          autocomplete="off"
          spellcheck={false}
          value={typed}
          aria-describedby={`${id}-hint`}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        <p id={`${id}-hint`} class="hint">
          {t('queue_addresses_hint')}
        </p>
      </div>
      <div class="row">
        <button type="submit" class="primary grow">
          {t('queue_add')}
        </button>
        <label class="button file">
          {t('queue_import')}
          <input
            type="file"
            class="unseen"
            accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"
            onChange={async ({ currentTarget }) => {
              const file = currentTarget.files?.[0];
              if (file) await onFile(file);
              // The same file can be chosen again.
              currentTarget.value = '';
            }}
          />
        </label>
      </div>
    </form>
  );
}

interface ReportProps {
  added: Added;
  /** How many the list takes. */
  most: number;
  onClose: () => void;
}

/** How many there are more now, and what was wrong with the others. */
export function AddedReport({ added, most, onClose }: ReportProps) {
  return (
    <>
      {typeof added === 'string' ? (
        <p class="banner bad">{t(`queue_file_${added}`)}</p>
      ) : (
        <Counts {...added} most={most} />
      )}
      <div class="row">
        <button type="button" class="quiet" onClick={onClose}>
          {t('close')}
        </button>
      </div>
    </>
  );
}

function Counts({
  emails,
  wrong,
  doubles,
  left,
  passwords,
  most,
}: Exclude<Added, string> & { most: number }) {
  const isNothing = emails.length + doubles + left + wrong.length === 0;
  return (
    <>
      {passwords.map((name) => (
        <p key={name} class="banner warn">
          {t('queue_passwords', name)}
        </p>
      ))}
      {isNothing && <p class="banner bad">{t('queue_file_no_addresses')}</p>}
      {emails.length > 0 && <p class="banner ok">{plural('queue_added', emails.length)}</p>}
      {doubles > 0 && <p class="hint">{plural('queue_doubles', doubles)}</p>}
      {left > 0 && <p class="banner warn">{plural('queue_left', left, String(most))}</p>}
      {wrong.length > 0 && (
        <div class="banner warn stack tight">
          <strong>{plural('queue_wrong', wrong.length)}</strong>
          <ul class="hint">
            {wrong.slice(0, MOST_TOLD).map(({ line, text }) => (
              <li key={`${line} ${text}`}>
                {t('queue_wrong_line', String(line))} <bdi class="wrong">{text}</bdi>
              </li>
            ))}
          </ul>
          {wrong.length > MOST_TOLD && <p class="hint">{plural('queue_more', wrong.length - MOST_TOLD)}</p>}
        </div>
      )}
    </>
  );
}
