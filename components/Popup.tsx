import type { ComponentChildren } from 'preact';
import type { ProviderGuide } from '../providers/registry/types.ts';
import { type CaptureView, isCrowded, MOST_HELD, OTHER, PRACTICE } from '../utils/captures/view.ts';
import { type MessageKey, t } from '../utils/i18n.ts';
import type { Shown } from '../utils/shown.ts';
import { type CaptureActions, CaptureCard } from './CaptureCard.tsx';

interface Props {
  /** Absent for the moment in which the worker starts. */
  shown: Shown | undefined;
  /** Those of this window, the most urgent first. */
  captures: readonly CaptureView[];
  isOffline: boolean;
  actionsFor: (capture: CaptureView) => CaptureActions;
  openSettings: () => void;
  openWelcome: () => void;
  openHistory: () => void;
  /** Opens the list of many mailboxes, as part of the click. */
  openQueue: () => void;
  /** What is below the captures. It is loaded after they are on screen. */
  children: ComponentChildren;
}

/** What matters now first, and in one look: the captures. */
export function Popup({
  shown,
  captures,
  isOffline,
  actionsFor,
  openSettings,
  openWelcome,
  openHistory,
  openQueue,
  children,
}: Props) {
  return (
    <>
      <header>
        <div class="row">
          <img src="/icons/32.png" width="20" height="20" alt="" />
          <h1>{t('extension_short_name')}</h1>
        </div>
        <button type="button" class="quiet" onClick={openSettings}>
          {t('options')}
        </button>
      </header>
      <main class="stack" aria-busy={!shown}>
        {shown ? (
          <Above shown={shown} captures={captures} isOffline={isOffline} openWelcome={openWelcome} />
        ) : (
          <p class="muted" role="status">
            {t('loading')}
          </p>
        )}
        {captures.map((capture) => {
          const guide = guideOf(capture, shown?.guides ?? {});
          return (
            guide && (
              <CaptureCard
                key={capture.id}
                capture={capture}
                guide={guide}
                destination={shown?.account?.host ?? ''}
                appUrl={shown?.account?.appUrl}
                keyMark={shown?.account?.otherKey}
                hasAgreed={shown?.hasAgreed ?? false}
                actions={actionsFor(capture)}
              />
            )
          );
        })}
        {children}
      </main>
      <footer class="row spread">
        <div class="row">
          <button type="button" class="quiet" onClick={openQueue}>
            {t('queue_title')}
          </button>
          <button type="button" class="quiet" onClick={openHistory}>
            {t('history')}
          </button>
        </div>
        {shown?.account?.workspace && (
          <span class="hint">{connectedAs(shown.account.workspace, shown.account.user)}</span>
        )}
      </footer>
    </>
  );
}

export const connectedAs = (workspace: string, user: string | undefined): string =>
  user ? t('connected_as', user, workspace) : t('connected_workspace', workspace);

function Above({
  shown,
  captures,
  isOffline,
  openWelcome,
}: Pick<Props, 'captures' | 'isOffline' | 'openWelcome'> & { shown: Shown }) {
  return (
    <>
      {!shown.account && (
        <section class="banner stack tight">
          <strong>{t('setup_title')}</strong>
          <p>{t('setup_text')}</p>
          <div>
            <button type="button" class={captures.length > 0 ? '' : 'primary'} onClick={openWelcome}>
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
      {shown.isDiskFull && (
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

/** Of a provider that is not known nothing is claimed. */
export function guideOf(
  { provider }: Pick<CaptureView, 'provider'>,
  guides: Readonly<Record<string, ProviderGuide>>,
): ProviderGuide | undefined {
  const name: MessageKey | undefined =
    provider === OTHER ? 'other_provider' : provider === PRACTICE ? 'practice_provider' : undefined;
  return name
    ? { name: t(name), mailboxes: '', before: [], unavailableBecause: [], fix: {} }
    : guides[provider];
}
