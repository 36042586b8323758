import * as z from 'zod/mini';
import type { Secret } from '../secret.ts';
import { stored } from '../stored.ts';

/** Marks of the codes held since the browser started, and the key they are made with. In memory only. */
const marks = stored('session', 'seenCodes', z.object({ key: z.string(), seen: z.array(z.string()) }), {
  key: '',
  seen: [],
});
const MOST = 500;

let queue: Promise<unknown> = Promise.resolve();

/**
 * Whether this code was held before. A page may go on showing a code that was verified, wiped or discarded, and it must
 * not come back. A mark tells a code again; it does not tell the code.
 */
export async function seenBefore(code: Secret): Promise<boolean> {
  const { key, seen } = await marks.read();
  return key !== '' && seen.includes(await markOf(code, key));
}

/** Notes it, once it is held: a worker that is ended in between must not know a code it does not have. */
export function noteSeen(code: Secret): Promise<void> {
  const noted = queue.then(async () => {
    const { key, seen } = await marks.read();
    const secret = key || crypto.randomUUID() + crypto.randomUUID();
    const mark = await markOf(code, secret);
    if (!seen.includes(mark)) await marks.write({ key: secret, seen: [...seen, mark].slice(-MOST) });
  });
  queue = noted.catch(() => {});
  return noted;
}

async function markOf(code: Secret, key: string): Promise<string> {
  const text = (part: string): BufferSource => new TextEncoder().encode(part);
  const hmac = await crypto.subtle.importKey('raw', text(key), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ]);
  return Array.from(
    new Uint8Array(await crypto.subtle.sign('HMAC', hmac, text(code.open()))),
    byteToHex,
  ).join('');
}

const byteToHex = (byte: number): string => byte.toString(16).padStart(2, '0');
