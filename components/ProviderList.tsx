import type { ProviderGuide } from '../providers/registry/types.ts';
import { t } from '../utils/i18n.ts';

/** Where to make an app password, and what must be switched on first. */
export function ProviderList({ guides }: { guides: ReadonlyMap<string, ProviderGuide> }) {
  return (
    <section class="stack">
      <div class="stack tight">
        <h2>{t('nothing_title')}</h2>
        <p class="muted">{t('nothing_lead')}</p>
      </div>
      <ul class="stack">
        {[...guides].map(([id, guide]) => (
          <li key={id} class="card stack tight">
            <div class="row spread">
              <div class="grow">
                <strong>{guide.name}</strong>
                <p class="hint">{guide.mailboxes}</p>
              </div>
              <a class="button" href={guide.appPasswords} target="_blank" rel="noreferrer">
                {t('open_app_passwords')}
                <span class="unseen"> – {guide.name}</span>
              </a>
            </div>
            {guide.passwordsRefused && <p class="hint warn">{t('provider_refuses')}</p>}
            {guide.receivingRefused && <p class="hint warn">{t('provider_refuses_receiving')}</p>}
            {guide.before.map(({ what, link }) => (
              <Hint key={what} words={t(`before_${what}`)} link={link} />
            ))}
            {guide.needs?.map(({ what, link }) => (
              <Hint key={what} words={t(`needs_${what}`)} link={link} />
            ))}
          </li>
        ))}
      </ul>
    </section>
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
