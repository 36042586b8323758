import type { ProviderGuide } from '../providers/registry/types.ts';
import type { CaptureView } from '../utils/captures/view.ts';
import { t } from '../utils/i18n.ts';
import { type CaptureActions, CaptureCard } from './CaptureCard.tsx';
import { ProviderList } from './ProviderList.tsx';
import { Unavailable } from './Unavailable.tsx';

interface Props {
  /** The most urgent first. */
  captures: readonly CaptureView[];
  guides: ReadonlyMap<string, ProviderGuide>;
  /** The provider's page in front, when it is one. */
  here: { provider: string; state: 'ready' | 'unavailable' } | undefined;
  destination: string;
  isSetUp: boolean;
  appUrl?: string | undefined;
  actionsFor: (capture: CaptureView) => CaptureActions;
  openSettings: () => void;
}

export function Popup({
  captures,
  guides,
  here,
  destination,
  isSetUp,
  appUrl,
  actionsFor,
  openSettings,
}: Props) {
  const guideHere = here && guides.get(here.provider);
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
        {captures.map((capture) => {
          const guide = guides.get(capture.provider);
          return (
            guide && (
              <CaptureCard
                key={capture.id}
                capture={capture}
                guide={guide}
                destination={destination}
                appUrl={appUrl}
                actions={actionsFor(capture)}
              />
            )
          );
        })}
        {guideHere && here.state === 'unavailable' && <Unavailable guide={guideHere} />}
        {guideHere && here.state === 'ready' && captures.length === 0 && (
          <p class="banner ok" role="status">
            {t('here_ready')}
          </p>
        )}
        {captures.length === 0 && <ProviderList guides={guides} />}
      </main>
    </>
  );
}
