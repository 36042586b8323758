import { link, readFile, rm, writeFile } from 'node:fs/promises';

/**
 * Takes a lock between processes. One whose process is gone (killed) is taken over.
 * @returns how to release it, or the process that has it
 */
export async function lock(file: string): Promise<{ release: () => Promise<void> } | { owner: number }> {
  for (;;) {
    // Written before it is put in its place: an empty one would look as if nobody had it.
    const own = `${file}.${process.pid}`;
    try {
      await writeFile(own, String(process.pid));
      await link(own, file);
      return { release: () => rm(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await rm(own, { force: true });
    }
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    if (owner !== process.pid && isRunning(owner)) return { owner };
    await rm(file, { force: true });
  }
}

function isRunning(pid: number): boolean {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
