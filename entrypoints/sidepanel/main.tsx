import { render } from 'preact';
import { browser } from 'wxt/browser';
import { Queue, type QueueActions } from '../../components/queue/Queue.tsx';
import { isClosed } from '../../components/queue/words.ts';
import { guides, providerOf } from '../../providers/registry/guides.ts';
import { pageOf } from '../../providers/registry/pages.ts';
import { allowHosts, watchHosts } from '../../utils/allow-hosts.ts';
import { actionsFor, command, countTime, keepMoving } from '../../utils/captures/actions.ts';
import { isShownIn, PRACTICE } from '../../utils/captures/view.ts';
import { download } from '../../utils/download.ts';
import { dress } from '../../utils/dress.ts';
import { ignoreHastyClicks } from '../../utils/hasty-clicks.ts';
import { t } from '../../utils/i18n.ts';
import type { SaidPaste } from '../../utils/messaging/messages.ts';
import { openWelcome } from '../../utils/pages.ts';
import { readPopupState, watchPopupState } from '../../utils/popup-state/popup-state.ts';
import { MOST_BYTES, readAddressFile, textOf } from '../../utils/queue/address-file.ts';
import { type Line, linesOf, readAddresses } from '../../utils/queue/addresses.ts';
import { openInQueueTab, pageFor, queueTab } from '../../utils/queue/open-page.ts';
import { MOST_ROWS, type QueueRow, queue } from '../../utils/queue/queue.ts';
import { resultsCsv } from '../../utils/queue/results.ts';
import { keyOf, type RowView, rowViews } from '../../utils/queue/rows.ts';
import { steady } from '../../utils/queue/steady.ts';
import { senderTemplate } from '../../utils/queue/template.ts';
import { originsToAsk } from '../../utils/watching.ts';

let rows: RowView[] = [];
/** Known before the click: within it there is no time to find out. */
let toAsk: ReadonlyMap<string, readonly string[]> = new Map();

/** A view of the stores. What it shows is there when it is closed and opened again. */
async function draw(): Promise<void> {
  const [stored, now, tab, template] = await Promise.all([
    queue.read(),
    readPopupState(),
    queueTab.read(),
    senderTemplate.read(),
  ]);
  await dress(now ?? { theme: 'system', language: '' }, 'queue_title');
  // Without those of private windows: of these nothing may be written down.
  const shown = (now?.captures ?? [])
    .filter(isShownIn(false))
    .filter(({ provider }) => provider !== PRACTICE);
  keepMoving(shown);
  rows = steady(
    rows,
    rowViews(stored, shown, (provider) => isClosed(guides.get(provider))),
    ({ email }) => email,
  );
  render(
    <Queue
      rows={rows}
      captures={shown}
      opened={tab?.email}
      most={MOST_ROWS}
      template={template}
      isOnline={navigator.onLine}
      isSetUp={now?.account !== undefined}
      hasAgreed={now?.hasAgreed ?? false}
      isDiskFull={now?.isDiskFull ?? false}
      guides={guides}
      shapeOf={(provider) => pageOf(provider)?.code}
      onRequest={toAsk}
      destination={now?.account?.host ?? ''}
      appUrl={now?.account?.appUrl}
      keyMark={now?.account?.otherKey}
      hasPage={({ provider, email }) => pageFor(guideOf(provider), email) !== undefined}
      actions={actions}
    />,
    document.getElementById('app') as HTMLElement,
  );
}

/** A hundred mailboxes under way change many times a second: drawn one after the other, and what is newest surely. */
let isDrawing = false;
let isStale = false;
async function show(): Promise<void> {
  isStale = true;
  if (isDrawing) return;
  isDrawing = true;
  try {
    while (isStale) {
      isStale = false;
      await draw();
    }
  } finally {
    isDrawing = false;
  }
}

const guideOf = (provider: string | undefined) => (provider === undefined ? undefined : guides.get(provider));

const change = (email: string, changed: (row: QueueRow) => QueueRow): Promise<void> =>
  queue.change((all) => all.map((row) => (keyOf(row.email) === keyOf(email) ? changed(row) : row)));

const resume = (email: string): void => void change(email, ({ skipped: _, ...row }) => row);

async function add(lines: readonly Line[], passwords: string[] = []) {
  let read = readAddresses([], [], 0);
  await queue.change((all) => {
    read = readAddresses(
      lines,
      all.map(({ email }) => email),
      MOST_ROWS - all.length,
    );
    return read.emails.length === 0 ? all : [...all, ...read.emails.map(newRow)];
  });
  return { ...read, passwords };
}

function newRow(email: string): QueueRow {
  const provider = providerOf(email);
  return provider === undefined ? { email } : { email, provider };
}

const actions: QueueActions = {
  addText: (text) => add(linesOf(text)),
  addFile: async (file) => {
    if (file.size > MOST_BYTES) return 'too_big';
    const text = textOf(new Uint8Array(await file.arrayBuffer()));
    if (text === undefined) return 'no_csv';
    const read = await readAddressFile(text);
    return typeof read === 'string' ? read : add(read.lines, read.passwords);
  },
  addEmail: (email) => void add([{ line: 1, text: email }]),
  open: ({ email, provider }) => {
    const url = pageFor(guideOf(provider), email);
    const origins = (provider !== undefined && toAsk.get(provider)) || [];
    if (provider !== undefined && origins.length > 0) void allowHosts(provider, origins);
    if (url !== undefined) void openInQueueTab(url, email);
    resume(email);
  },
  skip: (email) => void change(email, (row) => ({ ...row, skipped: true })),
  resume,
  remove: (email) => void queue.change((all) => all.filter((row) => keyOf(row.email) !== keyOf(email))),
  chooseProvider: (email, provider) => {
    const domain = domainOf(email);
    void queue.change((all) =>
      all.map((row) => {
        if (domainOf(row.email) !== domain) return row;
        const { provider: _, ...rest } = row;
        return provider === '' ? rest : { ...rest, provider };
      }),
    );
  },
  confirm: (capture, email) => actionsFor(capture).setAccount(email, true),
  send: (ids) => {
    for (const id of ids) command({ type: 'send', id });
  },
  keepLonger: (ids) => {
    for (const id of ids) command({ type: 'keep-longer', id });
  },
  countTime,
  retry: (ids) => {
    for (const id of ids) command({ type: 'retry', id });
  },
  paste: (provider, text, insist) =>
    void browser.runtime.sendMessage({ type: 'paste', provider, text, insist } satisfies SaidPaste),
  saveTemplate: (template) => senderTemplate.write(template),
  export: async (shown) => download('mailboxes.csv', await resultsCsv(shown), 'text/csv'),
  clear: () => void queue.change(() => []),
  openSettings: () => void browser.runtime.openOptionsPage(),
  openWelcome: () => void openWelcome(),
  actionsFor,
};

const domainOf = (email: string): string => keyOf(email).slice(email.lastIndexOf('@') + 1);

// The list is kept on disk, and of a private window nothing is.
// Firefox for Android has no windows, and shows it in a tab.
const around = (await browser.windows?.getCurrent()) ?? (await browser.tabs.getCurrent());
const isPrivate = around?.incognito ?? false;
if (isPrivate) {
  await dress((await readPopupState()) ?? { theme: 'system', language: '' }, 'queue_title');
  render(
    <main class="stack">
      <h1>{t('queue_title')}</h1>
      <p class="banner">{t('queue_private')}</p>
    </main>,
    document.getElementById('app') as HTMLElement,
  );
} else {
  for (const store of [queue, queueTab, senderTemplate]) store.watch(() => void show());
  ignoreHastyClicks(document.getElementById('app') as HTMLElement);
  watchPopupState(() => void show());
  const lookAtHosts = async (): Promise<void> => {
    toAsk = await originsToAsk();
    await show();
  };
  watchHosts(() => void lookAtHosts());
  for (const event of ['online', 'offline']) window.addEventListener(event, () => void show());
  // What waited for the network goes on at once: the worker itself hears of it only at its next try.
  window.addEventListener('online', countTime);
  // It also wakes the worker, which goes on with what it was ended in.
  countTime();
  void lookAtHosts();
}
