import { seeded } from './variants/seeded.ts';

/** `npm run test:all` takes the large sets whole. */
const isWhole = Boolean(import.meta.env.TEST_ALL);

/**
 * What `npm test` takes of a large set: one in `oneIn`, and one at least. Which ones depends on the name of who asks, so that
 * different tests take different ones and the set is covered by all of them together. The same on every run.
 */
export function sample<T>(all: readonly T[], oneIn: number, name: string): readonly T[] {
  if (isWhole) return all;
  const step = Math.min(oneIn, all.length);
  const first = seeded(name)(step);
  return all.filter((_, at) => at % step === first);
}
