import { browser } from 'wxt/browser';
import { matchPatterns } from '../providers/registry/pages.ts';

/**
 * Puts the watcher into providers' pages that were open before the extension was installed or updated. The browser does
 * that for pages loaded afterwards only, and a code may be on screen just now.
 */
export async function watchOpenTabs(): Promise<void> {
  const tabs = await browser.tabs.query({ url: matchPatterns });
  const injections = tabs.flatMap(({ id, discarded }) =>
    id === undefined || discarded
      ? []
      : [browser.scripting.executeScript({ target: { tabId: id }, files: ['/content-scripts/watcher.js'] })],
  );
  // A tab that was closed meanwhile, or shows an error page, is no reason to leave out the others.
  await Promise.allSettled(injections);
}
