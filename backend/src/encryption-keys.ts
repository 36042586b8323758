import { randomBytes } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { exportJWK, generateKeyPair, importJWK } from 'jose';
import * as z from 'zod';
import type { JsonWebKeySet } from '../../utils/onboarding/contract.ts';
import { onceWritten, replaceFile } from './files.ts';
import { lock } from './lock.ts';

/** How long something sealed may wait before it is handed in: codes wait in offline browsers. */
export const MAX_AGE_SECONDS = 14 * 24 * 3600;

const StoredKeys = z
  .array(
    z.object({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: z.string(),
      y: z.string(),
      d: z.string(),
      kid: z.string(),
      /** The first version of the backend did not write it down; its file is as old as its key. */
      made: z.iso.datetime().optional(),
      /** From then on nothing new is to be sealed with it, and only what is on its way is opened. */
      retired: z.iso.datetime().optional(),
    }),
  )
  .min(1);
type StoredKey = z.infer<typeof StoredKeys>[number] & { made: string };

interface Loaded {
  /** Changes whenever the file does. */
  state: string;
  stored: StoredKey[];
  jwks: JsonWebKeySet;
  private: ReadonlyMap<string, CryptoKey | Uint8Array>;
}

/**
 * The keys that passwords are sealed with, in a file that another process may change while this one runs: each use
 * looks whether it has.
 */
export class EncryptionKeys {
  readonly #file: string;
  #loaded: Promise<Loaded> | undefined;

  private constructor(file: string) {
    this.#file = file;
  }

  /** Opens the keys in `dataDir`, and makes the first if there is none. @throws Error when the file is damaged */
  static async open(dataDir: string): Promise<EncryptionKeys> {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const keys = new EncryptionKeys(join(dataDir, 'encryption-keys.json'));
    await onceWritten(keys.#file, async () => JSON.stringify([await makeKey()]));
    await keys.#load();
    return keys;
  }

  /** The public keys to seal with, the newest first. */
  async jwks(): Promise<JsonWebKeySet> {
    return (await this.#load()).jwks;
  }

  /** The private key to open with, unless it is not known (any more). */
  async find(kid: string): Promise<CryptoKey | Uint8Array | undefined> {
    return (await this.#load()).private.get(kid);
  }

  /**
   * Makes a new key, the one to seal with from now on.
   * @param revoke drops the others at once, instead of keeping them for what is on its way: one was stolen
   * @returns the new key's id, and how many others still open what was sealed to them
   */
  async rotate({ revoke = false } = {}): Promise<{ kid: string; older: number }> {
    const key = await makeKey();
    let older = 0;
    await this.#change((stored) => {
      const kept = revoke ? [] : stored.map((one) => ({ retired: key.made, ...one }));
      older = kept.length;
      return [key, ...kept];
    });
    return { kid: key.kid, older };
  }

  /**
   * Makes a new key if the newest is older than `maxAgeDays`, and deletes retired ones that nothing waits for any more.
   * @param inUse the ids of keys that something stored is sealed to
   */
  async keepFresh(maxAgeDays: number, inUse: ReadonlySet<string>): Promise<void> {
    const { stored } = await this.#load();
    const current = stored.filter(({ retired }) => retired === undefined);
    const newest = Math.max(0, ...current.map(({ made }) => Date.parse(made)));
    if (Date.now() - newest > maxAgeDays * 24 * 3600_000) await this.rotate();
    const isNeeded = ({ kid, retired }: StoredKey): boolean =>
      retired === undefined || Date.now() - Date.parse(retired) < MAX_AGE_SECONDS * 1000 || inUse.has(kid);
    if (!stored.every(isNeeded)) await this.#change((keys) => keys.filter(isNeeded));
  }

  async #change(change: (stored: StoredKey[]) => StoredKey[]): Promise<void> {
    const release = await this.#lock();
    try {
      const { stored } = await this.#load();
      await replaceFile(this.#file, JSON.stringify(change(stored)));
    } finally {
      await release();
    }
    await this.#load();
  }

  /** Changes are a matter of milliseconds, so whoever makes one is waited for. */
  async #lock(): Promise<() => Promise<void>> {
    for (let tries = 0; tries < 100; tries++) {
      const taken = await lock(`${this.#file}.lock`);
      if ('release' in taken) return taken.release;
      await passed(50);
    }
    throw new Error(
      `Another process is changing the encryption keys. If there is none, remove ${this.#file}.lock.`,
    );
  }

  /** What the file holds now. Read anew only when it has changed. */
  async #load(): Promise<Loaded> {
    const { ino, size, mtimeNs, mtime } = await stat(this.#file, { bigint: true });
    const state = `${ino} ${size} ${mtimeNs}`;
    const known = await this.#loaded?.catch(() => undefined);
    if (known?.state === state) return known;
    this.#loaded = read(this.#file, state, mtime);
    return this.#loaded;
  }
}

async function read(file: string, state: string, written: Date): Promise<Loaded> {
  let stored: StoredKey[];
  try {
    stored = StoredKeys.parse(JSON.parse(await readFile(file, 'utf8'))).map((key) => ({
      made: written.toISOString(),
      ...key,
    }));
  } catch {
    // The parser's words could quote the keys.
    throw new Error(
      `${file} does not hold encryption keys. Restore it, or remove it to begin with a new key.`,
    );
  }
  const current = stored.filter(({ retired }) => retired === undefined);
  const opened = stored.map(async ({ kid, kty, crv, x, y, d }) => {
    return [kid, await importJWK({ kty, crv, x, y, d }, 'ECDH-ES')] as const;
  });
  return {
    state,
    stored,
    jwks: {
      keys: current.map(({ kty, crv, x, y, kid }) => ({ kty, crv, x, y, kid, use: 'enc', alg: 'ECDH-ES' })),
    },
    private: new Map(await Promise.all(opened)),
  };
}

async function makeKey(): Promise<StoredKey> {
  const { privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  const { x, y, d } = (await exportJWK(privateKey)) as { x: string; y: string; d: string };
  const kid = randomBytes(9).toString('base64url');
  return { kty: 'EC', crv: 'P-256', x, y, d, kid, made: new Date().toISOString() };
}
