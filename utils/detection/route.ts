import type { WatchedPage } from '../../providers/registry/page-script.ts';

/** The bit of the Navigation API used here, which TypeScript's DOM library does not describe everywhere. */
interface NavigationLike extends EventTarget {}

/**
 * Calls `arrive` whenever the tab comes to one of the provider's app-password pages, with a signal that is aborted
 * when it leaves again. Single-page applications change the path without loading a document.
 */
export function onRoute(page: WatchedPage, arrive: (signal: AbortSignal) => void, signal: AbortSignal): void {
  let visit: AbortController | undefined;
  let path = '';

  const check = (): void => {
    const isOnRoute = page.route.test(location.pathname + location.hash);
    // A change of the fragment alone, as by a link to `#top`, is the same visit.
    if (isOnRoute && visit && location.pathname === path) return;
    path = location.pathname;
    visit?.abort();
    visit = undefined;
    if (!isOnRoute) return;
    visit = new AbortController();
    arrive(AbortSignal.any([visit.signal, signal]));
  };

  // `currententrychange` comes after the address has changed; the `navigate` event comes before.
  const navigation = (globalThis as { navigation?: NavigationLike }).navigation;
  if (navigation) {
    navigation.addEventListener('currententrychange', check, { signal });
  } else {
    const poll = setInterval(check, 500);
    signal.addEventListener('abort', () => clearInterval(poll));
  }
  // Out of the browser's back/forward cache a page returns as it was, and is looked at anew.
  addEventListener(
    'pageshow',
    ({ persisted }) => {
      if (!persisted) return;
      path = '';
      check();
    },
    { signal },
  );
  check();
}
