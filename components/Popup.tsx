import type { CodeShape, ProviderGuide } from '../providers/registry/types.ts';
import type { CaptureView } from '../utils/captures/view.ts';
import { isCrowded, MOST_HELD, OTHER } from '../utils/captures/view.ts';
import type { PageState } from '../utils/detection/page-state.ts';
import { t } from '../utils/i18n.ts';
import { type CaptureActions, CaptureCard } from './CaptureCard.tsx';
import { NotRecognised } from './NotRecognised.tsx';
import { PasteBox } from './PasteBox.tsx';
import { ProviderList } from './ProviderList.tsx';
import { Unavailable } from './Unavailable.tsx';

interface Props {
  /** The most urgent first. */
  captures: readonly CaptureView[];
  guides: ReadonlyMap<string, ProviderGuide>;
  /** The page in front. */
  here: {
    /** Where the browser tells it. */
    host?: string | undefined;
    /** Whose app-password page it is, if it is one. */
    provider?: string | undefined;
    state?: PageState | undefined;
    isWatched: boolean;
  };
  shapeOf: (provider: string) => CodeShape | undefined;
  /** Hosts that are watched once the user has allowed them, by provider. */
  onRequest: ReadonlyMap<string, readonly string[]>;
  /** A text that was selected and is no app password. */
  draft: { provider: string; text: string } | undefined;
  allow: (provider: string, origins?: readonly string[]) => void;
  report: () => Promise<string>;
  paste: (provider: string, text: string, insist: boolean) => void;
  destination: string;
  isSetUp: boolean;
  appUrl?: string | undefined;
  /** The browser's storage takes no more. */
  isDiskFull: boolean;
  /** A mark of the key the backend has now, where it is another than before. */
  keyMark: string | undefined;
  actionsFor: (capture: CaptureView) => CaptureActions;
  openSettings: () => void;
  /** Opens the list of many mailboxes, as part of the click. */
  openQueue: () => void;
}

export function Popup({
  captures,
  guides,
  here,
  shapeOf,
  onRequest,
  draft,
  allow,
  report,
  paste,
  destination,
  isSetUp,
  appUrl,
  isDiskFull,
  keyMark,
  actionsFor,
  openSettings,
  openQueue,
}: Props) {
  const guideHere = here.provider === undefined ? undefined : guides.get(here.provider);
  const selfHosted = [...onRequest].flatMap(([id, origins]): [string, string][] =>
    origins.length === 0 ? [[id, guides.get(id)?.name ?? id]] : [],
  );
  return (
    <>
      <header>
        <div class="row">
          <img src="/icons/32.png" width="20" height="20" alt="" />
          <h1>{t('extension_short_name')}</h1>
        </div>
        <div class="row one-line">
          <button type="button" class="quiet" onClick={openQueue}>
            {t('queue_title')}
          </button>
          <button type="button" class="quiet" onClick={openSettings}>
            {t('options')}
          </button>
        </div>
      </header>
      <main class="stack">
        {!isSetUp && (
          <section class="banner stack tight">
            <strong>{t('setup_title')}</strong>
            <p>{t('setup_text')}</p>
            <div>
              <button type="button" class="primary" onClick={openSettings}>
                {t('open_settings')}
              </button>
            </div>
          </section>
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
        {captures.map((capture) => {
          const guide = capture.provider === OTHER ? otherProvider() : guides.get(capture.provider);
          return (
            guide && (
              <CaptureCard
                key={capture.id}
                capture={capture}
                guide={guide}
                destination={destination}
                appUrl={appUrl}
                keyMark={keyMark}
                actions={actionsFor(capture)}
              />
            )
          );
        })}
        {guideHere && here.state === 'unavailable' && <Unavailable guide={guideHere} />}
        {guideHere && here.state !== 'unavailable' && captures.length === 0 && (
          <p class="banner ok" role="status">
            {t(here.state === 'ready' ? 'here_ready' : 'watched_here')}
          </p>
        )}
        {captures.length === 0 && <ProviderList guides={guides} onRequest={onRequest} allow={allow} />}
        <details class="missed" open={draft !== undefined}>
          <summary>{t(captures.length === 0 ? 'missed_title' : 'missed_paste')}</summary>
          <NotRecognised
            host={here.host}
            selfHosted={new Map(selfHosted)}
            isWatched={here.isWatched}
            watch={allow}
            report={report}
          >
            <PasteBox
              // What was selected on a page is another start.
              key={draft?.text}
              guides={guides}
              shapeOf={shapeOf}
              provider={draft?.provider ?? here.provider}
              text={draft?.text}
              onHold={paste}
            />
          </NotRecognised>
        </details>
      </main>
    </>
  );
}

/** Nothing is known of it, and so nothing is claimed. */
const otherProvider = (): ProviderGuide => ({
  name: t('other_provider'),
  mailboxes: '',
  before: [],
  unavailableBecause: [],
  fix: {},
});
