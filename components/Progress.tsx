import { t } from '../utils/i18n.ts';
import type { Check } from '../utils/onboarding/contract.ts';

type Fare = Check['status'] | 'waiting';

const SIGN: Record<Fare, string> = { ok: '✓', failed: '✕', pending: '', waiting: '' };

/** How receiving and sending fare, each with a sign and in words. */
export function Progress({ receiving, sending }: { receiving: Fare; sending: Fare }) {
  return (
    <ul class="checks" aria-live="polite">
      <Line name={t('receiving')} fare={receiving} />
      <Line name={t('sending')} fare={sending} />
    </ul>
  );
}

function Line({ name, fare }: { name: string; fare: Fare }) {
  return (
    <li class="check">
      <span class={`sign ${fare}`} aria-hidden="true">
        {SIGN[fare]}
      </span>
      <span>{name}</span>
      <span class="muted">{t(`check_${fare}`)}</span>
    </li>
  );
}
