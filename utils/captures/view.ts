import { regexes } from 'zod/v4/core';
import type { Connection } from '../onboarding/contract.ts';
import type { Capture } from './capture.ts';

/** The provider of a mailbox whose provider is not known. */
export const OTHER = 'other';

/** The provider of the practice page, which is our own. */
export const PRACTICE = 'practice';

/** How long after it was sent it can be taken back with one click, in ms. */
export const UNDO_WITHIN = 10_000;

/** A capture as it may be shown: without the code. */
export type CaptureView = Omit<Capture, 'password' | 'sealed' | 'state'> & {
  state: Exclude<Capture['state'], 'discarded'>;
  hasCode: boolean;
  survives: boolean;
};

/** Whether it is on disk, sealed, so that it outlives the browser. A held one only if it was sent, or its user wants that. */
export const survives = ({ sealed, private: isPrivate, state, keepSealed, fault }: Capture): boolean =>
  sealed !== undefined && !isPrivate && (state !== 'held' || keepSealed === true || fault !== undefined);

/**
 * What there is to show, in the order in which it matters now: what waits for the user, what is under way, what is done; of
 * each the newest first. What was discarded, or ends after its private window was closed, is gone.
 */
export function viewsOf(captures: readonly Capture[]): CaptureView[] {
  const views = captures.flatMap((capture): CaptureView[] => {
    const { password, sealed: _, state, ...shown } = capture;
    if (state === 'discarded' || shown.leaving) return [];
    return [{ ...shown, state, hasCode: password !== undefined, survives: survives(capture) }];
  });
  return views.sort(
    (a, b) => URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state) || b.capturedAt - a.capturedAt,
  );
}
const URGENCY: readonly CaptureView['state'][] = ['failed', 'held', 'verifying', 'queued', 'verified'];

/** What a window shows: a private one what came from private windows, any other the rest. */
export const isShownIn =
  (privateWindow: boolean) =>
  (capture: CaptureView): boolean =>
    capture.private === privateWindow;

/** The rule of the contract's schema, without the schemas: pages that only show need no parser. */
export const isEmail = (text: string): boolean => text.length <= 254 && regexes.email.test(text);

/** So many codes of one page wait for the user at most; a page that shows more may be up to something. */
export const MOST_HELD = 10;

/** Whether one page has all the codes waiting that it can have. The first ones stay: none can push out another. */
export function isCrowded(captures: readonly (CaptureView | Capture)[], tabId?: number): boolean {
  const waiting = new Map<number | undefined, number>();
  for (const { state, fault, tabId: tab } of captures)
    if (state === 'held' || fault?.code === 'expired') waiting.set(tab, (waiting.get(tab) ?? 0) + 1);
  return tabId === undefined
    ? Math.max(0, ...waiting.values()) >= MOST_HELD
    : (waiting.get(tabId) ?? 0) >= MOST_HELD;
}

/** What has to be settled by the user before it can be sent. */
export function unsettled({
  code,
  account,
  email,
  servers,
}: CaptureView | Capture): 'code' | 'account' | 'servers' | undefined {
  if (code === 'likely') return 'code';
  const isSure = account === 'certain' || account === 'confirmed';
  if (!isSure || !isEmail(email)) return 'account';
  return servers === 'needed' ? 'servers' : undefined;
}

/** Whether trying the same code again can help, once what stood in the way is mended. */
export function canSucceed(connection: Connection | undefined): boolean {
  const checks = connection ? Object.values(connection.checks) : [];
  return checks.every((check) => check.status !== 'failed' || check.retryable);
}
