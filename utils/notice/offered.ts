import { type CaptureView, unsettled } from '../captures/view.ts';

/**
 * The one of a page's captures that its notice is about.
 * @param views the most urgent first
 */
export const shownInNotice = (views: readonly CaptureView[]): CaptureView | undefined =>
  views.find(({ dismissed }) => !dismissed);

export type Offered = 'set-account' | 'confirm-code' | 'send' | 'retry';

/** What the notice offers for it: one thing, or nothing. */
export function offeredFor(capture: CaptureView): Offered | undefined {
  if (capture.fault) return undefined;
  if (capture.state === 'failed') return 'retry';
  if (capture.state !== 'held') return undefined;
  const open = unsettled(capture);
  return open === 'code' ? 'confirm-code' : open === 'account' ? 'set-account' : 'send';
}
