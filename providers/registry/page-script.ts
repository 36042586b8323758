import { type CodeForm, formOf } from './code-form.ts';
import type { ProviderPage } from './types.ts';

/**
 * The watcher comes in two scripts: the facts about the one provider whose host it is on, and `watcher.js`, which is
 * the same everywhere. So no page pays for the other fifty, and a self-hosted page is watched by whichever provider's
 * facts the user says.
 */
const GLOBAL = 'providerPage';

/** Where a provider's facts are in the built extension. */
export const pageScript = (provider: string): string => `pages/${provider}.js`;

/** The scripts that watch a provider's pages, in order. */
export const watcherScripts = (provider: string): string[] => [pageScript(provider), 'watcher.js'];

/** What the watcher is given: the facts it needs, and patterns in place of the code's shape. */
export type WatchedPage = Omit<ProviderPage, 'origins' | 'code'> & { code: CodeForm };

export function watched({ origins: _, code, ...page }: ProviderPage): WatchedPage {
  return { ...page, code: formOf(code) };
}

/** The contents of that file: plain data, and regular expressions. */
export function pageScriptOf(page: ProviderPage): string {
  return `globalThis.${GLOBAL}=${literal(watched(page))};`;
}

function literal(value: unknown): string {
  if (value instanceof RegExp) return String(value);
  if (Array.isArray(value)) return `[${value.map(literal).join()}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value).map(([name, part]) => `${name}:${literal(part)}`)}}`;
  }
  return JSON.stringify(value);
}

/** In the page: the facts of the script that came before. */
export const pageHere = (): WatchedPage | undefined => (globalThis as { [GLOBAL]?: WatchedPage })[GLOBAL];

/** Match patterns are whole origins, since a path pattern misses single-page arrivals. */
export const patternsOf = (origins: readonly string[]): string[] => origins.map((origin) => `${origin}/*`);
