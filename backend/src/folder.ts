import { chmod, mkdir, stat } from 'node:fs/promises';

const OF_OTHERS = 0o077;

/**
 * Makes the data folder if it is not there, and sees to it that nobody but its user can look into it.
 * @throws Error when others can, and it is not ours to change
 */
export async function openFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { mode } = await stat(folder);
  // Windows keeps what belongs to a user elsewhere.
  if ((mode & OF_OTHERS) === 0 || process.platform === 'win32') return;
  try {
    await chmod(folder, mode & 0o700);
  } catch {
    throw new Error(
      `Others can look into ${folder}, and its rights can't be changed. Choose a folder within it, or one of your own (ONBOARDING_DATA_DIR).`,
    );
  }
}
