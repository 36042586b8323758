import { useId, useState } from 'preact/hooks';
import { t } from '../utils/i18n.ts';
import { type Servers, serverFrom } from '../utils/onboarding/server-name.ts';

interface Props {
  /** A host to begin with: many run the web mail and the mail servers under one name. */
  host: string;
  onConfirm: (servers: Servers) => void;
}

/** The mail servers of a mailbox whose provider is not known. */
export function ServersField({ host, onConfirm }: Props) {
  const id = useId();
  const [imap, setImap] = useState(host);
  const [smtp, setSmtp] = useState(host);
  const [complained, setComplained] = useState(false);
  const fields = [
    { key: 'imap', value: imap, set: setImap, server: serverFrom('imap', imap), label: t('servers_imap') },
    { key: 'smtp', value: smtp, set: setSmtp, server: serverFrom('smtp', smtp), label: t('servers_smtp') },
  ];
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const [receiving, sending] = fields.map(({ server }) => server);
        if (receiving && sending) onConfirm({ imap: receiving, smtp: sending });
        else setComplained(true);
      }}
    >
      <p class="hint">{t('servers_lead')}</p>
      {fields.map(({ key, value, set, server, label }) => {
        const wrong = complained && !server;
        return (
          <div key={key} class="stack tight">
            <label for={`${id}-${key}`}>{label}</label>
            <input
              id={`${id}-${key}`}
              type="text"
              dir="ltr"
              autocomplete="off"
              spellcheck={false}
              placeholder={`${key}.example.com`}
              value={value}
              aria-invalid={wrong}
              aria-describedby={wrong ? `${id}-${key}-hint` : undefined}
              onInput={({ currentTarget }) => set(currentTarget.value)}
            />
            {wrong && (
              <p id={`${id}-${key}-hint`} class="error" role="alert">
                {t('servers_invalid')}
              </p>
            )}
          </div>
        );
      })}
      <button type="submit" class="primary">
        {t('servers_confirm')}
      </button>
    </form>
  );
}
