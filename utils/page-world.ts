import type { watchPage } from './detection/watch.ts';

/**
 * What the scripts in a provider's page know of each other. The browser gives them a world of their own there, out of the
 * page's reach.
 */
export const pageWorld = globalThis as {
  /** Aborted by a newer watcher: an extension that was updated puts its own beside the old one. */
  watching?: AbortController;
  /** When the page was arrived at, on the clock of `performance.now()`. */
  arrivedAt?: number;
  /** There once `detector.js` has been put into the page. */
  watchPage?: typeof watchPage | undefined;
};
