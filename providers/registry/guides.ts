import type { ProviderGuide } from './types.ts';

const byFile = import.meta.glob<ProviderGuide>('../*.ts', { eager: true, import: 'guide' });

/** Every provider's guide, by provider id (which is its file's name). */
export const guides: ReadonlyMap<string, ProviderGuide> = new Map(
  Object.entries(byFile).map(([file, guide]) => [file.slice('../'.length, -'.ts'.length), guide]),
);
