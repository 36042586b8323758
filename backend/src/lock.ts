import { link, open, readFile, readlink, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as passed } from 'node:timers/promises';

/** How often whoever has a lock says so, in ms. */
const SAY_MS = 1000;

/** A lock of a process that can't be seen from here is taken over when nothing was said for so long, in ms. */
const SILENT_MS = 6000;

/**
 * Takes a lock between processes, also of other containers and machines that share the folder. One whose process is gone
 * (killed) is taken over: at once where that can be seen, else when it has said nothing for some seconds.
 * @returns how to release it, or who has it
 */
export async function lock(file: string): Promise<{ release: () => Promise<void> } | { owner: string }> {
  const self = await identify();
  for (;;) {
    // Written before it is put in its place: an empty one would look as if nobody had it.
    const own = `${file}.${self.pid}.${Math.random().toString(36).slice(2)}`;
    try {
      await writeFile(own, JSON.stringify(self));
      await link(own, file);
      return { release: keep(file) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await rm(own, { force: true });
    }
    const held = await ownerOf(file);
    // Released in this moment.
    if (held === undefined) continue;
    if (!(await isGone(file, held, self))) return { owner: `process ${held.pid}${placeOf(held, self)}` };
    await takeAway(file, held);
  }
}

/** Who has a lock. */
interface Owner {
  pid: number;
  /** The machine since it was started, and what is seen as processes from there: a container has its own. */
  place?: string;
  host?: string;
  /** When the process was started; another one may have the same number. */
  started?: string;
}

async function identify(): Promise<Owner> {
  const [boot, processes, started] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
    startOf(process.pid),
  ]);
  const host = hostname();
  const place = boot ? `${boot.trim()} ${processes}` : host;
  return { pid: process.pid, place, host, ...(started === undefined ? {} : { started }) };
}

/** In ticks since the machine was started, where that is told. */
async function startOf(pid: number): Promise<string | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name before it, in brackets, may have blanks.
  return line.slice(line.lastIndexOf(')') + 2).split(' ')[19];
}

const placeOf = ({ place, host }: Owner, self: Owner): string =>
  place === self.place || !host ? '' : ` at ${host}`;

/** Says that it is still held. @returns how to release it */
function keep(file: string): () => Promise<void> {
  const saying = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => {});
  }, SAY_MS);
  saying.unref();
  return async () => {
    clearInterval(saying);
    await rm(file, { force: true });
  };
}

/** Whoever takes a dead one's lock away may be killed at it, too. After so long that is taken for certain, in ms. */
const TAKING_AWAY_MS = 10_000;

/**
 * Takes a lock away from a process that is gone. Two that do it at once would take away each other's: so one does, and looks
 * again first.
 */
async function takeAway(file: string, from: Owner): Promise<void> {
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
    if (owner && JSON.stringify(owner) === JSON.stringify(from)) await rm(file, { force: true });
  } finally {
    await rm(taking, { force: true });
  }
}

/** @returns `undefined` where nobody has it */
async function ownerOf(file: string): Promise<Owner | undefined> {
  try {
    const told: unknown = JSON.parse((await readFile(file, 'utf8')) || '0');
    // Versions before had nothing but the number.
    return typeof told === 'object' ? (told as Owner) : { pid: Number(told) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof SyntaxError) return { pid: 0 };
    throw error;
  }
}

async function isGone(file: string, held: Owner, self: Owner): Promise<boolean> {
  if (held.place === undefined) return held.pid === self.pid || !isRunning(held.pid);
  if (held.place !== self.place) return isSilent(file);
  if (!isRunning(held.pid)) return true;
  // Its number may have been given to another since.
  return held.started !== undefined && held.started !== (await startOf(held.pid));
}

/**
 * Whether a lock's owner, whose process can't be seen, says nothing any more. It is waited for, by our own clock: that of
 * another machine may be wrong.
 */
async function isSilent(file: string): Promise<boolean> {
  const mark = async (): Promise<number | undefined> =>
    stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
  const before = await mark();
  for (let waited = 0; waited < SILENT_MS; waited += SAY_MS / 2) {
    await passed(SAY_MS / 2);
    if ((await mark()) !== before) return false;
  }
  return true;
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
