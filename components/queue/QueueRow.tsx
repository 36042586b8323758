import { Component, createRef } from 'preact';
import type { ProviderGuide } from '../../providers/registry/types.ts';
import { type CaptureView, canSucceed } from '../../utils/captures/view.ts';
import { t } from '../../utils/i18n.ts';
import type { RowState, RowView } from '../../utils/queue/rows.ts';
import { type CaptureActions, CaptureCard } from '../CaptureCard.tsx';
import { guideOf } from '../guide-of.ts';
import { RefusalNote } from '../RefusalNote.tsx';
import { refusal } from '../refusal.ts';
import { SoonInRow } from './SoonForgotten.tsx';
import { stateWords } from './words.ts';

/** What can be done with a row, whatever its capture. */
export interface RowActions {
  open: (row: RowView) => void;
  skip: (email: string) => void;
  /** Takes up again what was skipped. */
  resume: (email: string) => void;
  remove: (email: string) => void;
  /** For every address of the same domain. */
  chooseProvider: (email: string, provider: string) => void;
  actionsFor: (capture: CaptureView) => CaptureActions;
}

export interface QueueRowProps {
  row: RowView;
  guides: ReadonlyMap<string, ProviderGuide>;
  isOpen: boolean;
  destination: string;
  appUrl: string | undefined;
  keyMark: string | undefined;
  hasAgreed: boolean;
  actions: RowActions;
  onToggle: (email: string) => void;
}

const SIGN: Record<RowState, { look: string; text: string }> = {
  todo: { look: 'waiting', text: '' },
  closed: { look: 'failed', text: '–' },
  held: { look: 'held', text: '•' },
  sending: { look: 'pending', text: '' },
  waiting: { look: 'waiting', text: '…' },
  checking: { look: 'pending', text: '' },
  connected: { look: 'ok', text: '✓' },
  needs: { look: 'failed', text: '!' },
  skipped: { look: 'waiting', text: '–' },
};

/** One mailbox of the list. It is drawn anew only when something of its own has changed: there may be hundreds. */
export class QueueRow extends Component<QueueRowProps> {
  readonly #item = createRef<HTMLLIElement>();
  readonly #head = createRef<HTMLButtonElement>();

  override shouldComponentUpdate(next: QueueRowProps): boolean {
    return (Object.keys(next) as (keyof QueueRowProps)[]).some((name) => next[name] !== this.props[name]);
  }

  override getSnapshotBeforeUpdate(): boolean {
    return this.#item.current?.contains(document.activeElement) ?? false;
  }

  /** The button that was pressed may be gone with the state it belonged to. Whoever goes by keys stays in the row. */
  override componentDidUpdate(_: QueueRowProps, __: object, hadFocus: boolean): void {
    if (hadFocus && !this.#item.current?.contains(document.activeElement)) this.#head.current?.focus();
  }

  /** Or at least in the list, when the row itself is gone. */
  override componentWillUnmount(): void {
    const item = this.#item.current;
    if (item?.contains(document.activeElement)) item.parentElement?.focus();
  }

  override render({ row, guides, isOpen, actions, onToggle }: QueueRowProps) {
    const { email, state } = row;
    const guide = guideFor(row, guides);
    const details = `row-${email}`;
    return (
      <li class="mailbox" ref={this.#item}>
        <div class="row one-line">
          <button
            type="button"
            class="head"
            ref={this.#head}
            aria-expanded={isOpen}
            aria-controls={isOpen ? details : undefined}
            onClick={() => onToggle(email)}
          >
            <span class={`sign ${SIGN[state].look}`} aria-hidden="true">
              {SIGN[state].text}
            </span>
            <span class="grow">
              <bdi class="address">{email}</bdi>
              <span class="hint">
                {row.provider === undefined ? t('queue_provider_unknown') : guide.name} ·{' '}
                {stateWords(row, guide)}
                {row.capture && <SoonInRow capture={row.capture} />}
              </span>
            </span>
          </button>
          <Next row={row} guide={guide} actions={actions} />
        </div>
        {isOpen && (
          <div class="more stack" id={details}>
            <More {...this.props} guide={guide} />
          </div>
        )}
      </li>
    );
  }
}

/** The one thing that is likely to be done next, without opening the row. */
function Next({ row, guide, actions }: { row: RowView; guide: ProviderGuide; actions: RowActions }) {
  const { capture, email, state } = row;
  const button = (words: string, act: () => void, sends?: string) => (
    <button type="button" class="small" data-sends={sends} onClick={act}>
      {words}
      <span class="unseen"> – {email}</span>
    </button>
  );
  if (isSendable(row, guide) && capture)
    return button(t('queue_send'), () => actions.actionsFor(capture).send(), capture.id);
  if (isRetryable(row) && capture) return button(t('retry'), () => actions.actionsFor(capture).retry());
  if (state === 'todo' || state === 'needs') return button(t('queue_open'), () => actions.open(row));
  if (state === 'skipped') return button(t('queue_resume'), () => actions.resume(email));
  return null;
}

function More({
  row,
  guide,
  guides,
  destination,
  appUrl,
  keyMark,
  hasAgreed,
  actions,
}: QueueRowProps & { guide: ProviderGuide }) {
  const { capture, email, provider, state } = row;
  const isBegun = ['held', 'sending', 'waiting', 'checking', 'connected'].includes(state);
  return (
    <>
      {capture && (
        <CaptureCard
          key={capture.id}
          capture={capture}
          guide={guide}
          destination={destination}
          appUrl={appUrl}
          keyMark={keyMark}
          hasAgreed={hasAgreed}
          actions={actions.actionsFor(capture)}
        />
      )}
      {!capture && <RefusalNote guide={guide} appUrl={appUrl} />}
      {!capture && state !== 'connected' && (
        <ProviderChoice email={email} provider={provider} guides={guides} onChoose={actions.chooseProvider} />
      )}
      <div class="row">
        {!isBegun && (
          <button type="button" onClick={() => actions.open(row)}>
            {t(guide.opensWith ? 'open_provider' : 'open_app_passwords')}
            <span class="unseen"> – {email}</span>
          </button>
        )}
        {!isBegun && state !== 'skipped' && (
          <button type="button" onClick={() => actions.skip(email)}>
            {t('queue_skip')}
            <span class="unseen"> – {email}</span>
          </button>
        )}
        <button type="button" class="quiet" onClick={() => actions.remove(email)}>
          {t('queue_remove')}
          <span class="unseen"> – {email}</span>
        </button>
      </div>
    </>
  );
}

/** A company's own domain does not tell who has its mailboxes. */
function ProviderChoice({
  email,
  provider,
  guides,
  onChoose,
}: {
  email: string;
  provider: string | undefined;
  guides: QueueRowProps['guides'];
  onChoose: RowActions['chooseProvider'];
}) {
  const id = `provider-${email}`;
  const domain = email.slice(email.lastIndexOf('@') + 1);
  return (
    <div class="stack tight">
      <label for={id}>{t('queue_provider_of', domain)}</label>
      <select
        id={id}
        value={provider ?? ''}
        onChange={({ currentTarget }) => onChoose(email, currentTarget.value)}
      >
        <option value="">{t('queue_provider_unknown')}</option>
        {[...guides].map(([key, { name }]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Of a row, or a capture. */
export const guideFor = (
  { provider }: { provider?: string | undefined },
  guides: ReadonlyMap<string, ProviderGuide>,
): ProviderGuide => guideOf(provider, guides.get(provider ?? ''));

/** Whether its code can be sent without its user being asked or warned of anything. */
export const isSendable = ({ state, open, capture }: RowView, guide: ProviderGuide): boolean =>
  state === 'held' &&
  open === undefined &&
  refusal(guide) === undefined &&
  capture?.fault?.code !== 'key_changed';

/** Whether trying the same code again can help. */
export const isRetryable = ({ state, capture }: RowView): boolean =>
  state === 'needs' && capture?.connection !== undefined && !capture.fault && canSucceed(capture.connection);
