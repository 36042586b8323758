import type { CaptureView } from '../captures/view.ts';
import { type QueueRow, queue } from './queue.ts';
import { counts, endOf, keyOf, newestByEmail } from './rows.ts';

/**
 * The list with what has become of its mailboxes by now; the same list where nothing is new. What the capture of a
 * mailbox said last stays there after it was put away.
 *
 * @param now in ms since 1970
 */
export function withOutcomes(rows: QueueRow[], captures: readonly CaptureView[], now: number): QueueRow[] {
  const newest = newestByEmail(captures);
  const changed = rows.map((row) => {
    const capture = newest.get(keyOf(row.email));
    if (!capture || !hasEnded(capture) || !counts(capture, row.outcome)) return row;
    const end = endOf(capture);
    const isSame = row.outcome?.verdict === end.verdict && row.outcome?.code === end.code;
    return isSame && row.outcome ? row : { ...row, outcome: { ...end, at: now } };
  });
  return changed.some((row, at) => row !== rows[at]) ? changed : rows;
}

const hasEnded = ({ state }: CaptureView): boolean => state === 'verified' || state === 'failed';

/** Writes down how captures have ended. A disk that is full takes none of it, and that must keep nothing else. */
export async function noteOutcomes(captures: readonly CaptureView[]): Promise<void> {
  if (!captures.some(hasEnded)) return;
  await queue.change((rows) => withOutcomes(rows, captures, Date.now())).catch(() => {});
}
