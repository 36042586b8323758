import type { ComponentChildren } from 'preact';
import type { CaptureView } from '../utils/captures/view.ts';
import { t } from '../utils/i18n.ts';
import type { PopupState } from '../utils/popup-state/popup-state.ts';
import { Banners } from './Banners.tsx';
import { type CaptureActions, CaptureCard } from './CaptureCard.tsx';
import { connectedAs } from './connected-as.ts';
import { guideOf } from './guide-of.ts';

interface Props {
  /** Absent for the moment in which the worker starts. */
  shown: PopupState | undefined;
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
      <header class="bar">
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
          <Banners
            isSetUp={shown.account !== undefined}
            isOffline={isOffline}
            isDiskFull={shown.isDiskFull}
            captures={captures}
            onSetUp={openWelcome}
          />
        ) : (
          <p class="muted" role="status">
            {t('loading')}
          </p>
        )}
        {captures.map((capture) => {
          return (
            <CaptureCard
              key={capture.id}
              capture={capture}
              guide={guideOf(capture.provider, shown?.guides[capture.provider])}
              destination={shown?.account?.host ?? ''}
              appUrl={shown?.account?.appUrl}
              keyMark={shown?.account?.otherKey}
              hasAgreed={shown?.hasAgreed ?? false}
              actions={actionsFor(capture)}
            />
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
