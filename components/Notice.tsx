import type { ProviderGuide } from '../providers/registry/types.ts';
import { adviceText } from '../utils/captures/advice.ts';
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
  /** Moved by so many pixels; or by an arrow key. */
  onMove: (x: number, y: number) => void;
}

/** The capture in the provider's page: the same click as in the popup, and the result. Never the code. */
export function Notice({ capture, guide, actions, onDismiss, onMove }: Props) {
  return (
    <section class="notice stack" role="status" aria-label={t('notice_label')}>
      <div class="row spread one-line">
        <button
          type="button"
          class="quiet grip"
          aria-label={t('notice_move')}
          onPointerDown={({ currentTarget, pointerId }) => currentTarget.setPointerCapture(pointerId)}
          onPointerMove={({ currentTarget, pointerId, movementX, movementY }) => {
            if (currentTarget.hasPointerCapture(pointerId)) onMove(movementX, movementY);
          }}
          onKeyDown={(event) => {
            const [x, y] = ARROWS[event.key] ?? [0, 0];
            if (x === 0 && y === 0) return;
            event.preventDefault();
            onMove(x, y);
          }}
        >
          ⠿
        </button>
        <span class="name grow">{t('extension_name')}</span>
        <button type="button" class="quiet close" onClick={onDismiss} aria-label={t('close')}>
          ✕
        </button>
      </div>
      <Body capture={capture} guide={guide} actions={actions} />
    </section>
  );
}

/** How far a key moves it, in pixels. */
const ARROWS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-24, 0],
  ArrowRight: [24, 0],
  ArrowUp: [0, -24],
  ArrowDown: [0, 24],
};

function Body({ capture, guide, actions }: Omit<Props, 'onDismiss' | 'onMove'>) {
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
          {connection?.advice && <p>{adviceText(connection, guide.name, email)}</p>}
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

function Offer({ capture, guide, actions }: Omit<Props, 'onDismiss' | 'onMove'>) {
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
