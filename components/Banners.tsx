import { type CaptureView, isCrowded, MOST_HELD } from '../utils/captures/view.ts';
import { t } from '../utils/i18n.ts';

interface Props {
  isSetUp: boolean;
  isOffline: boolean;
  /** The browser's storage takes no more. */
  isDiskFull: boolean;
  captures: readonly CaptureView[];
  onSetUp: () => void;
}

/** What stands in the way of everything, above all else. */
export function Banners({ isSetUp, isOffline, isDiskFull, captures, onSetUp }: Props) {
  return (
    <>
      {!isSetUp && (
        <section class="banner stack tight">
          <strong>{t('setup_title')}</strong>
          <p>{t('setup_text')}</p>
          <div>
            <button type="button" class={captures.length > 0 ? '' : 'primary'} onClick={onSetUp}>
              {t('setup_begin')}
            </button>
          </div>
        </section>
      )}
      {isOffline && (
        <p class="banner warn" role="status">
          {t('offline')}
        </p>
      )}
      {isDiskFull && (
        <p class="banner warn" role="alert">
          {t('disk_full')}
        </p>
      )}
      {isCrowded(captures) && (
        <p class="banner warn" role="status">
          {t('crowded', String(MOST_HELD))}
        </p>
      )}
    </>
  );
}
