/** What has not changed as the same objects as before, so that only what has changed is drawn again. */
export function steady<T>(before: readonly T[], now: readonly T[], keyOf: (one: T) => string): T[] {
  const known = new Map(before.map((one) => [keyOf(one), one]));
  return now.map((one) => {
    const other = known.get(keyOf(one));
    return other !== undefined && JSON.stringify(other) === JSON.stringify(one) ? other : one;
  });
}
