import { CompactEncrypt, importJWK } from 'jose';
import type { JsonWebKeySet, SealedPassword } from './contract.ts';

/**
 * Seals a password to the backend's key, together with what it is meant for. Nobody but the backend can open it, this
 * program included, and the backend refuses it anywhere else.
 *
 * @returns a compact JWE (ECDH-ES, A256GCM)
 */
export async function seal(
  content: Omit<SealedPassword, 'iat'>,
  { keys: [key] }: JsonWebKeySet,
): Promise<string> {
  if (!key) throw new Error('The key set is empty');
  const plaintext: SealedPassword = { ...content, iat: Math.floor(Date.now() / 1000) };
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(plaintext)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: key.kid })
    .encrypt(await importJWK(key, 'ECDH-ES'));
}
