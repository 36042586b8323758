import type { Connection } from '../onboarding/contract.ts';

/** Whether trying the same code again can help, once what stood in the way is mended. */
export function canSucceed(connection: Connection | undefined): boolean {
  const checks = connection ? Object.values(connection.checks) : [];
  return checks.every((check) => check.status !== 'failed' || check.retryable);
}
