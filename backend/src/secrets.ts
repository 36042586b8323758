import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { chmod, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import type { Config } from './config.ts';
import type { Database } from './database/database.ts';
import { openFolder } from './folder.ts';
import { lock } from './lock.ts';

/** What the backend keeps to itself: its access token, the keys it seals and signs with. */
export interface Secrets {
  /** A secret as it is now. On first need it is made, once, however many processes ask. */
  read(name: string, make: () => Promise<string>): Promise<{ content: string; written: Date }>;
  /** Makes another of one that is there. Of several processes that do it at once, each sees what the other has made. */
  change(name: string, change: (content: string, written: Date) => string): Promise<void>;
  /** Where a secret is kept, as people are told when it is damaged. */
  place(name: string): string;
}

/**
 * Where the backend's secrets are: in the database where replicas share one, else in files in the data folder.
 * @param database asked for only where secrets are in it
 */
export async function openSecrets(
  { databaseUrl, dataDir, masterKey }: Pick<Config, 'databaseUrl' | 'dataDir' | 'masterKey'>,
  database: () => Promise<Database>,
): Promise<{ secrets: Secrets; master: MasterKey }> {
  if (databaseUrl && masterKey) {
    const master = new MasterKey(masterKey);
    return { secrets: new TableSecrets(await database(), master), master };
  }
  await openFolder(dataDir);
  const secrets = new FileSecrets(dataDir);
  if (masterKey) return { secrets, master: new MasterKey(masterKey) };
  const { content } = await secrets.read('master-key', async () => MasterKey.generate());
  return { secrets, master: new MasterKey(content, secrets.place('master-key')) };
}

/** Secrets in files that only their user can read. Other processes may change them while this one runs. */
export class FileSecrets implements Secrets {
  readonly #folder: string;
  /** As last read, with what tells that the file is another. */
  readonly #known = new Map<string, { mark: string; secret: { content: string; written: Date } }>();
  /** A lock is between processes: within this one whoever asks meanwhile waits for the same. */
  readonly #making = new Map<string, Promise<void>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  place(name: string): string {
    return join(this.#folder, name);
  }

  async read(name: string, make: () => Promise<string>): Promise<{ content: string; written: Date }> {
    const file = this.place(name);
    const found = await stat(file, { bigint: true }).catch(() => undefined);
    const mark = found && `${found.ino} ${found.size} ${found.mtimeNs}`;
    const known = this.#known.get(name);
    if (known && known.mark === mark) return known.secret;
    if (!found) {
      const making =
        this.#making.get(name) ?? this.#make(file, make).finally(() => this.#making.delete(name));
      this.#making.set(name, making);
      await making;
    }
    await chmod(file, 0o600);
    const { mtime } = await stat(file);
    const secret = { content: await readFile(file, 'utf8'), written: mtime };
    if (mark) this.#known.set(name, { mark, secret });
    return secret;
  }

  async #make(file: string, make: () => Promise<string>): Promise<void> {
    await openFolder(this.#folder);
    const release = await this.#lock(file);
    try {
      // Another process may have been quicker.
      if (!(await stat(file).catch(() => undefined))) await replaceFile(file, await make());
    } finally {
      await release();
    }
  }

  async change(name: string, change: (content: string, written: Date) => string): Promise<void> {
    const file = this.place(name);
    const release = await this.#lock(file);
    try {
      const { mtime } = await stat(file);
      await replaceFile(file, change(await readFile(file, 'utf8'), mtime));
    } finally {
      await release();
    }
  }

  /** Changes are a matter of milliseconds, so whoever makes one is waited for. */
  async #lock(file: string): Promise<() => Promise<void>> {
    for (let tries = 0; tries < 100; tries++) {
      const taken = await lock(`${file}.lock`);
      if ('release' in taken) return taken.release;
      await passed(50);
    }
    throw new Error(`Another process is changing ${file}. If there is none, remove ${file}.lock.`);
  }
}

/** Writes a file for its owner's eyes. Whoever reads it meanwhile, or after a kill, finds the old content or the new. */
async function replaceFile(file: string, content: string): Promise<void> {
  await writeFile(`${file}.new`, content, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}

/** After so long it is looked whether another replica has changed a secret. */
const LOOK_AGAIN_MS = 250;

/** Secrets in a database that several replicas share, encrypted with the key they were all started with. */
class TableSecrets implements Secrets {
  readonly #database: Database;
  readonly #key: MasterKey;
  readonly #known = new Map<string, { until: number; secret: Promise<{ content: string; written: Date }> }>();

  constructor(database: Database, key: MasterKey) {
    this.#database = database;
    this.#key = key;
  }

  place(name: string): string {
    return `The secret ${name} in the database`;
  }

  async read(name: string, make: () => Promise<string>): Promise<{ content: string; written: Date }> {
    const known = this.#known.get(name);
    if (known && known.until > performance.now()) return known.secret;
    // Whoever asks meanwhile waits for the same answer.
    const secret = this.#find(name).then((found) => found ?? this.#make(name, make));
    this.#known.set(name, { until: performance.now() + LOOK_AGAIN_MS, secret });
    secret.catch(() => this.#known.delete(name));
    return secret;
  }

  async #make(name: string, make: () => Promise<string>): Promise<{ content: string; written: Date }> {
    await this.#database.query('insert into secrets (name, content) values ($1, $2) on conflict do nothing', [
      name,
      this.#key.encrypt(await make(), purposeOf(name)),
    ]);
    return (await this.#find(name)) as { content: string; written: Date };
  }

  async change(name: string, change: (content: string, written: Date) => string): Promise<void> {
    await this.#database.transaction(
      async ({ query }) => {
        const { content, written } = (await this.#find(name, query)) as { content: string; written: Date };
        await query('update secrets set content = $2, written = now() where name = $1', [
          name,
          this.#key.encrypt(change(content, written), purposeOf(name)),
        ]);
      },
      [`secret ${name}`],
    );
  }

  async #find(
    name: string,
    query: Database['query'] = this.#database.query,
  ): Promise<{ content: string; written: Date } | undefined> {
    const [row] = await query<{ content: Uint8Array; written: Date }>(
      'select content, written from secrets where name = $1',
      [name],
    );
    if (!row) return undefined;
    try {
      return { content: this.#key.decrypt(row.content, purposeOf(name)), written: row.written };
    } catch {
      throw new Error('The secrets in the database were encrypted with another ONBOARDING_MASTER_KEY.');
    }
  }
}

const purposeOf = (name: string): string => `secret\0${name}`;

const AT_REST_VERSION = 1;

/** Nothing else is 32 bytes. A file that was edited by hand may end with a line break. */
const MASTER_KEY = /^[A-Za-z\d+/]{43}=\s?$/;

/** What everything kept is encrypted with: for each purpose by a key of its own, so that nothing opens in another place. */
export class MasterKey {
  readonly #key: Buffer;

  /**
   * @param text 32 bytes in Base64
   * @param place where it was read, for whoever has to mend it
   * @throws Error when it is anything else: whatever were encrypted with less, others could open
   */
  constructor(text: string, place = 'ONBOARDING_MASTER_KEY') {
    if (!MASTER_KEY.test(text)) {
      throw new Error(
        `${place} does not hold 32 bytes in Base64. Restore it from a backup: without it nothing that is stored can be opened.`,
      );
    }
    this.#key = Buffer.from(text, 'base64');
  }

  static generate(): string {
    return randomBytes(32).toString('base64');
  }

  encrypt(text: string, purpose: string): Buffer {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.derive(purpose), iv);
    const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(AT_REST_VERSION), iv, cipher.getAuthTag(), encrypted]);
  }

  /** @throws Error when it was moved to another purpose, changed, or encrypted with another key */
  decrypt(stored: Uint8Array, purpose: string): string {
    const bytes = Buffer.from(stored);
    if (bytes[0] !== AT_REST_VERSION)
      throw new Error('Encrypted by a version of the backend that is not known');
    const decipher = createDecipheriv('aes-256-gcm', this.derive(purpose), bytes.subarray(1, 13));
    decipher.setAuthTag(bytes.subarray(13, 29));
    return decipher.update(bytes.subarray(29), undefined, 'utf8') + decipher.final('utf8');
  }

  /** A key of its own for a purpose. */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#key, '', purpose, 32));
  }
}
