import { t } from '../../utils/i18n.ts';

/** In place of the list of mailboxes, which is kept on disk. */
export const PrivateWindow = () => (
  <main class="stack">
    <h1>{t('queue_title')}</h1>
    <p class="banner">{t('queue_private')}</p>
  </main>
);
