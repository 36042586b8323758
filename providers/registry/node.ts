import { readdir } from 'node:fs/promises';
import type { ProviderGuide, ProviderMail, ProviderPage } from './types.ts';

/** Where a provider's file is, which says how its pages are reached. */
const FOLDERS = { fromTheStart: '../', onRequest: '../on-request/', byHand: '../by-hand/' } as const;
export type Reach = keyof typeof FOLDERS;

export interface Provider {
  id: string;
  reach: Reach;
  /** Not where no app password is ever shown. */
  page?: ProviderPage;
  mail: ProviderMail;
  guide: ProviderGuide;
}

/** Every provider's whole definition, for programs that run in Node and so can't use Vite's `import.meta.glob`. */
export async function loadProviders(): Promise<Map<string, Provider>> {
  const reaches = Object.keys(FOLDERS) as Reach[];
  const providers = (await Promise.all(reaches.map(providersIn))).flat();
  return new Map(providers.map((provider) => [provider.id, provider]));
}

async function providersIn(reach: Reach): Promise<Provider[]> {
  const folder = new URL(FOLDERS[reach], import.meta.url);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.ts')).sort();
  return Promise.all(
    files.map(async (name) => ({
      id: name.slice(0, -'.ts'.length),
      reach,
      ...((await import(new URL(name, folder).href)) as Omit<Provider, 'id' | 'reach'>),
    })),
  );
}
