import type { ProviderGuide } from '../providers/registry/types.ts';
import { isRunningOut } from '../utils/captures/hold-time.ts';
import { type CaptureView, unsettled } from '../utils/captures/view.ts';
import { t } from '../utils/i18n.ts';
import { AccountField } from './AccountField.tsx';
import type { CaptureActions } from './CaptureCard.tsx';
import { Progress } from './Progress.tsx';
import { refusal } from './refusal.ts';

interface Props {
  capture: CaptureView;
  guide: ProviderGuide;
  actions: Pick<CaptureActions, 'setAccount' | 'confirmCode' | 'send' | 'retry'>;
  onDismiss: () => void;
}

/** The capture in the provider's page: the same click as in the popup, and the result. Never the code. */
export function Notice({ capture, guide, actions, onDismiss }: Props) {
  return (
    <section class="notice stack" role="status" aria-label={t('notice_label')}>
      <div class="row spread">
        <span class="name">{t('extension_name')}</span>
        <button type="button" class="quiet close" onClick={onDismiss} aria-label={t('close')}>
          ✕
        </button>
      </div>
      <Body capture={capture} guide={guide} actions={actions} />
    </section>
  );
}

function Body({ capture, guide, actions }: Omit<Props, 'onDismiss'>) {
  const { state, email, fault, connection } = capture;
  if (fault) {
    return (
      <>
        <p>{t(`fault_${fault.code}`)}</p>
        <p class="hint">{t('notice_open')}</p>
      </>
    );
  }
  switch (state) {
    case 'held':
      return <Offer capture={capture} guide={guide} actions={actions} />;
    case 'queued':
      return <Progress receiving="waiting" sending="waiting" />;
    case 'verifying':
      return (
        <Progress
          receiving={connection?.checks.receiving.status ?? 'pending'}
          sending={connection?.checks.sending.status ?? 'pending'}
        />
      );
    case 'verified':
      return (
        <>
          <strong>{t('verified_title')}</strong>
          <Progress receiving="ok" sending="ok" />
          <p>{t('verified_text', email)}</p>
        </>
      );
    case 'failed':
      return (
        <>
          {connection && (
            <Progress
              receiving={connection.checks.receiving.status}
              sending={connection.checks.sending.status}
            />
          )}
          {connection?.advice && <p>{t(`code_${connection.advice.code}`, guide.name, email)}</p>}
          <div class="row">
            <button type="button" class="primary" onClick={actions.retry}>
              {t('retry')}
            </button>
          </div>
          <p class="hint">{t('notice_open')}</p>
        </>
      );
  }
}

function Offer({ capture, guide, actions }: Omit<Props, 'onDismiss'>) {
  const open = unsettled(capture);
  if (open === 'code') {
    return (
      <>
        <strong>{t('code_question')}</strong>
        <button type="button" class="primary" onClick={actions.confirmCode}>
          {t('code_yes')}
        </button>
      </>
    );
  }
  if (open === 'account') {
    return (
      <>
        <strong>{t('held_title')}</strong>
        <AccountField
          email={capture.email}
          label={t(capture.email ? 'account_check' : 'account_which')}
          hint={t('account_hint', guide.name)}
          action={t('account_confirm')}
          onConfirm={(email) => actions.setAccount(email, true)}
        />
      </>
    );
  }
  const warning = refusal(guide);
  return (
    <>
      <div class="stack tight">
        <strong>{t('held_title')}</strong>
        <bdi class="address">{capture.email}</bdi>
      </div>
      {isRunningOut(capture, Date.now()) && <p class="banner warn">{t('badge_held_soon')}</p>}
      {warning && <p class="banner warn">{t(`${warning}_title`)}</p>}
      <button type="button" class={warning ? '' : 'primary'} onClick={actions.send}>
        {t(warning ? 'send_anyway' : 'send')}
      </button>
    </>
  );
}
