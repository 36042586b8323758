import { browser } from 'wxt/browser';
import { patternsOf } from '../providers/registry/page-script.ts';
import { originsOnRequest, watchedOrigins } from '../providers/registry/pages.ts';
import { send } from './messages/send.ts';
import { wantedHosts } from './watching.ts';

/**
 * Asks the browser for these hosts. Within the click, or the browser takes it for nobody's wish.
 * @returns whether they are allowed
 */
export async function allowHosts(provider: string, origins: readonly string[]): Promise<boolean> {
  void wantedHosts.write(Object.fromEntries(origins.map((origin) => [origin, provider])));
  const granted = await browser.permissions.request({ origins: patternsOf(origins) });
  // Where it was allowed before, no event tells the worker.
  if (granted) await send({ type: 'hosts-allowed', origins: [...origins] });
  return granted;
}

/** Gives a provider's hosts back to the browser, as far as it takes them: Chrome keeps those of the manifest. */
export async function giveBackHosts(provider: string): Promise<void> {
  const origins = watchedOrigins.get(provider) ?? originsOnRequest.get(provider) ?? [];
  if (origins.length === 0) return;
  await browser.permissions.remove({ origins: patternsOf(origins) }).catch(() => false);
}

/** Whenever hosts are allowed or taken back, here or in the browser's own settings. */
export function watchHosts(changed: () => void): void {
  browser.permissions.onAdded.addListener(changed);
  browser.permissions.onRemoved.addListener(changed);
}
