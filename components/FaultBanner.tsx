import { t } from '../utils/i18n.ts';
import type { Fault, FaultCode } from '../utils/onboarding/fault.ts';

/** Faults that the settings are to blame for. */
const SETTINGS: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'settings_missing',
  'backend_not_allowed',
  'signed_out',
  'unreachable',
  'token_refused',
  'not_onboarding',
  'malformed',
  'sealed_for_other',
]);

interface Props {
  fault: Fault;
  /** When it is tried again without anyone doing anything, in ms since 1970. */
  retryAt?: number | 'never' | undefined;
  onOpenSettings?: (() => void) | undefined;
  /** Of the key that the backend has now, when it is about that. */
  keyMark?: string | undefined;
}

/** Why the backend could not be asked, what happens next, and where to mend it. */
export function FaultBanner({ fault, retryAt, onOpenSettings, keyMark }: Props) {
  const time = typeof retryAt === 'number' && new Date(retryAt).toLocaleTimeString();
  return (
    <div class="banner warn stack tight" role="alert">
      <p>
        {t(`fault_${fault.code}`)} {time && t('fault_retry_at', time)}
      </p>
      {fault.code === 'key_changed' && keyMark && <p class="hint">{t('key_mark', keyMark)}</p>}
      {SETTINGS.has(fault.code) && onOpenSettings && (
        <div>
          <button type="button" onClick={onOpenSettings}>
            {t('open_settings')}
          </button>
        </div>
      )}
      {(fault.title || fault.requestId) && (
        <details>
          <summary>{t('details')}</summary>
          <dl>
            <dd>{[fault.status, fault.title].filter(Boolean).join(' ')}</dd>
            {fault.requestId && <dd>{t('request_id', fault.requestId)}</dd>}
          </dl>
        </details>
      )}
    </div>
  );
}
