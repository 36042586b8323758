import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ProviderGuide } from '../providers/registry/types.ts';
import { adviceText } from '../utils/captures/advice.ts';
import { type CaptureView, canSucceed, PRACTICE, UNDO_WITHIN, unsettled } from '../utils/captures/view.ts';
import { type MessageKey, t } from '../utils/i18n.ts';
import type { Check, Code, Connection } from '../utils/onboarding/contract.ts';
import type { Servers } from '../utils/onboarding/server-name.ts';
import { AccountField } from './AccountField.tsx';
import { AdminMessage, isForAdmin } from './AdminMessage.tsx';
import { Consent } from './Consent.tsx';
import { CopyButton } from './CopyButton.tsx';
import { FaultBanner } from './FaultBanner.tsx';
import { HoldTime } from './HoldTime.tsx';
import { MaskedCode } from './MaskedCode.tsx';
import { Progress } from './Progress.tsx';
import { RefusalNote } from './RefusalNote.tsx';
import { refusal } from './refusal.ts';
import { ServersField } from './ServersField.tsx';

export interface CaptureActions {
  setAccount: (email: string, confirmed: boolean) => void;
  /** Not in a page, which is not trusted with it. */
  setServers?: (servers: Servers) => void;
  confirmCode: () => void;
  send: () => void;
  withdraw: () => void;
  retry: () => void;
  discard: () => void;
  keepLonger?: () => void;
  /** The time shown is over; the worker counts it only now and then. */
  timeIsOver?: () => void;
  /** Agrees to the key that the backend has now, and sends. */
  agreeAndSend?: () => Promise<void>;
  /** Agrees to what is read and sent, and sends. */
  consentAndSend?: () => Promise<void>;
  /** What support needs to know, without secrets. */
  supportText?: () => Promise<string>;
  /** Not in a page, where the code is never shown. */
  reveal?: () => Promise<string>;
  openSettings?: () => void;
}

export interface CaptureCardProps {
  capture: CaptureView;
  guide: ProviderGuide;
  /** The backend's host, to say where the code goes. */
  destination: string;
  /** Where this workspace's Saleshandy is, if the backend said so. */
  appUrl?: string | undefined;
  /** A mark of the key the backend has now, where it is another than before. */
  keyMark?: string | undefined;
  /** Whether it was agreed to what is read and sent. */
  hasAgreed: boolean;
  actions: CaptureActions;
}

/** One capture: what matters now, and the one thing to do next. */
export function CaptureCard(props: CaptureCardProps) {
  switch (props.capture.state) {
    case 'held':
      return <Held {...props} />;
    case 'queued':
      return <Queued {...props} />;
    case 'verifying':
      return <Verifying {...props} />;
    case 'verified':
      return <Verified {...props} />;
    case 'failed':
      return <Failed {...props} />;
  }
}

function Held({ capture, guide, destination, appUrl, keyMark, hasAgreed, actions }: CaptureCardProps) {
  const open = unsettled(capture);
  const [editing, setEditing] = useState(false);
  const warning = refusal(guide);
  const sends = [capture.id, capture.email, destination, keyMark, capture.fault?.code].join();
  return (
    <section class="card stack" aria-labelledby={capture.id}>
      <div class="stack tight">
        <h2 id={capture.id}>{open === 'code' ? t('code_question') : `${guide.name} – ${t('held_title')}`}</h2>
        <p class="muted">{open === 'code' ? t('code_question_lead') : t('held_lead', guide.name)}</p>
      </div>
      <RefusalNote guide={guide} appUrl={appUrl} />
      {capture.fault && (
        <FaultBanner fault={capture.fault} onOpenSettings={actions.openSettings} keyMark={keyMark} />
      )}
      <HoldTime capture={capture} onLonger={actions.keepLonger} onOver={actions.timeIsOver} />
      {open !== 'account' && !editing && (
        <div class="row spread one-line">
          <div class="stack tight grow">
            <span class="label">{t('account_label')}</span>
            <bdi class="address">{capture.email || '–'}</bdi>
          </div>
          {capture.hasCode && (open === undefined || open === 'servers') && (
            <button type="button" class="quiet" onClick={() => setEditing(true)}>
              {t('account_change')}
            </button>
          )}
        </div>
      )}
      {actions.reveal && capture.hasCode && <MaskedCode reveal={actions.reveal} />}
      {open === 'code' ? (
        <div class="row">
          <button type="button" class="primary grow" onClick={actions.confirmCode}>
            {t('code_yes')}
          </button>
          <button type="button" onClick={actions.discard}>
            {t('code_no')}
          </button>
        </div>
      ) : open === 'servers' && !editing && actions.setServers ? (
        <ServersField host={capture.pageHost ?? ''} onConfirm={actions.setServers} />
      ) : open === 'account' || editing ? (
        <AccountField
          email={capture.email}
          label={t(capture.email ? 'account_check' : 'account_which')}
          hint={t('account_hint', guide.name)}
          action={t('account_confirm')}
          onEdit={(email) => actions.setAccount(email, false)}
          onConfirm={(email) => {
            actions.setAccount(email, true);
            setEditing(false);
          }}
        />
      ) : !hasAgreed && actions.consentAndSend && capture.provider !== PRACTICE ? (
        <Consent
          destination={destination}
          action={t('consent_agree_send')}
          sends={sends}
          onAgree={() => void actions.consentAndSend?.()}
        />
      ) : (
        <div class="stack tight">
          {capture.fault?.code === 'key_changed' && actions.agreeAndSend ? (
            <button type="button" data-sends={sends} onClick={() => void actions.agreeAndSend?.()}>
              {t('key_agree_send')}
            </button>
          ) : (
            <button type="button" class={warning ? '' : 'primary'} data-sends={sends} onClick={actions.send}>
              {t(capture.fault ? 'send_again' : warning ? 'send_anyway' : 'send')}
            </button>
          )}
          <p class="hint">
            {capture.provider === PRACTICE ? t('practice_goes_nowhere') : t('saved_nowhere', destination)}
          </p>
        </div>
      )}
      {capture.reasons && (
        <details>
          <summary>{t('why_title')}</summary>
          <ul class="causes hint">
            {capture.reasons.map((reason) => (
              <li key={reason}>{t(`reason_${reason}` as MessageKey)}</li>
            ))}
          </ul>
        </details>
      )}
      {open !== 'code' && <Discard discard={actions.discard} />}
    </section>
  );
}

function Queued({ capture, guide, actions }: CaptureCardProps) {
  const { fault, retryAt, hasCode, survives, email } = capture;
  return (
    <section class="card stack" aria-labelledby={capture.id}>
      <Heading
        id={capture.id}
        title={t(fault ? 'waiting_title' : 'queued_title')}
        guide={guide}
        email={email}
      />
      {fault ? (
        <>
          <FaultBanner fault={fault} retryAt={retryAt} onOpenSettings={actions.openSettings} />
          <p class="hint">{t(survives ? 'waiting_sealed' : 'waiting_memory')}</p>
          <div class="row">
            <button type="button" class="primary grow" onClick={actions.send}>
              {t('retry_now')}
            </button>
            {hasCode && (
              <button type="button" onClick={actions.withdraw}>
                {t('withdraw')}
              </button>
            )}
          </div>
        </>
      ) : (
        <>
          <Progress receiving="waiting" sending="waiting" />
          <Afterwards capture={capture} guide={guide} actions={actions} />
        </>
      )}
    </section>
  );
}

/** For some seconds it can be taken back with one click; after that, at the provider. Both in the same place. */
function Afterwards({
  capture,
  guide,
  actions,
  children,
}: Pick<CaptureCardProps, 'capture' | 'guide' | 'actions'> & { children?: ComponentChildren }) {
  const [now, setNow] = useState(Date.now());
  const left = (capture.sentAt ?? 0) + UNDO_WITHIN - now;
  const canUndo = left > 0;
  useEffect(() => {
    if (!canUndo) return;
    const over = setTimeout(() => setNow(Date.now()), left);
    return () => clearTimeout(over);
  }, [canUndo, capture.sentAt]);
  return (
    <div class="row afterwards">
      {children}
      {canUndo ? (
        <button type="button" onClick={actions.withdraw}>
          {t('undo')}
        </button>
      ) : (
        guide.appPasswords && (
          <a class="hint" href={guide.appPasswords} target="_blank" rel="noreferrer">
            {t('revoke_link', guide.name)}
          </a>
        )
      )}
    </div>
  );
}

function Verifying({ capture, guide, actions }: CaptureCardProps) {
  const { fault, retryAt, connection, verifyAgain } = capture;
  const checks = verifyAgain ? undefined : connection?.checks;
  return (
    <section class="card stack" aria-labelledby={capture.id}>
      <Heading id={capture.id} title={t('verifying_title')} guide={guide} email={capture.email} />
      <Progress
        receiving={checks?.receiving.status ?? 'pending'}
        sending={checks?.sending.status ?? 'pending'}
      />
      {fault && (
        <>
          <FaultBanner fault={fault} retryAt={retryAt} onOpenSettings={actions.openSettings} />
          <button type="button" onClick={actions.retry}>
            {t('retry_now')}
          </button>
        </>
      )}
      <Afterwards capture={capture} guide={guide} actions={actions} />
    </section>
  );
}

function Verified({ capture, guide, actions }: CaptureCardProps) {
  const { advice, saleshandy } = capture.connection ?? {};
  return (
    <section class="card stack" aria-labelledby={capture.id}>
      <div class="banner ok stack tight" role="status">
        <h2 id={capture.id}>{t('verified_title')}</h2>
        <p>
          {capture.provider === PRACTICE
            ? t('practice_verified')
            : t(
                capture.connection?.mailbox === 'replaced' ? 'verified_replaced' : 'verified_text',
                capture.email,
              )}
        </p>
      </div>
      <Progress receiving="ok" sending="ok" />
      {advice && <p class="hint">{adviceText(capture.connection, guide.name, capture.email)}</p>}
      {saleshandy && <InSaleshandy {...saleshandy} />}
      <Afterwards capture={capture} guide={guide} actions={actions}>
        <button type="button" class="primary grow" onClick={actions.discard}>
          {t('done')}
        </button>
      </Afterwards>
    </section>
  );
}

/** What became of the mailbox there, which changes nothing of what it can do. */
function InSaleshandy({ state, reason }: NonNullable<Connection['saleshandy']>) {
  if (state !== 'failed') {
    return (
      <p class="hint" role="status">
        {t(`saleshandy_${state}`)}
      </p>
    );
  }
  const why = reason === 'key_refused' || reason === 'not_working_there' ? reason : 'failed';
  return (
    <p class="banner warn" role="status">
      {t(`saleshandy_${why}`)}
    </p>
  );
}

function Failed({ capture, guide, appUrl, actions }: CaptureCardProps) {
  const [correcting, setCorrecting] = useState(false);
  const { connection, fault, email, hasCode } = capture;
  const advice = connection?.advice;
  const link = advice?.code === 'BASIC_AUTH_RETIRED' ? appUrl : advice?.link;
  return (
    <section class="card stack" aria-labelledby={capture.id}>
      <Heading
        id={capture.id}
        title={
          fault?.code === 'expired' || fault?.code === 'undone'
            ? t(`${fault.code}_title`)
            : headline(connection)
        }
        guide={guide}
        email={email}
      />
      {connection && (
        <Progress receiving={connection.checks.receiving.status} sending={connection.checks.sending.status} />
      )}
      {advice && (
        <div class="banner bad stack tight" role="alert">
          <p>{adviceText(connection, guide.name, email)}</p>
          {link && (
            <div>
              <a
                class={`button ${canSucceed(connection) ? '' : 'primary'}`}
                href={link}
                target="_blank"
                rel="noreferrer"
              >
                {t(fixLabel(advice.code))}
              </a>
            </div>
          )}
        </div>
      )}
      {fault && <FaultBanner fault={fault} onOpenSettings={actions.openSettings} />}
      {fault && guide.appPasswords && (
        <a class="button primary" href={guide.appPasswords} target="_blank" rel="noreferrer">
          {fault.code === 'undone' ? t('revoke_link', guide.name) : t('fix_password')}
        </a>
      )}
      {advice && isForAdmin(advice.code) && <AdminMessage guide={guide} email={email} />}
      {connection && <p class="hint">{t(hasCode ? 'kept' : 'kept_backend')}</p>}
      {correcting ? (
        <AccountField
          email={email}
          label={t('account_which')}
          hint={t('account_hint', guide.name)}
          action={t('save_account')}
          onConfirm={(corrected) => {
            if (corrected !== email) actions.setAccount(corrected, true);
            setCorrecting(false);
          }}
        />
      ) : (
        <div class="row">
          {connection && (
            <button
              type="button"
              class={canSucceed(connection) ? 'primary grow' : ''}
              onClick={actions.retry}
            >
              {t('retry')}
            </button>
          )}
          {hasCode && (
            <button type="button" onClick={() => setCorrecting(true)}>
              {t('correct_account')}
            </button>
          )}
        </div>
      )}
      {connection && <Details connection={connection} supportText={actions.supportText} />}
      <Discard discard={actions.discard} />
    </section>
  );
}

function Heading({
  id,
  title,
  guide,
  email,
}: {
  id: string;
  title: string;
  guide: ProviderGuide;
  email: string;
}) {
  return (
    <div class="stack tight">
      <h2 id={id}>{title}</h2>
      <p class="muted">
        {guide.name} · <bdi class="address">{email}</bdi>
      </p>
    </div>
  );
}

const Discard = ({ discard }: { discard: () => void }) => (
  <div class="row">
    <button type="button" class="quiet" onClick={discard}>
      {t('discard')}
    </button>
  </div>
);

function headline(connection: Connection | undefined): string {
  const verdict = connection?.verdict;
  if (verdict === 'partial') return t(`verdict_partial_${connection?.advice?.about ?? 'receiving'}`);
  if (verdict && verdict !== 'verified' && verdict !== 'unknown') return t(`verdict_${verdict}`);
  return t(connection?.advice?.reason === 'REFUSED_WITH_REASON' ? 'verdict_refused' : 'verdict_unknown');
}

function fixLabel(code: Code): MessageKey {
  switch (code) {
    case 'AUTH_INVALID':
    case 'NEEDS_APP_PASSWORD':
      return 'fix_password';
    case 'BASIC_AUTH_RETIRED':
      return 'refused_link';
    case 'PROVIDER_CHALLENGE':
    case 'ACCOUNT_BLOCKED':
      return 'fix_webmail';
    default:
      return 'fix_imap';
  }
}

/** For support: the servers' own words, already scrubbed by the backend. */
function Details({
  connection: { checks, requestId },
  supportText,
}: {
  connection: Connection;
  supportText: (() => Promise<string>) | undefined;
}) {
  const lines: [string, Check][] = [
    [t('receiving'), checks.receiving],
    [t('sending'), checks.sending],
  ];
  return (
    <details>
      <summary>{t('details')}</summary>
      <dl class="stack tight" dir="ltr">
        {lines.map(
          ([name, check]) =>
            check.status === 'failed' && (
              <div key={name}>
                <dt>
                  {name}: {check.host}:{check.port} · {check.code}
                </dt>
                <dd>{check.serverText ?? t('details_none')}</dd>
              </div>
            ),
        )}
        {requestId && (
          <div>
            <dt>{t('request_id', requestId)}</dt>
          </div>
        )}
      </dl>
      {supportText && <CopyButton label={t('support_copy')} text={supportText} />}
    </details>
  );
}
