import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lock } from '../../backend/src/lock.ts';
import { FileSecrets, MasterKey, openSecrets } from '../../backend/src/secrets.ts';
import { startBackendProcess } from '../servers/backend-process.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'data-folder-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the master key', () => {
  const whole = MasterKey.generate();

  test.each([
    ['is empty', ''],
    ['was cut', whole.slice(0, 20)],
    ['has more after it', whole + whole],
    ['is no Base64', '?'.repeat(44)],
  ])('that %s is refused, with where it is and what to do', async (_, text) => {
    expect(() => new MasterKey(text)).toThrow('32 bytes in Base64');
    await writeFile(join(folder, 'master-key'), text);
    const open = openSecrets({ dataDir: folder }, async () => {
      throw new Error('not asked for');
    });
    await expect(open).rejects.toThrow(/data-folder-\w+\/master-key does not hold 32 bytes.*backup/);
  });

  test('that was edited and ends with a line break is the same', () => {
    const encrypted = new MasterKey(whole).encrypt('text', 'purpose');
    expect(new MasterKey(`${whole}\n`).decrypt(encrypted, 'purpose')).toBe('text');
  });
});

test('an access token that was cut is refused', async () => {
  await writeFile(join(folder, 'access-token'), 'a');
  await expect(startBackendProcess({ dataDir: folder })).rejects.toThrow('does not hold an access token');
});

test('a folder that others could look into is closed to them when the backend starts', async () => {
  await chmod(folder, 0o755);
  const backend = await startBackendProcess({ dataDir: folder });
  try {
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  } finally {
    await backend.stop();
  }
});

test('a folder whose secrets alone are here is closed to others, too', async () => {
  await chmod(folder, 0o755);
  await new FileSecrets(folder).read('secret', async () => 'fakesecret');
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

describe('a lock', () => {
  const place = (): string => join(folder, 'lock');
  const ELSEWHERE = { place: 'another container', host: 'container-2', started: '1' };

  test('of a process with the same number in another container is respected while it lives', async () => {
    await writeFile(place(), JSON.stringify({ pid: process.pid, ...ELSEWHERE }));
    const living = setInterval(() => utimes(place(), new Date(), new Date()), 200);
    try {
      expect(await lock(place())).toEqual({ owner: `process ${process.pid} at container-2` });
    } finally {
      clearInterval(living);
    }
  });

  test('of one that was killed in another container is taken over after some seconds', async () => {
    await writeFile(place(), JSON.stringify({ pid: 1, ...ELSEWHERE }));
    expect(await lock(place())).toHaveProperty('release');
  });

  test('of a process before, whose number another one has now, is taken over at once', async () => {
    const taken = await lock(place());
    if (!('release' in taken)) throw new Error('not taken');
    const other = spawn('sleep', ['60']);
    try {
      const own = JSON.parse(await readFile(place(), 'utf8'));
      await writeFile(place(), JSON.stringify({ ...own, pid: other.pid }));
      expect(await lock(place())).toHaveProperty('release');
    } finally {
      other.kill();
    }
  });

  test('is told to be alive as long as it is held', async () => {
    const taken = await lock(place());
    if (!('release' in taken)) throw new Error('not taken');
    const { mtimeMs } = await stat(place());
    await expect.poll(async () => (await stat(place())).mtimeMs, { timeout: 5000 }).toBeGreaterThan(mtimeMs);
    await taken.release();
    await expect(stat(place())).rejects.toThrow('ENOENT');
  });
});
