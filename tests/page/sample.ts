/** `npm run test:all` takes the large sets whole. */
const isWhole = import.meta.env.TEST_ALL === '1';

/**
 * What `npm test` takes of a large set: one in `oneIn`. Which ones depends on the name of who asks, so that different tests
 * take different ones and the set is covered by all of them together. The same on every run.
 */
export function sample<T>(all: readonly T[], oneIn: number, name: string): readonly T[] {
  if (isWhole) return all;
  const first = [...name].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) >>> 0, 7) % oneIn;
  return all.filter((_, at) => at % oneIn === first % Math.min(oneIn, all.length));
}
