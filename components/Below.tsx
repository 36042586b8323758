import type { CodeShape, ProviderGuide } from '../providers/registry/types.ts';
import type { Journey, Step } from '../utils/guide/guide.ts';
import { t } from '../utils/i18n.ts';
import type { Here } from '../utils/popup-state/below.ts';
import { Guide } from './Guide.tsx';
import { KeptOut } from './KeptOut.tsx';
import { NotRecognised } from './NotRecognised.tsx';
import { PasteBox } from './PasteBox.tsx';
import { ProviderList } from './ProviderList.tsx';
import { Unavailable } from './Unavailable.tsx';

interface Props {
  guides: ReadonlyMap<string, ProviderGuide>;
  here: Here;
  hasCaptures: boolean;
  shapeOf: (provider: string) => CodeShape | undefined;
  /** Hosts that are watched once the user has allowed them, by provider. */
  onRequest: ReadonlyMap<string, readonly string[]>;
  /** A text that was selected and is no app password. */
  draft: { provider: string; text: string } | undefined;
  /** Somebody who is being guided. */
  journey: Journey | undefined;
  steps: readonly Step[];
  appUrl: string | undefined;
  ask: (email: string) => Promise<string | undefined>;
  begin: (provider: string, email: string) => void;
  leave: () => void;
  allow: (provider: string, origins?: readonly string[]) => void;
  report: () => Promise<string>;
  paste: (provider: string, text: string, insist: boolean) => void;
}

/** Below the captures: the way to a code, and what to do when one was not seen. */
export function Below({
  guides,
  here,
  hasCaptures,
  shapeOf,
  onRequest,
  draft,
  journey,
  steps,
  appUrl,
  ask,
  begin,
  leave,
  allow,
  report,
  paste,
}: Props) {
  const guideHere = here.provider === undefined ? undefined : guides.get(here.provider);
  const guided = journey && guides.get(journey.provider);
  const selfHosted = [...onRequest].flatMap(([id, origins]): [string, string][] =>
    origins.length === 0 ? [[id, guides.get(id)?.name ?? id]] : [],
  );
  return (
    <>
      {guideHere && here.state === 'unavailable' && journey?.page !== 'unavailable' && (
        <Unavailable guide={guideHere} email={journey?.email ?? ''} />
      )}
      {here.keptOutOf !== undefined && here.host && (
        <KeptOut host={here.host} onAllow={() => allow(here.keptOutOf ?? '')} />
      )}
      {guideHere && here.state !== 'unavailable' && here.keptOutOf === undefined && !hasCaptures && (
        <p class="banner ok" role="status">
          {t(here.state === 'ready' ? 'here_ready' : 'watched_here')}
        </p>
      )}
      {journey && guided ? (
        <Guide
          guide={guided}
          journey={journey}
          steps={steps}
          asks={onRequest.get(journey.provider)}
          allow={(origins) => allow(journey.provider, origins)}
          appUrl={appUrl}
          onLeave={leave}
        />
      ) : (
        !hasCaptures && <ProviderList guides={guides} ask={ask} onChoose={begin} />
      )}
      <details class="missed" open={draft !== undefined || here.keptOutOf !== undefined}>
        <summary>{t(hasCaptures ? 'missed_paste' : 'missed_title')}</summary>
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
            provider={draft?.provider ?? journey?.provider ?? here.provider ?? here.keptOutOf}
            text={draft?.text}
            onHold={paste}
          />
        </NotRecognised>
      </details>
    </>
  );
}
