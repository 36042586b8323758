import { useState } from 'preact/hooks';
import type { ProviderGuide } from '../providers/registry/types.ts';
import { t } from '../utils/i18n.ts';

interface Props {
  guides: ReadonlyMap<string, ProviderGuide>;
  /** Hosts that are watched once the user has allowed them, by provider. */
  onRequest: ReadonlyMap<string, readonly string[]>;
  /** Asks the browser to allow these, as part of the click. */
  allow: (provider: string, origins: readonly string[]) => void;
}

/** Where to make an app password, and the truth about each provider. Found by name, or by the mailbox's address. */
export function ProviderList({ guides, onRequest, allow }: Props) {
  const [wanted, setWanted] = useState('');
  // In the registry's order: what most people have comes first.
  const found = [...guides].filter(([, guide]) => isMeant(guide, wanted.trim().toLowerCase()));
  return (
    <section class="stack">
      <div class="stack tight">
        <h2>{t('nothing_title')}</h2>
        <p class="muted">{t('nothing_lead')}</p>
      </div>
      <input
        type="search"
        aria-label={t('find_provider')}
        placeholder={t('find_provider')}
        value={wanted}
        onInput={({ currentTarget }) => setWanted(currentTarget.value)}
      />
      <ul class="providers">
        {found.map(([id, guide]) => (
          <li key={id}>
            <details name="provider">
              <summary>
                <strong>{guide.name}</strong>
                <span class="hint">{guide.mailboxes}</span>
              </summary>
              <Provider guide={guide} asks={onRequest.get(id)} allow={(origins) => allow(id, origins)} />
            </details>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="hint">{t('find_nothing')}</p>}
    </section>
  );
}

function isMeant({ name, mailboxes, domains = [] }: ProviderGuide, wanted: string): boolean {
  const domain = wanted.slice(wanted.lastIndexOf('@') + 1);
  if (wanted.includes('@')) return domain !== '' && domains.some((own) => own.startsWith(domain));
  return [name, mailboxes, ...domains].some((text) => text.toLowerCase().includes(wanted));
}

function Provider({
  guide,
  asks,
  allow,
}: {
  guide: ProviderGuide;
  asks: readonly string[] | undefined;
  allow: (origins: readonly string[]) => void;
}) {
  const { appPasswords, opensWith, before, needs = [], fix } = guide;
  const page = appPasswords ?? fix.webmail;
  return (
    <div class="stack tight">
      {guide.passwordsRefused && <p class="hint warn">{t('provider_refuses')}</p>}
      {guide.receivingRefused && <p class="hint warn">{t('provider_refuses_receiving')}</p>}
      {opensWith && <p class="hint">{t(`opens_with_${opensWith}`)}</p>}
      {before.map(({ what, link }) => (
        <Hint key={what} words={t(`before_${what}`)} link={link} />
      ))}
      {needs.map(({ what, link }) => (
        <Hint key={what} words={t(`needs_${what}`)} link={link} />
      ))}
      {asks && asks.length === 0 && <p class="hint">{t('own_host')}</p>}
      {page && (
        <div>
          <a
            class="button"
            href={page}
            target="_blank"
            rel="noreferrer"
            onClick={() => asks && asks.length > 0 && allow(asks)}
          >
            {t(opensWith ? 'open_provider' : 'open_app_passwords')}
            <span class="unseen"> – {guide.name}</span>
          </a>
        </div>
      )}
      {asks && asks.length > 0 && (
        <p class="hint">{t('will_ask', asks.map((o) => new URL(o).host).join(', '))}</p>
      )}
    </div>
  );
}

const Hint = ({ words, link }: { words: string; link: string | undefined }) => (
  <p class="hint">
    {link ? (
      <a href={link} target="_blank" rel="noreferrer">
        {words}
      </a>
    ) : (
      words
    )}
  </p>
);
