import type { WatchedPage } from '../../providers/registry/page-script.ts';
import { isDrawn } from './visible.ts';

/** `unavailable`: the provider offers this account no app passwords. It does not say why. */
export type PageState = 'ready' | 'unavailable' | 'unknown';

/** @param isSettled whether the page has stopped loading, without which a missing control means nothing */
export function pageState(
  document: Document,
  { unavailable: { withAny, withoutAll } }: WatchedPage,
  isSettled: boolean,
): PageState {
  const isSeen = (selector: string | undefined): boolean =>
    selector !== undefined && [...document.querySelectorAll(selector)].some(isDrawn);
  if (isSeen(withAny)) return 'unavailable';
  if (isSeen(withoutAll)) return 'ready';
  return isSettled && withoutAll !== undefined ? 'unavailable' : 'unknown';
}
