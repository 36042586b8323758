import { browser } from 'wxt/browser';

/**
 * Watches a value in the browser's memory (`storage.session`), whoever writes it.
 * @param changed called with the new value; `undefined` when it was removed
 * @returns a function that stops watching
 */
export function watchSession(key: string, changed: (value: unknown) => void): () => void {
  const listener = (changes: Record<string, { newValue?: unknown }>, area: string): void => {
    if (area === 'session' && changes[key]) changed(changes[key].newValue);
  };
  browser.storage.onChanged.addListener(listener);
  return () => browser.storage.onChanged.removeListener(listener);
}
