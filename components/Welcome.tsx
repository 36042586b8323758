import type { ComponentChildren } from 'preact';
import { t } from '../utils/i18n.ts';
import { Disclosure } from './Consent.tsx';
import { connectedAs } from './connected-as.ts';
import { Connect, type WorkspacesProps } from './options/Workspaces.tsx';

interface Props extends Pick<WorkspacesProps, 'accounts' | 'address' | 'policy' | 'onSignIn' | 'onToken'> {
  /** The workspace that is connected, and as whom. */
  connected: { workspace: string; user?: string | undefined } | undefined;
  hasAgreed: boolean;
  /** Whether the icon is on the toolbar; nothing where the browser does not tell. */
  isPinned: boolean | undefined;
  hasPractised: boolean;
  onAgree: () => void;
  openPractice: () => void;
}

/** The first page: what is read and sent, sign in, pin the icon, and try it. */
export function Welcome(props: Props) {
  const { connected, hasAgreed, isPinned, hasPractised, accounts, address, policy, onSignIn, onToken } =
    props;
  const destination = new URL(address).host;
  const isAllDone = hasAgreed && connected !== undefined && hasPractised;
  return (
    <main class="stack">
      <header class="row">
        <img src="/icons/48.png" width="40" height="40" alt="" />
        <h1>{t('extension_name')}</h1>
      </header>
      <p class="lead">{t('welcome_lead')}</p>
      <ol class="stack">
        <Step number={1} title={t('welcome_consent')} isDone={hasAgreed}>
          <Disclosure destination={destination} />
          {hasAgreed ? (
            <p class="hint">{t('consent_given')}</p>
          ) : (
            <div>
              <button type="button" class="primary" onClick={props.onAgree}>
                {t('consent_agree')}
              </button>
            </div>
          )}
        </Step>
        <Step number={2} title={t('welcome_sign_in')} isDone={connected !== undefined}>
          {connected ? (
            <p>{connectedAs(connected.workspace, connected.user)}</p>
          ) : (
            <>
              <p class="muted">{t('welcome_sign_in_text')}</p>
              <Connect
                accounts={accounts}
                address={address}
                policy={policy}
                onSignIn={onSignIn}
                onToken={onToken}
              />
            </>
          )}
        </Step>
        <Step number={3} title={t('welcome_pin')} isDone={isPinned === true}>
          <p class="muted">{t('welcome_pin_text')}</p>
        </Step>
        <Step number={4} title={t('welcome_practise')} isDone={hasPractised}>
          <p class="muted">{t('welcome_practise_text')}</p>
          <div>
            <button type="button" class={hasPractised ? '' : 'primary'} onClick={props.openPractice}>
              {t('welcome_practise_open')}
            </button>
          </div>
        </Step>
      </ol>
      {isAllDone && (
        <p class="banner ok" role="status">
          {t('welcome_ready')}
        </p>
      )}
    </main>
  );
}

function Step({
  number,
  title,
  isDone,
  children,
}: {
  number: number;
  title: string;
  isDone: boolean;
  children: ComponentChildren;
}) {
  return (
    <li class="card step">
      <span class={`sign ${isDone ? 'ok' : 'number'}`} aria-hidden="true">
        {isDone ? '✓' : number}
      </span>
      <div class="stack grow">
        <h2>
          {title}
          {isDone && <span class="unseen"> – {t('guide_done')}</span>}
        </h2>
        {children}
      </div>
    </li>
  );
}
