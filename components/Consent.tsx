import { t } from '../utils/i18n.ts';

const SAYS = ['read', 'sent', 'whom', 'never'] as const;

/** What is read and sent, to whom, and what never happens: what the user agrees to. */
export function Disclosure({ destination }: { destination: string }) {
  return (
    <dl class="disclosure">
      {SAYS.map((about) => (
        <div key={about}>
          <dt>{t(`consent_${about}`)}</dt>
          <dd>{t(`consent_${about}_text`, destination)}</dd>
        </div>
      ))}
    </dl>
  );
}

interface Props {
  destination: string;
  /** What agreeing does besides. */
  action: string;
  /** What is sent by it, and where to. */
  sends: string;
  onAgree: () => void;
}

/** Nothing is sent before this. In the place of the button that would send. */
export function Consent({ destination, action, sends, onAgree }: Props) {
  return (
    <div class="banner stack">
      <strong>{t('consent_title')}</strong>
      <Disclosure destination={destination} />
      <button type="button" class="primary" data-sends={sends} onClick={onAgree}>
        {action}
      </button>
    </div>
  );
}
