import type { ProviderGuide } from '../providers/registry/types.ts';
import { t } from '../utils/i18n.ts';
import { refusal } from './refusal.ts';

interface Props {
  guide: ProviderGuide;
  /** Where this workspace's Saleshandy is, if the backend said so. */
  appUrl: string | undefined;
}

/** That its servers take no app passwords, or not for all, and the way out; nothing where they do. */
export function RefusalNote({ guide, appUrl }: Props) {
  const warning = refusal(guide);
  return (
    warning && (
      <div class="banner warn stack tight" role="note">
        <strong>{t(`${warning}_title`)}</strong>
        <p>{t(`${warning}_text`)}</p>
        {appUrl && (
          <a href={appUrl} target="_blank" rel="noreferrer">
            {t('refused_link')}
          </a>
        )}
      </div>
    )
  );
}
