import type { ProviderPage } from './types.ts';

/*
 * Every provider's page facts, found by file: adding `providers/x.ts` is all there is to adding a provider. For the
 * worker; the watcher is given the one row of its own host (`page-script.ts`).
 */

/** Watched from the start. */
const fromTheStart: readonly ProviderPage[] = Object.values(
  import.meta.glob<ProviderPage>('../*.ts', { eager: true, import: 'page' }),
);

/** Watched once the user has allowed the host. */
const onRequest: readonly ProviderPage[] = Object.values(
  import.meta.glob<ProviderPage>('../on-request/*.ts', { eager: true, import: 'page' }),
);

const pages = [...fromTheStart, ...onRequest];

/** The provider whose pages live at this origin, if it is one that is known beforehand. */
export function pageAt(origin: string): ProviderPage | undefined {
  return pages.find((page) => page.origins.includes(origin));
}

export function pageOf(provider: string): ProviderPage | undefined {
  return pages.find(({ id }) => id === provider);
}

/** The origins that need no asking, by provider. */
export const watchedOrigins: ReadonlyMap<string, readonly string[]> = new Map(
  fromTheStart.map(({ id, origins }) => [id, origins]),
);

/** The origins that are watched once the user has allowed them, by provider. None where only the user knows the host. */
export const originsOnRequest: ReadonlyMap<string, readonly string[]> = new Map(
  onRequest.map(({ id, origins }) => [id, origins]),
);
