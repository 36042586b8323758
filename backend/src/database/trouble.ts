/** SQLSTATE, whose first two characters are its class. */
const SQL_STATE = /^(?=.*\d)[\dA-Z]{5}$/;

/** No connection, a conflict with others, no room, stopped by its operator, a disk that fails. */
const PASSES = new Set(['08', '40', '53', '55', '57', '58']);

/** A database that can only be read is about to be replaced by another. */
const READ_ONLY = '25006';

/**
 * Whether a statement failed for a reason that passes: the database is away, or busy. Otherwise it is what was asked, and
 * that fails the next time, too.
 */
export function isPassing(error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown };
  if (typeof code === 'string' && SQL_STATE.test(code))
    return PASSES.has(code.slice(0, 2)) || code === READ_ONLY;
  const isMistake = error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
  return !isMistake;
}
