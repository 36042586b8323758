import { link, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as passed } from 'node:timers/promises';

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
    const owner = await ownerOf(file);
    // Released in this moment.
    if (owner === undefined) continue;
    if (!isGone(owner)) return { owner };
    await takeAway(file);
  }
}

/** Whoever takes a dead one's lock away may be killed at it, too. After so long that is taken for certain, in ms. */
const TAKING_AWAY_MS = 10_000;

/**
 * Takes a lock away from a process that is gone. Two that do it at once would take away each other's: so one does, and looks
 * again first.
 */
async function takeAway(file: string): Promise<void> {
  const taking = `${file}.taking`;
  try {
    await (await open(taking, 'wx')).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const since = await stat(taking).catch(() => undefined);
    if (since && Date.now() - since.mtimeMs > TAKING_AWAY_MS) await rm(taking, { force: true });
    await passed(5);
    return;
  }
  try {
    const owner = await ownerOf(file);
    if (owner !== undefined && isGone(owner)) await rm(file, { force: true });
  } finally {
    await rm(taking, { force: true });
  }
}

/** @returns `undefined` where nobody has it */
const ownerOf = (file: string): Promise<number | undefined> =>
  readFile(file, 'utf8').then(Number, (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

/** Also where a process before this one had the same number, as every first one in a container has. */
const isGone = (owner: number): boolean => owner === process.pid || !isRunning(owner);

function isRunning(pid: number): boolean {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
