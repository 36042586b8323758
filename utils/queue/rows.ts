import { type CaptureView, OTHER, unsettled } from '../captures/view.ts';
import type { Code, Verdict } from '../onboarding/contract.ts';
import type { FaultCode } from '../onboarding/fault.ts';
import type { Outcome, QueueRow } from './queue.ts';

export type RowState =
  /** Not begun. */
  | 'todo'
  /** Not begun, and no app password opens it. */
  | 'closed'
  | 'held'
  | 'sending'
  /** On its way, and can't go on right now. */
  | 'waiting'
  | 'checking'
  | 'connected'
  /** It failed. */
  | 'needs'
  | 'skipped';

/** A mailbox of the list as it is shown: what is stored of it, and what its capture says. */
export interface RowView {
  email: string;
  /** Absent where it is not known. */
  provider?: string | undefined;
  state: RowState;
  verdict?: Verdict | undefined;
  /** Why it needs its user, or does not move. */
  cause?: Code | FaultCode | undefined;
  /** When it ended, in ms since 1970. */
  at?: number | undefined;
  /** What its user has to settle before it can be sent. */
  open?: ReturnType<typeof unsettled>;
  capture?: CaptureView | undefined;
}

/** Addresses are compared in lower case: nobody has two mailboxes that differ in nothing else. */
export const keyOf = (email: string): string => email.trim().toLowerCase();

/** The newest capture for each address. What a private window holds counts for nothing that is written down. */
export function newestByEmail(captures: readonly CaptureView[]): Map<string, CaptureView> {
  const newest = new Map<string, CaptureView>();
  for (const capture of captures) {
    if (capture.private || capture.email === '') continue;
    const other = newest.get(keyOf(capture.email));
    if (!other || other.capturedAt <= capture.capturedAt) newest.set(keyOf(capture.email), capture);
  }
  return newest;
}

/** Whether a capture still says something about a mailbox: an older one does not, once it is connected by another. */
export const counts = (capture: CaptureView, outcome: Outcome | undefined): boolean =>
  capture.state === 'verified' || outcome?.verdict !== 'verified' || capture.capturedAt > outcome.at;

/**
 * @param isClosed whether a provider's mailboxes are opened by no app password
 */
export function rowViews(
  rows: readonly QueueRow[],
  captures: readonly CaptureView[],
  isClosed: (provider: string) => boolean,
): RowView[] {
  const newest = newestByEmail(captures);
  return rows.map((row) => {
    const found = newest.get(keyOf(row.email));
    const capture = found && counts(found, row.outcome) ? found : undefined;
    return rowView(row, capture, isClosed);
  });
}

function rowView(
  row: QueueRow,
  capture: CaptureView | undefined,
  isClosed: (provider: string) => boolean,
): RowView {
  const { email, outcome, skipped } = row;
  // Where the code was shown says more than the domain, which can be at any provider.
  const seen = capture && capture.provider !== OTHER ? capture.provider : undefined;
  const provider = seen ?? row.provider;
  const state = stateOf(capture);
  if (capture && state && state !== 'needs') {
    const open = capture.state === 'held' ? unsettled(capture) : undefined;
    const verdict = capture.connection?.verdict;
    const at = state === 'connected' ? outcome?.at : undefined;
    return { email, provider, state, capture, open, at, verdict, cause: capture.fault?.code };
  }
  if (outcome?.verdict === 'verified')
    return { email, provider, state: 'connected', verdict: outcome.verdict, at: outcome.at };
  if (skipped) return { email, provider, state: 'skipped', capture };
  if (capture) {
    const { verdict, code } = endOf(capture);
    return { email, provider, state: 'needs', capture, verdict, cause: code, at: outcome?.at };
  }
  if (outcome) {
    const { verdict, code: cause, at } = outcome;
    return { email, provider, state: 'needs', verdict, cause, at };
  }
  return { email, provider, state: provider !== undefined && isClosed(provider) ? 'closed' : 'todo' };
}

function stateOf(capture: CaptureView | undefined): RowState | undefined {
  switch (capture?.state) {
    case 'held':
      return 'held';
    case 'queued':
      return capture.fault ? 'waiting' : 'sending';
    case 'verifying':
      return capture.fault ? 'waiting' : 'checking';
    case 'verified':
      return 'connected';
    case 'failed':
      return 'needs';
    default:
      return undefined;
  }
}

/** How a capture that has ended did. A fault is newer than what the backend said before. */
export function endOf({ connection, fault }: CaptureView): Omit<Outcome, 'at'> {
  const verdict = connection?.verdict;
  if (verdict === 'verified') return { verdict };
  const code = fault?.code ?? connection?.advice?.code ?? 'UNKNOWN';
  return verdict && !fault ? { verdict, code } : { code };
}

/** The first one that has not been begun. */
export const nextRow = (rows: readonly RowView[]): RowView | undefined =>
  rows.find(({ state }) => state === 'todo');

/** The one to be done now: which its user has opened, as long as no code came of that; else the next. */
export function rowInFront(rows: readonly RowView[], opened: string | undefined): RowView | undefined {
  const asked = opened === undefined ? undefined : rows.find(({ email }) => keyOf(email) === keyOf(opened));
  const isWaiting = asked && !asked.capture && !['connected', 'skipped'].includes(asked.state);
  return isWaiting ? asked : nextRow(rows);
}

/** Codes that no row has, such as those whose page did not say whose account it is. */
export function straysOf(rows: readonly RowView[], captures: readonly CaptureView[]): CaptureView[] {
  const known = new Set(rows.map(({ email }) => keyOf(email)));
  return captures.filter(
    (capture) => !capture.private && capture.state === 'held' && !known.has(keyOf(capture.email)),
  );
}

/**
 * Which mailbox a code may be for that does not say it itself. Asked, never taken for granted: the browser may be
 * signed in to another account.
 */
export function guessFor(
  capture: CaptureView,
  rows: readonly RowView[],
  front: RowView | undefined,
): string | undefined {
  if (capture.state !== 'held' || !capture.hasCode || unsettled(capture) !== 'account') return undefined;
  const itself = rows.find(({ email }) => keyOf(email) === keyOf(capture.email));
  if (itself) return itself.email;
  const fits = front && (front.provider === undefined || front.provider === capture.provider);
  return fits ? front.email : undefined;
}

export interface Progress {
  all: number;
  connected: number;
  needs: number;
  skipped: number;
  closed: number;
  /** Whether nothing is left to be begun, answered or waited for. */
  isDone: boolean;
}

export function progressOf(rows: readonly RowView[]): Progress {
  const count = (wanted: RowState): number => rows.filter(({ state }) => state === wanted).length;
  const all = rows.length;
  const [connected, needs, skipped, closed] = [
    count('connected'),
    count('needs'),
    count('skipped'),
    count('closed'),
  ];
  return {
    all,
    connected,
    needs,
    skipped,
    closed,
    isDone: all > 0 && connected + needs + skipped + closed === all,
  };
}
