import type { ProviderGuide } from '../providers/registry/types.ts';
import { t } from '../utils/i18n.ts';
import { AdminMessage } from './AdminMessage.tsx';

/** The provider offers this account no app passwords, and does not say why. */
export function Unavailable({ guide, email }: { guide: ProviderGuide; email: string }) {
  return (
    <section class="banner warn stack tight" role="status">
      <strong>{t('unavailable_title')}</strong>
      <p>{t('unavailable_lead', guide.name)}</p>
      <ul class="causes">
        {guide.unavailableBecause.map((cause) => (
          <li key={cause}>{t(`because_${cause}`)}</li>
        ))}
      </ul>
      {guide.before.map(
        ({ what, link }) =>
          link && (
            <p key={what}>
              <a href={link} target="_blank" rel="noreferrer">
                {t(`before_${what}`)}
              </a>
            </p>
          ),
      )}
      {guide.unavailableBecause.includes('organisation') && <AdminMessage guide={guide} email={email} />}
    </section>
  );
}
