/**
 * A value as PostgreSQL takes it for `jsonb`, whatever texts are in it: half characters and NUL, which it refuses, are
 * replaced. All that others have said is stored by way of this.
 */
export const toJson = (value: object): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'string' ? part.toWellFormed().replaceAll('\0', '\ufffd') : part,
  );
