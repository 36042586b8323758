import { browser } from 'wxt/browser';
import { guides, providerOf } from '../../providers/registry/guides.ts';
import { allowHosts } from '../allow-hosts.ts';
import type { CaptureView } from '../captures/view.ts';
import { download } from '../download.ts';
import { actionsFor, countTime } from '../messages/capture-actions.ts';
import { send } from '../messages/send.ts';
import { openWelcome } from '../pages.ts';
import { type FileProblem, MOST_BYTES, readAddressFile, textOf } from './address-file.ts';
import { type Line, linesOf, type ReadAddresses, readAddresses } from './addresses.ts';
import { openInQueueTab, pageFor } from './open-page.ts';
import { MOST_ROWS, type QueueRow, queue } from './queue.ts';
import { resultsCsv } from './results.ts';
import { keyOf, type RowView } from './rows.ts';
import { senderTemplate } from './template.ts';

/** What came of pasting or importing addresses. */
export type Added = (ReadAddresses & { passwords: string[] }) | FileProblem;

/** Where this row's code is made, if that is known. */
export const pageOfRow = ({ provider, email }: Pick<RowView, 'provider' | 'email'>): string | undefined =>
  pageFor(provider === undefined ? undefined : guides.get(provider), email);

/**
 * What can be done in the list of mailboxes.
 * @param toAsk the hosts that the browser has to be asked for first, by provider, known before the click: within it there is
 *   no time to find out
 */
export const listActions = (toAsk: () => ReadonlyMap<string, readonly string[]>) => ({
  addText: (text: string) => add(linesOf(text)),
  addFile,
  addEmail: (email: string) => void add([{ line: 1, text: email }]),
  open: ({ email, provider }: RowView) => {
    const url = pageOfRow({ email, provider });
    const origins = (provider !== undefined && toAsk().get(provider)) || [];
    if (provider !== undefined && origins.length > 0) void allowHosts(provider, origins);
    if (url !== undefined) void openInQueueTab(url, email);
    resume(email);
  },
  skip: (email: string) => void change(email, (row) => ({ ...row, skipped: true })),
  resume,
  remove: (email: string) =>
    void queue.change((all) => all.filter((row) => keyOf(row.email) !== keyOf(email))),
  chooseProvider,
  confirm: (capture: CaptureView, email: string) => void actionsFor(capture).setAccount(email, true),
  send: forEach((id) => void send({ type: 'send', id })),
  keepLonger: forEach((id) => void send({ type: 'keep-longer', id })),
  countTime,
  retry: forEach((id) => void send({ type: 'retry', id })),
  paste: (provider: string, text: string, insist: boolean) =>
    void send({ type: 'paste', provider, text, insist }),
  saveTemplate: senderTemplate.write,
  export: async (rows: readonly RowView[]) => download('mailboxes.csv', await resultsCsv(rows), 'text/csv'),
  clear: () => void queue.change(() => []),
  openSettings: () => void browser.runtime.openOptionsPage(),
  openWelcome: () => void openWelcome(),
  actionsFor,
});

const forEach =
  (act: (id: string) => void) =>
  (ids: readonly string[]): void =>
    ids.forEach(act);

async function add(lines: readonly Line[], passwords: string[] = []): Promise<Added> {
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

async function addFile(file: File): Promise<Added> {
  if (file.size > MOST_BYTES) return 'too_big';
  const text = textOf(new Uint8Array(await file.arrayBuffer()));
  if (text === undefined) return 'no_csv';
  const read = await readAddressFile(text);
  return typeof read === 'string' ? read : add(read.lines, read.passwords);
}

function newRow(email: string): QueueRow {
  const provider = providerOf(email);
  return provider === undefined ? { email } : { email, provider };
}

const change = (email: string, changed: (row: QueueRow) => QueueRow): Promise<void> =>
  queue.change((all) => all.map((row) => (keyOf(row.email) === keyOf(email) ? changed(row) : row)));

function resume(email: string): void {
  void change(email, ({ skipped: _, ...row }) => row);
}

/** For all addresses of the same domain. */
function chooseProvider(email: string, provider: string): void {
  const domain = domainOf(email);
  void queue.change((all) =>
    all.map((row) => {
      if (domainOf(row.email) !== domain) return row;
      const { provider: _, ...rest } = row;
      return provider === '' ? rest : { ...rest, provider };
    }),
  );
}

const domainOf = (email: string): string => keyOf(email).slice(email.lastIndexOf('@') + 1);
