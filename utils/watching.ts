import { browser } from 'wxt/browser';
import * as z from 'zod/mini';
import { patternsOf, watcherScripts } from '../providers/registry/page-script.ts';
import { originsOnRequest, pageAt, pageOf, watchedOrigins } from '../providers/registry/pages.ts';
import type { ProviderPage } from '../providers/registry/types.ts';
import { settings } from './settings.ts';
import { stored } from './stored.ts';

/**
 * Hosts the user has allowed beyond those of the manifest, and whose pages are there: rarer providers, and mail servers
 * that people run themselves. Provider id by origin.
 */
const allowedHosts = stored('disk', 'allowedHosts', z.record(z.string(), z.string()), {});

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

/** The providers whose pages are watched now, or were until the user switched that off, by id. */
export async function knownProviders(): Promise<string[]> {
  const [hosts, { providersOff }] = await Promise.all([allowedHosts.read(), settings.read()]);
  return [...new Set([...watchedOrigins.keys(), ...Object.values(hosts), ...providersOff])];
}

/** Whether the browser lets the extension into pages of this origin for good. */
export const isGranted = (origin: string): Promise<boolean> => areGranted([origin]);

const areGranted = (origins: readonly string[]): Promise<boolean> =>
  browser.permissions.contains({ origins: patternsOf(origins) });

/**
 * What has to be asked for before a provider's pages can be watched, by provider. Hosts of the manifest can be among it:
 * Firefox lets its user take each of them back, and Chrome withholds them where its user wants that.
 */
export async function originsToAsk(): Promise<ReadonlyMap<string, readonly string[]>> {
  const [keptOut, hosts] = await Promise.all([
    ungranted([...watchedOrigins.values()].flat()),
    allowedHosts.read(),
  ]);
  const fromTheStart = [...watchedOrigins].flatMap(([provider, origins]) => {
    const missing = origins.filter((origin) => keptOut.includes(origin));
    return missing.length > 0 ? [[provider, missing] as const] : [];
  });
  const onRequest = [...originsOnRequest].flatMap(([provider, origins]) => {
    const missing = origins.filter((origin) => !hosts[origin]);
    // Without any, only the user knows the host.
    return missing.length > 0 || origins.length === 0 ? [[provider, missing] as const] : [];
  });
  return new Map([...fromTheStart, ...onRequest]);
}

async function ungranted(origins: readonly string[]): Promise<string[]> {
  // Every view asks whenever it is drawn, and mostly this is all there is to it.
  if (await areGranted(origins)) return [];
  const granted = await Promise.all(origins.map(isGranted));
  return origins.filter((_, at) => !granted[at]);
}

/**
 * Whether the browser lets us into this page now: for good, or because its user has clicked the icon there. A watcher stays
 * in its page when the host is taken back, and what it sees from then on is not for us.
 */
export async function isLetIn(tabId: number, origin: string): Promise<boolean> {
  if (await isGranted(origin)) return true;
  const reached = browser.scripting.executeScript({ target: { tabId }, func: () => true });
  return reached.then(
    () => true,
    () => false,
  );
}

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

/** The user has allowed these origins, here or in the browser's own settings. */
export async function allowed(origins: readonly string[]): Promise<void> {
  const wanted = await wantedHosts.read();
  for (const origin of origins) {
    const provider = wanted[origin] ?? pageAt(origin)?.id;
    if (provider === undefined) continue;
    // Those of the manifest are watched by it, but for pages that are open already.
    if (watchedOrigins.get(provider)?.includes(origin)) await watchOpenTabs(provider, [origin]);
    else {
      await allowedHosts.change((hosts) => ({ ...hosts, [origin]: provider }));
      await watch(origin, provider);
    }
  }
  // All hosts at once, as the browser's settings can allow them.
  if (origins.some((origin) => origin.includes('*'))) await watchFromNow();
}

/** Likewise, told by the browser, as match patterns. */
export const allowedPatterns = (patterns: readonly string[]): Promise<void> =>
  allowed(patterns.map((pattern) => pattern.replace(/\/\*$/, '')));

/** The user has taken something back. It is not told here what: one pattern can stand for many hosts. */
export async function withdrawn(): Promise<void> {
  const [hosts, scripts] = await Promise.all([
    allowedHosts.read(),
    browser.scripting.getRegisteredContentScripts(),
  ]);
  const gone = await ungranted([...new Set([...Object.keys(hosts), ...scripts.map(({ id }) => id)])]);
  await allowedHosts.change((now) =>
    Object.fromEntries(Object.entries(now).filter(([origin]) => !gone.includes(origin))),
  );
  const ids = scripts.map(({ id }) => id).filter((id) => gone.includes(id));
  if (ids.length > 0) await browser.scripting.unregisterContentScripts({ ids });
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
