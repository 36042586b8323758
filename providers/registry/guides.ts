import type { ProviderGuide } from './types.ts';

const byFile = {
  ...import.meta.glob<ProviderGuide>('../*.ts', { eager: true, import: 'guide' }),
  ...import.meta.glob<ProviderGuide>('../on-request/*.ts', { eager: true, import: 'guide' }),
  ...import.meta.glob<ProviderGuide>('../by-hand/*.ts', { eager: true, import: 'guide' }),
};

/** Every provider's guide, by provider id (which is its file's name). */
export const guides: ReadonlyMap<string, ProviderGuide> = new Map(
  Object.entries(byFile).map(([file, guide]) => [file.replace(/^.*\/|\.ts$/g, ''), guide]),
);

/** The provider that an address belongs to, by its domain. */
export function providerOf(email: string): string | undefined {
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  for (const [provider, { domains }] of guides) if (domains?.includes(domain)) return provider;
  return undefined;
}
