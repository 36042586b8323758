import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATABASE_TEMPLATE, startBackendProcess } from './backend-process.ts';

/**
 * Vitest's global setup for tests of the backend. Creating the embedded database takes longer than most of them: it is
 * created once, empty and migrated, and each backend starts with a copy. Nothing secret is in it: keys and tokens stand
 * beside it, and each backend makes its own. Workers inherit the environment.
 * @returns the teardown
 */
export default async function createTemplate(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'database-template-'));
  const backend = await startBackendProcess({ dataDir: folder });
  await backend.stop();
  process.env[DATABASE_TEMPLATE] = join(folder, 'database');
  return () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
