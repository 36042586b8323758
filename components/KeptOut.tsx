import { t } from '../utils/i18n.ts';

/** A provider's page that the browser does not let the extension into. To ask is part of the click. */
export function KeptOut({ host, onAllow }: { host: string; onAllow: () => void }) {
  return (
    <section class="banner warn stack tight" role="status">
      <strong>{t('kept_out_title', host)}</strong>
      <p>{t('kept_out_text')}</p>
      <div>
        <button type="button" class="primary" onClick={onAllow}>
          {t('kept_out_allow', host)}
        </button>
      </div>
    </section>
  );
}
