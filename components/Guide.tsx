import type { ProviderGuide } from '../providers/registry/types.ts';
import type { Journey, Step } from '../utils/guide/guide.ts';
import { t } from '../utils/i18n.ts';
import { Linked } from './Linked.tsx';
import { RefusalNote } from './RefusalNote.tsx';
import { Ticked } from './Ticked.tsx';
import { Unavailable } from './Unavailable.tsx';

interface Props {
  guide: ProviderGuide;
  journey: Journey;
  steps: readonly Step[];
  /** The hosts that have to be allowed first; none where it is watched from the start. */
  asks: readonly string[] | undefined;
  /** Asks the browser to allow them, as part of the click. */
  allow: (origins: readonly string[]) => void;
  /** Where this workspace's Saleshandy is, if the backend said so. */
  appUrl: string | undefined;
  onLeave: () => void;
}

/** The way to a code and a mailbox that works, for somebody who has none yet. Steps tick themselves off. */
export function Guide({ guide, journey, steps, asks, allow, appUrl, onLeave }: Props) {
  const isSelfHosted = asks?.length === 0;
  const next = steps.findIndex(({ isDone }) => !isDone);
  return (
    <section class="card stack" aria-labelledby="guide">
      <div class="row spread">
        <div class="stack tight">
          <h2 id="guide">{guide.name}</h2>
          {journey.email && <bdi class="address">{journey.email}</bdi>}
        </div>
        <button type="button" class="quiet" onClick={onLeave}>
          {t('guide_leave')}
        </button>
      </div>
      <RefusalNote guide={guide} appUrl={appUrl} />
      {guide.opensWith && <p class="banner">{t(`opens_with_${guide.opensWith}`)}</p>}
      {isSelfHosted && <p class="banner">{t('own_host')}</p>}
      {guide.opensWith !== 'nothing' && (
        <ol class="steps">
          {steps.map((step, place) => (
            <Ticked key={keyOf(step)} isDone={step.isDone} isNext={place === next}>
              <Words step={step} guide={guide} asks={asks} allow={allow} isNext={place === next} />
            </Ticked>
          ))}
        </ol>
      )}
      {journey.page === 'unavailable' && <Unavailable guide={guide} email={journey.email} />}
    </section>
  );
}

const keyOf = (step: Step): string =>
  step.what === 'before' ? step.prerequisite : step.what === 'after' ? step.need : step.what;

function Words({
  step,
  guide,
  asks,
  allow,
  isNext,
}: Pick<Props, 'guide' | 'asks' | 'allow'> & { step: Step; isNext: boolean }) {
  switch (step.what) {
    case 'before':
      return <Linked words={t(`before_${step.prerequisite}`)} link={step.link} />;
    case 'after':
      return <Linked words={t(`needs_${step.need}`)} link={step.link} />;
    case 'open':
      return (
        <>
          <span>{t(guide.opensWith ? 'guide_open_site' : 'guide_open', guide.name)}</span>
          {step.link && !step.isDone && (
            <div>
              <a
                class={`button ${isNext || !guide.before.length ? 'primary' : ''}`}
                href={step.link}
                target="_blank"
                rel="noreferrer"
                onClick={() => asks && asks.length > 0 && allow(asks)}
              >
                {t(guide.opensWith ? 'open_provider' : 'open_app_passwords')}
                <span class="unseen"> – {guide.name}</span>
              </a>
            </div>
          )}
          {asks && asks.length > 0 && !step.isDone && (
            <span class="hint">{t('will_ask', asks.map((origin) => new URL(origin).host).join(', '))}</span>
          )}
        </>
      );
    case 'make':
      return <span>{t(guide.opensWith ? 'guide_paste' : 'guide_make')}</span>;
    case 'send':
      return <span>{t('guide_send')}</span>;
    case 'works':
      return <span>{t('guide_works')}</span>;
  }
}
