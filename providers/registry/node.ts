import { readdir } from 'node:fs/promises';
import type { ProviderGuide, ProviderMail, ProviderPage } from './types.ts';

export interface Provider {
  page: ProviderPage;
  mail: ProviderMail;
  guide: ProviderGuide;
}

/** Every provider's whole definition, for programs that run in Node and so can't use Vite's `import.meta.glob`. */
export async function loadProviders(): Promise<Map<string, Provider>> {
  const folder = new URL('..', import.meta.url);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.ts')).sort();
  const definitions = await Promise.all(
    files.map((name) => import(new URL(name, folder).href) as Promise<Provider>),
  );
  return new Map(definitions.map((provider) => [provider.page.id, provider]));
}

export async function providerOrigins(): Promise<string[]> {
  return [...(await loadProviders()).values()].flatMap(({ page }) => page.origins);
}
