import { browser } from 'wxt/browser';
import { patternsOf } from '../providers/registry/page-script.ts';
import type { HostsAllowed } from './messaging/messages.ts';
import { wantedHosts } from './watching.ts';

/** Asks the browser for these hosts. Within the click, or the browser takes it for nobody's wish. */
export function allowHosts(provider: string, origins: readonly string[]): void {
  void wantedHosts.write(Object.fromEntries(origins.map((origin) => [origin, provider])));
  void browser.permissions
    .request({ origins: patternsOf(origins) })
    // Where it was allowed before, no event tells the worker.
    .then(
      (granted) =>
        granted &&
        browser.runtime.sendMessage({ type: 'hosts-allowed', origins: [...origins] } satisfies HostsAllowed),
    );
}
