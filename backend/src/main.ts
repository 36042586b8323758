import { parseArgs } from 'node:util';
import { startBackend } from './backend.ts';
import { type Config, readConfig } from './config.ts';
import type { Database } from './database/database.ts';
import { openDatabase } from './database/open.ts';
import { EncryptionKeys } from './encryption-keys.ts';
import { openSecrets } from './secrets.ts';

const USAGE = `Without a command, starts the backend.
  rotate-key             makes a new key to seal with; older ones still open what is on its way
  rotate-key --revoke    makes a new key, and drops the older ones at once: one was stolen`;

try {
  const config = readConfig(process.env);
  const { command, revoke } = readArguments();
  if (command === 'rotate-key') {
    const { kid, older } = await rotateKey(config, revoke);
    console.log(`New passwords are sealed with key ${kid}. Older keys that still open: ${older}.`);
  } else {
    // Says what the extension's options ask for.
    const backend = await startBackend(config);
    console.log(`Onboarding backend at ${backend.url}\nAccess token ${backend.token}`);
    process.send?.({ url: backend.url, token: backend.token });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void backend.stop().then(() => process.exit(0)));
    }
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

/** Beside backends that may be running: each looks, with the next use of a key, whether there is another. */
async function rotateKey(config: Config, revoke: boolean): Promise<{ kid: string; older: number }> {
  let database: Database | undefined;
  try {
    const { secrets } = await openSecrets(config, async () => {
      database = await openDatabase({ url: config.databaseUrl, dataDir: config.dataDir });
      return database;
    });
    return await (await EncryptionKeys.open(secrets)).rotate({ revoke });
  } finally {
    await database?.close();
  }
}

/** @throws Error with the usage */
function readArguments(): { command: 'rotate-key' | undefined; revoke: boolean } {
  const options = { revoke: { type: 'boolean', default: false } } as const;
  try {
    const { positionals, values } = parseArgs({ options, allowPositionals: true });
    const [command, ...rest] = positionals;
    if (command === 'rotate-key' && rest.length === 0) return { command, revoke: values.revoke };
    if (command === undefined && !values.revoke) return { command, revoke: false };
  } catch {
    // An option nobody knows.
  }
  throw new Error(USAGE);
}
