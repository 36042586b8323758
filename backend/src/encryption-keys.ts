import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, importJWK } from 'jose';
import * as z from 'zod';
import type { JsonWebKeySet } from '../../utils/onboarding/contract.ts';
import type { Secrets } from './secrets.ts';

/** How long something sealed may wait before it is handed in: codes wait in offline browsers. */
export const MAX_AGE_SECONDS = 14 * 24 * 3600;

const NAME = 'encryption-keys.json';

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
  /** What they were read from. */
  content: string;
  stored: StoredKey[];
  jwks: JsonWebKeySet;
  private: ReadonlyMap<string, CryptoKey | Uint8Array>;
}

/** The keys that passwords are sealed with. Another process may change them: each use looks whether it has. */
export class EncryptionKeys {
  readonly #secrets: Secrets;
  #loaded: Promise<Loaded> | undefined;

  private constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  /** Opens the keys, and makes the first if there is none. @throws Error when they are damaged */
  static async open(secrets: Secrets): Promise<EncryptionKeys> {
    const keys = new EncryptionKeys(secrets);
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
      const kept = revoke ? [] : stored;
      older = kept.length;
      return succeed(kept, key);
    });
    return { kid: key.kid, older };
  }

  /**
   * Makes a new key if the newest is older than `maxAgeDays`, and deletes retired ones that nothing waits for any more.
   * @param inUse the ids of keys that something stored is sealed to
   */
  async keepFresh(maxAgeDays: number, inUse: ReadonlySet<string>): Promise<void> {
    const isNeeded = ({ kid, retired }: StoredKey): boolean =>
      retired === undefined || Date.now() - Date.parse(retired) < MAX_AGE_SECONDS * 1000 || inUse.has(kid);
    const isOld = (stored: StoredKey[]): boolean => {
      const current = stored.filter(({ retired }) => retired === undefined);
      const newest = Math.max(0, ...current.map(({ made }) => Date.parse(made)));
      return Date.now() - newest > maxAgeDays * 24 * 3600_000;
    };
    const { stored } = await this.#load();
    if (!isOld(stored) && stored.every(isNeeded)) return;
    const key = await makeKey();
    // Another process may have made one meanwhile.
    await this.#change((keys) => (isOld(keys) ? succeed(keys, key) : keys).filter(isNeeded));
  }

  async #change(change: (stored: StoredKey[]) => StoredKey[]): Promise<void> {
    const place = this.#secrets.place(NAME);
    await this.#secrets.change(NAME, (content, written) =>
      JSON.stringify(change(parse(content, written, place))),
    );
  }

  async #load(): Promise<Loaded> {
    const { content, written } = await this.#secrets.read(NAME, async () =>
      JSON.stringify([await makeKey()]),
    );
    const known = await this.#loaded?.catch(() => undefined);
    if (known?.content === content) return known;
    this.#loaded = load(content, parse(content, written, this.#secrets.place(NAME)));
    return this.#loaded;
  }
}

const succeed = (stored: StoredKey[], key: StoredKey): StoredKey[] => [
  key,
  ...stored.map((one) => ({ retired: key.made, ...one })),
];

function parse(content: string, written: Date, place: string): StoredKey[] {
  try {
    return StoredKeys.parse(JSON.parse(content)).map((key) => ({ made: written.toISOString(), ...key }));
  } catch {
    // The parser's words could quote the keys.
    throw new Error(
      `${place} does not hold encryption keys. Restore it, or remove it to begin with a new key.`,
    );
  }
}

async function load(content: string, stored: StoredKey[]): Promise<Loaded> {
  const current = stored.filter(({ retired }) => retired === undefined);
  const opened = stored.map(async ({ kid, kty, crv, x, y, d }) => {
    return [kid, await importJWK({ kty, crv, x, y, d }, 'ECDH-ES')] as const;
  });
  return {
    content,
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
