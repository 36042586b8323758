import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBackendProcess } from './backend-process.ts';

/**
 * Creating the embedded database takes longer than most tests. It is created once for a run of tests, empty and migrated;
 * backends start with a copy. Nothing secret is in it: keys and tokens stand beside it, and each backend makes its own.
 */
const TEMPLATE = 'ONBOARDING_TEST_DATABASE';

/** Global setup of Vitest and Playwright. Their workers inherit the environment. @returns the teardown */
export default async function createTemplate(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'database-template-'));
  const backend = await startBackendProcess({ dataDir: folder });
  await backend.stop();
  process.env[TEMPLATE] = join(folder, 'database');
  return () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Puts a copy of the template into a data folder that has no database yet. Without a template there is nothing to do. */
export async function copyTemplate(dataDir: string): Promise<void> {
  const template = process.env[TEMPLATE];
  if (!template) return;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await cp(template, join(dataDir, 'database'), { recursive: true, force: false });
}
