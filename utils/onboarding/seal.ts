import { CompactEncrypt, importJWK } from 'jose';
import type { ConnectionRequest, JsonWebKeySet, SealedPassword } from './contract.ts';

/** What decides where a password goes. */
export type Destination = Pick<ConnectionRequest, 'provider' | 'login' | 'servers' | 'pageHost'>;

/** What is sealed: the password, and whatever it is meant for. */
export type SealContent = Pick<SealedPassword, 'password' | 'aud' | 'workspace' | 'connection' | 'email'> &
  Destination;

/**
 * Seals a password to the backend's key, together with what it is meant for. Nobody but the backend can open it, this
 * program included, and the backend refuses it anywhere else, or with anything else that decides where it goes.
 *
 * @returns a compact JWE (ECDH-ES, A256GCM)
 */
export async function seal(content: SealContent, { keys: [key] }: JsonWebKeySet): Promise<string> {
  if (!key) throw new Error('The key set is empty');
  const plaintext: SealedPassword = { version: 2, ...content, iat: Math.floor(Date.now() / 1000) };
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(plaintext)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: key.kid })
    .encrypt(await importJWK(key, 'ECDH-ES'));
}

/** The same destination always as the same text, whatever order and case it is written in. */
export function destinationText({ provider, login, servers, pageHost }: Partial<Destination>): string {
  const place = (server: NonNullable<Destination['servers']>['imap'] | undefined) =>
    server && [server.host.toLowerCase().replace(/\.$/, ''), server.port, server.security];
  return JSON.stringify([
    provider ?? null,
    // A database may take the mark of UTF-8 off.
    login?.replaceAll('\ufeff', '') ?? null,
    servers ? [place(servers.imap), place(servers.smtp)] : null,
    pageHost ?? null,
  ]);
}
