import { calculateJwkThumbprint } from 'jose/jwk/thumbprint';
import type { JsonWebKeySet } from './contract.ts';

/** A short mark of the key that is sealed to, for people to compare: the beginning of its thumbprint (RFC 7638). */
export async function markOfKey({ keys: [key] }: JsonWebKeySet): Promise<string> {
  const thumbprint = key ? await calculateJwkThumbprint(key) : '';
  return thumbprint.slice(0, 12).replace(/.{4}(?=.)/g, '$& ');
}
