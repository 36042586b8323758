import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { CodeShape, ProviderGuide } from '../../providers/registry/types.ts';
import type { CaptureView } from '../../utils/captures/view.ts';
import { plural, t } from '../../utils/i18n.ts';
import type { SenderTemplate } from '../../utils/onboarding/contract.ts';
import type { Added } from '../../utils/queue/list-actions.ts';
import { guessFor, progressOf, type RowView, rowInFront, straysOf } from '../../utils/queue/rows.ts';
import { Banners } from '../Banners.tsx';
import { CaptureCard } from '../CaptureCard.tsx';
import { PasteBox } from '../PasteBox.tsx';
import { AddedReport, AddMailboxes } from './AddMailboxes.tsx';
import { NextMailbox } from './NextMailbox.tsx';
import { Question } from './Question.tsx';
import { guideFor, isRetryable, isSendable, QueueRow, type RowActions } from './QueueRow.tsx';
import { SoonForgotten } from './SoonForgotten.tsx';
import { Summary } from './Summary.tsx';
import { TemplateForm } from './TemplateForm.tsx';

export interface QueueActions extends RowActions {
  addText: (text: string) => Promise<Added>;
  addFile: (file: File) => Promise<Added>;
  addEmail: (email: string) => void;
  /** The code is for this mailbox, its user says. */
  confirm: (capture: CaptureView, email: string) => void;
  send: (ids: readonly string[]) => void;
  keepLonger: (ids: readonly string[]) => void;
  /** A time may be over by now. */
  countTime: () => void;
  retry: (ids: readonly string[]) => void;
  paste: (provider: string, text: string, insist: boolean) => void;
  saveTemplate: (template: SenderTemplate) => Promise<void>;
  export: (rows: readonly RowView[]) => void;
  clear: () => void;
  openSettings: () => void;
  openWelcome: () => void;
}

interface Props {
  /** The same objects as before for what has not changed. */
  rows: readonly RowView[];
  /** Those of this kind of window. */
  captures: readonly CaptureView[];
  /** The mailbox whose page was opened last. */
  opened: string | undefined;
  most: number;
  template: SenderTemplate;
  isOnline: boolean;
  isSetUp: boolean;
  /** Whether it was agreed to what is read and sent. */
  hasAgreed: boolean;
  isDiskFull: boolean;
  guides: ReadonlyMap<string, ProviderGuide>;
  shapeOf: (provider: string) => CodeShape | undefined;
  /** Hosts that are watched once the user has allowed them, by provider. */
  onRequest: ReadonlyMap<string, readonly string[]>;
  destination: string;
  appUrl: string | undefined;
  keyMark: string | undefined;
  hasPage: (row: RowView) => boolean;
  actions: QueueActions;
}

/** How seldom the progress is read out, in ms. */
const CALM = 5_000;

/** Many mailboxes, one after the other: which is next, how each stands, and what became of all. */
export function Queue(props: Props) {
  const { rows, captures, opened, guides, actions, destination, appUrl, keyMark, hasAgreed } = props;
  const [openRow, setOpenRow] = useState<string>();
  const [added, setAdded] = useState<Added>();
  const toggle = useCallback(
    (email: string) => setOpenRow((open) => (open === email ? undefined : email)),
    [],
  );
  const progress = progressOf(rows);
  const front = rowInFront(rows, opened);
  const strays = straysOf(rows, captures);
  const unsure = captures.flatMap((capture) => {
    const email = capture.private ? undefined : guessFor(capture, rows, front);
    return email === undefined ? [] : [{ capture, email }];
  })[0];
  const sendable = rows.filter((row) => isSendable(row, guideFor(row, guides)));
  const retryable = rows.filter(isRetryable);
  const idsOf = (some: readonly RowView[]): string[] => some.flatMap(({ capture }) => capture?.id ?? []);
  const add = (
    <AddMailboxes
      onText={async (text) => setAdded(await actions.addText(text))}
      onFile={async (file) => setAdded(await actions.addFile(file))}
    />
  );
  const card = (capture: CaptureView) => (
    <CaptureCard
      key={capture.id}
      capture={capture}
      guide={guideFor(capture, guides)}
      destination={destination}
      appUrl={appUrl}
      keyMark={keyMark}
      hasAgreed={hasAgreed}
      actions={actions.actionsFor(capture)}
    />
  );
  return (
    <>
      <header class="bar">
        <div class="row">
          <img src="/icons/32.png" width="20" height="20" alt="" />
          <h1>{t('queue_title')}</h1>
        </div>
        <button type="button" class="quiet" onClick={actions.openSettings}>
          {t('options')}
        </button>
      </header>
      <main class="stack">
        <Banners
          isSetUp={props.isSetUp}
          isOffline={!props.isOnline}
          isDiskFull={props.isDiskFull}
          captures={captures}
          onSetUp={actions.openWelcome}
        />
        <SoonForgotten
          captures={captures}
          sendable={new Set(idsOf(sendable))}
          onSend={actions.send}
          onLonger={actions.keepLonger}
          onOver={actions.countTime}
        />
        {rows.length > 0 && (
          <div class="stack tight">
            <progress max={progress.all} value={progress.connected} aria-label={t('queue_title')} />
            <p class="hint">{progressWords(progress)}</p>
            <Calm words={progressWords(progress)} />
          </div>
        )}
        <div role="status" class="stack tight">
          {added && <AddedReport added={added} most={props.most} onClose={() => setAdded(undefined)} />}
        </div>
        {unsure && (
          <Question
            key={unsure.capture.id}
            email={unsure.email}
            provider={guideFor(unsure.capture, guides).name}
            onYes={() => actions.confirm(unsure.capture, unsure.email)}
          >
            {card(unsure.capture)}
          </Question>
        )}
        {strays
          .filter((capture) => capture !== unsure?.capture)
          .map((capture) => (
            <Stray key={capture.id} capture={capture} onAdd={rows.length > 0 ? actions.addEmail : undefined}>
              {card(capture)}
            </Stray>
          ))}
        {rows.length === 0 && (
          <section class="stack">
            <div class="stack tight">
              <h2>{t('queue_empty')}</h2>
              <p class="muted">{t('queue_empty_lead')}</p>
            </div>
            {add}
          </section>
        )}
        {progress.isDone && (
          <Summary rows={rows} progress={progress} guides={guides} onExport={() => actions.export(rows)} />
        )}
        {front && (
          <NextMailbox
            row={front}
            guide={guideFor(front, guides)}
            isOpened={front.email === opened}
            asks={(front.provider && props.onRequest.get(front.provider)) || []}
            appUrl={appUrl}
            hasPage={props.hasPage(front)}
            onOpen={() => actions.open(front)}
            onSkip={() => actions.skip(front.email)}
          >
            <details>
              <summary>{t('missed_paste')}</summary>
              <PasteBox
                key={front.email}
                guides={guides}
                shapeOf={props.shapeOf}
                provider={front.provider}
                onHold={actions.paste}
              />
            </details>
          </NextMailbox>
        )}
        {(sendable.length > 0 || retryable.length > 0) && (
          <div class="row">
            {sendable.length > 0 && (
              <button
                type="button"
                class="primary grow"
                data-sends={[...idsOf(sendable), destination].join()}
                onClick={() => actions.send(idsOf(sendable))}
              >
                {plural('queue_send_all', sendable.length)}
              </button>
            )}
            {retryable.length > 0 && (
              <button type="button" class="grow" onClick={() => actions.retry(idsOf(retryable))}>
                {plural('queue_retry_all', retryable.length)}
              </button>
            )}
          </div>
        )}
        {rows.length > 0 && (
          <ul class="mailboxes" tabIndex={-1} aria-label={t('queue_list')}>
            {rows.map((row) => (
              <QueueRow
                key={row.email}
                row={row}
                guides={guides}
                isOpen={openRow === row.email}
                // Else every row would be drawn anew for what none of them shows.
                destination={openRow === row.email ? destination : ''}
                appUrl={openRow === row.email ? appUrl : undefined}
                keyMark={openRow === row.email ? keyMark : undefined}
                hasAgreed={hasAgreed}
                actions={actions}
                onToggle={toggle}
              />
            ))}
          </ul>
        )}
        {rows.length > 0 && (
          <details>
            <summary>{t('queue_add_more')}</summary>
            {add}
          </details>
        )}
        <details>
          <summary>{t('queue_template')}</summary>
          <TemplateForm saved={props.template} onSave={actions.saveTemplate} />
        </details>
        {rows.length > 0 && (
          <Ending
            isExportShown={!progress.isDone}
            onExport={() => actions.export(rows)}
            onClear={actions.clear}
          />
        )}
      </main>
    </>
  );
}

function progressWords({ all, connected, needs }: ReturnType<typeof progressOf>): string {
  const done = plural('queue_progress', all, connected.toLocaleString());
  return needs > 0 ? `${done} · ${plural('queue_needs', needs)}` : done;
}

/** For who does not see it: the newest words, at intervals, however fast they change. */
function Calm({ words }: { words: string }) {
  const [said, setSaid] = useState(words);
  const saidAt = useRef(0);
  useEffect(() => {
    const wait = Math.max(0, saidAt.current + CALM - Date.now());
    const timer = setTimeout(() => {
      saidAt.current = Date.now();
      setSaid(words);
    }, wait);
    return () => clearTimeout(timer);
  }, [words]);
  return (
    <p role="status" class="unseen">
      {said}
    </p>
  );
}

/** A code that no mailbox of the list has. */
function Stray({
  capture: { email },
  onAdd,
  children,
}: {
  capture: CaptureView;
  onAdd: ((email: string) => void) | undefined;
  children: preact.ComponentChildren;
}) {
  return (
    <section class="stack tight">
      {onAdd && email && (
        <div class="banner warn row spread">
          <p class="grow">{t('queue_stray', email)}</p>
          <button type="button" onClick={() => onAdd(email)}>
            {t('queue_stray_add')}
            <span class="unseen"> – {email}</span>
          </button>
        </div>
      )}
      {children}
    </section>
  );
}

function Ending({
  isExportShown,
  onExport,
  onClear,
}: {
  isExportShown: boolean;
  onExport: () => void;
  onClear: () => void;
}) {
  const [isSure, setIsSure] = useState(false);
  if (isSure)
    return (
      <div class="banner stack tight" role="alert">
        <p>{t('queue_clear_hint')}</p>
        <div class="row">
          <button type="button" class="danger" onClick={onClear}>
            {t('queue_clear_sure')}
          </button>
          <button type="button" onClick={() => setIsSure(false)}>
            {t('cancel')}
          </button>
        </div>
      </div>
    );
  return (
    <div class="row spread">
      {isExportShown && (
        <button type="button" onClick={onExport}>
          {t('queue_export')}
        </button>
      )}
      <button type="button" class="quiet" onClick={() => setIsSure(true)}>
        {t('queue_clear')}
      </button>
    </div>
  );
}
