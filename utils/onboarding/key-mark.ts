import { calculateJwkThumbprint } from 'jose/jwk/thumbprint';
import type { Account } from './accounts.ts';
import type { JsonWebKeySet } from './contract.ts';

/** A short mark of the key that is sealed to, for people to compare: the beginning of its thumbprint (RFC 7638). */
export async function markOfKey({ keys: [key] }: JsonWebKeySet): Promise<string> {
  const thumbprint = key ? await calculateJwkThumbprint(key) : '';
  return thumbprint.slice(0, 12).replace(/.{4}(?=.)/g, '$& ');
}

/** The marks of the keys of these workspaces' backends, by account, as far as they were reached. */
export async function keyMarksOf(accounts: readonly Account[]): Promise<ReadonlyMap<string, string>> {
  const marks = accounts.map(async ({ id, met }) => [id, met ? await markOfKey(met.keys) : ''] as const);
  return new Map((await Promise.all(marks)).filter(([, mark]) => mark !== ''));
}
