import type { ProviderPage } from './types.ts';

/**
 * Every provider's page facts, found by file: adding `providers/x.ts` is all there is to adding a provider.
 * Only the `page` exports are taken, so that the watcher's bundle carries no guide and no mail server.
 */
export const pages: readonly ProviderPage[] = Object.values(
  import.meta.glob<ProviderPage>('../*.ts', { eager: true, import: 'page' }),
);

/** The provider whose pages live at this origin. */
export function pageAt(origin: string): ProviderPage | undefined {
  return pages.find((page) => page.origins.includes(origin));
}

/** Match patterns for the manifest: whole origins, since a path pattern misses single-page arrivals. */
export const matchPatterns = pages.flatMap((page) => page.origins.map((origin) => `${origin}/*`));
