import { useState } from 'preact/hooks';
import type { ProviderGuide } from '../providers/registry/types.ts';
import { isEmail } from '../utils/captures/view.ts';
import { t } from '../utils/i18n.ts';

interface Props {
  guides: ReadonlyMap<string, ProviderGuide>;
  /** Which provider has the mailboxes of an address whose domain is not a provider's own. */
  ask: (email: string) => Promise<string | undefined>;
  onChoose: (provider: string, email: string) => void;
}

/** Where to begin: a mailbox's address, which tells its provider, or the provider's name. */
export function ProviderList({ guides, ask, onChoose }: Props) {
  const [wanted, setWanted] = useState('');
  const [asked, setAsked] = useState<{ email: string; provider?: string | undefined; isDone: boolean }>();
  const text = wanted.trim().toLowerCase();
  const email = isEmail(text) ? text : '';
  // In the registry's order: what most people have comes first.
  const found = [...guides].filter(
    ([id, guide]) => isMeant(guide, text) || (asked?.email === email && asked.provider === id),
  );
  const find = async (): Promise<void> => {
    if (found[0] && (found.length === 1 || email)) return onChoose(found[0][0], email);
    if (!email) return;
    setAsked({ email, isDone: false });
    const provider = await ask(email);
    setAsked({ email, provider, isDone: true });
    if (provider && guides.has(provider)) onChoose(provider, email);
  };
  return (
    <section class="stack">
      <h2>{t('nothing_title')}</h2>
      <form
        class="row one-line"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void find();
        }}
      >
        <input
          type="search"
          class="grow"
          aria-label={t('find_provider')}
          placeholder={t('find_provider')}
          autocomplete="off"
          spellcheck={false}
          value={wanted}
          onInput={({ currentTarget }) => setWanted(currentTarget.value)}
        />
        <button type="submit" class={email ? 'primary' : ''} disabled={asked?.isDone === false}>
          {t('find')}
        </button>
      </form>
      {found.length > 0 ? (
        <ul class="providers">
          {found.map(([id, guide]) => (
            <li key={id}>
              <button type="button" onClick={() => onChoose(id, email)}>
                <strong>{guide.name}</strong>
                <span class="hint">{guide.mailboxes}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <p class="hint" role="status">
          {asked?.email === email && email
            ? t(asked.isDone ? 'find_unknown' : 'find_asking')
            : t(email ? 'find_domain' : 'find_nothing')}
        </p>
      )}
    </section>
  );
}

function isMeant({ name, mailboxes, domains = [] }: ProviderGuide, wanted: string): boolean {
  const domain = wanted.slice(wanted.lastIndexOf('@') + 1);
  if (wanted.includes('@')) return domain !== '' && domains.some((own) => own.startsWith(domain));
  return [name, mailboxes, ...domains].some((text) => text.toLowerCase().includes(wanted));
}
