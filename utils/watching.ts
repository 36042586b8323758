import { browser } from 'wxt/browser';
import * as z from 'zod/mini';
import { patternsOf, watcherScripts } from '../providers/registry/page-script.ts';
import { pageAt, pageOf, watchedOrigins } from '../providers/registry/pages.ts';
import type { ProviderPage } from '../providers/registry/types.ts';
import { settings } from './settings.ts';
import { stored } from './stored.ts';

/**
 * Hosts the user has allowed beyond those of the manifest, and whose pages are there: rarer providers, and mail servers
 * that people run themselves. Provider id by origin.
 */
const allowedHosts = stored('local', 'allowedHosts', z.record(z.string(), z.string()), {});

/** What the user wants to allow, while the browser asks. The popup that asked may be closed by the question. */
export const wantedHosts = stored('session', 'wantedHosts', z.record(z.string(), z.string()), {});

/** Whose app-password pages are at this origin, as far as the watcher is there and the user wants it to be. */
export async function watchedAt(origin: string): Promise<ProviderPage | undefined> {
  const [page, { providersOff }] = await Promise.all([pageKnownAt(origin), settings.read()]);
  return page && !providersOff.includes(page.id) ? page : undefined;
}

async function pageKnownAt(origin: string): Promise<ProviderPage | undefined> {
  const known = pageAt(origin);
  if (known) return known;
  const provider = (await allowedHosts.read())[origin];
  return provider === undefined ? undefined : pageOf(provider);
}

/** The providers whose pages can be watched now, by id. */
export const watchedProviders = async (): Promise<string[]> => [
  ...new Set([...watchedOrigins.keys(), ...Object.values(await allowedHosts.read())]),
];

/**
 * Puts the watcher into pages that were open before the extension was installed or updated, and registers it for the
 * hosts the user has allowed, which an update forgets.
 */
export async function watchFromNow(): Promise<void> {
  await Promise.allSettled(
    [...watchedOrigins].map(([provider, origins]) => watchOpenTabs(provider, origins)),
  );
  for (const [origin, provider] of Object.entries(await allowedHosts.read())) await watch(origin, provider);
}

/** The user has allowed these origins. */
export async function allowed(origins: readonly string[]): Promise<void> {
  const wanted = await wantedHosts.read();
  for (const origin of origins) {
    const provider = wanted[origin] ?? pageAt(origin)?.id;
    if (provider === undefined || watchedOrigins.get(provider)?.includes(origin)) continue;
    await allowedHosts.change((hosts) => ({ ...hosts, [origin]: provider }));
    await watch(origin, provider);
  }
}

/** The user has taken it back, in the browser's own settings. */
export async function withdrawn(origins: readonly string[]): Promise<void> {
  await allowedHosts.change((hosts) =>
    Object.fromEntries(Object.entries(hosts).filter(([origin]) => !origins.includes(origin))),
  );
  await browser.scripting.unregisterContentScripts({ ids: [...origins] }).catch(() => {});
}

async function watch(origin: string, provider: string): Promise<void> {
  const script = { id: origin, matches: patternsOf([origin]), js: watcherScripts(provider) };
  await browser.scripting.unregisterContentScripts({ ids: [origin] }).catch(() => {});
  await browser.scripting.registerContentScripts([{ ...script, runAt: 'document_end' }]);
  await watchOpenTabs(provider, [origin]);
}

/** At once: a page that goes on loading may show a code already. */
export async function putDetector(tabId: number): Promise<void> {
  await browser.scripting.executeScript({
    target: { tabId },
    files: ['detector.js'] as never,
    injectImmediately: true,
  });
}

/** The browser does that for pages loaded from now on only, and a code may be on screen just now. */
async function watchOpenTabs(provider: string, origins: readonly string[]): Promise<void> {
  const tabs = await browser.tabs.query({ url: patternsOf(origins) });
  const injections = tabs.flatMap(({ id, discarded }) =>
    id === undefined || discarded
      ? []
      : [
          browser.scripting.executeScript({
            target: { tabId: id },
            files: watcherScripts(provider) as never,
          }),
        ],
  );
  // A tab that was closed meanwhile, or shows an error page, is no reason to leave out the others.
  await Promise.allSettled(injections);
}
