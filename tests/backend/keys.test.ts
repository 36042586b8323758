import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { EncryptionKeys, MAX_AGE_SECONDS } from '../../backend/src/encryption-keys.ts';
import { FileSecrets } from '../../backend/src/secrets.ts';
import {
  type ConnectionRequest,
  JsonWebKeySet,
  Problem,
  problemTypes,
} from '../../utils/onboarding/contract.ts';
import { backendCommand } from '../servers/backend-process.ts';
import { Onboarding } from './onboarding.ts';

const PASSWORD = 'abcdefghijklmnop';
const DAY_MS = 24 * 3600_000;

/** Another process, which has begun to rotate the keys. */
async function rotateOften(dataDir: string, ...times: string[]): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('rotate-often.ts', import.meta.url)), [dataDir, ...times]);
  await once(child, 'message');
  return child;
}

describe('a running backend', () => {
  let onboarding: Onboarding;
  let people = 0;

  beforeAll(async () => {
    onboarding = await Onboarding.start();
  });

  afterAll(() => onboarding?.stop());

  const somebody = (outcome: 'slow' | 'hang' | undefined = undefined): string => {
    const email = `test.person.${people++}@gmail.com`;
    onboarding.mail.accounts.set(email, {
      password: PASSWORD,
      ...(outcome ? { outcome: { imap: outcome, smtp: outcome } } : {}),
    });
    return email;
  };

  const sealedNow = async (): Promise<[id: string, request: ConnectionRequest]> => {
    const id = randomUUID();
    return [id, await onboarding.request(id, somebody(), PASSWORD)];
  };

  const rotate = (...options: string[]): Promise<string> =>
    backendCommand({ ONBOARDING_DATA_DIR: onboarding.dataDir }, 'rotate-key', ...options);

  const kids = async (): Promise<string[]> =>
    JsonWebKeySet.parse(await onboarding.keys()).keys.map(({ kid }) => kid);

  async function expectProblem(response: Response, status: number, type: string): Promise<void> {
    expect(Problem.parse(await response.json())).toMatchObject({ status, type });
  }

  test('seals with another key from the moment it is rotated, and opens what is on its way', async () => {
    const { pid } = onboarding.backend;
    const [before] = await kids();
    const [id, request] = await sealedNow();
    const said = await rotate();
    const [after, ...others] = await kids();
    expect(others).toEqual([]);
    expect(after).not.toBe(before);
    expect(said).toContain(after);

    expect((await onboarding.put(id, request)).status).toBe(202);
    expect(await onboarding.finished(id)).toMatchObject({ verdict: 'verified' });
    const [newId, newRequest] = await sealedNow();
    expect((await onboarding.put(newId, newRequest)).status).toBe(202);
    expect(onboarding.backend.pid).toBe(pid);
  });

  test('opens nothing that was sealed with a revoked one', async () => {
    const [id, request] = await sealedNow();
    await rotate('--revoke');
    await expectProblem(await onboarding.put(id, request), 409, problemTypes.keyUnknown);
    // As the extension does it: the keys again, and sealed again.
    const again = await onboarding.request(id, request.email, PASSWORD);
    expect((await onboarding.put(id, again)).status).toBe(202);
    expect(await onboarding.finished(id)).toMatchObject({ verdict: 'verified' });
  });

  test.each([[], ['--revoke']])('is not disturbed in a verification and its poll: %j', async (...options) => {
    const { id } = await onboarding.handIn(somebody('slow'), PASSWORD);
    const finished = onboarding.finished(id);
    await rotate(...options);
    expect(await finished).toMatchObject({ verdict: 'verified', attempt: 1 });
  });

  test('forgets what it can no longer open after a crash, so that it is handed in again', async () => {
    const email = somebody('hang');
    const { mail } = onboarding;
    const before = mail.logIns.length;
    const { id } = await onboarding.handIn(email, PASSWORD);
    await mail.tried(before + 2);
    await onboarding.backend.kill();
    await rotate('--revoke');
    mail.accounts.set(email, { password: PASSWORD });
    await onboarding.startBackend();
    await expectProblem(
      await onboarding.call('GET', `/v1/connections/${id}?wait=20`),
      404,
      problemTypes.notFound,
    );
    await vi.waitFor(() => expect(onboarding.backend.log()).toContain('forgotten, its key is gone'));
    const again = await onboarding.put(id, await onboarding.request(id, email, PASSWORD));
    expect(again.status).toBe(202);
    expect(await onboarding.finished(id)).toMatchObject({ verdict: 'verified' });
  });

  test('forgets what can be tried again no more', async () => {
    const { id } = await onboarding.handIn(somebody(), 'fakefakefakefake');
    expect(await onboarding.finished(id)).toMatchObject({ verdict: 'rejected' });
    await rotate('--revoke');
    await onboarding.call('POST', `/v1/connections/${id}/verify`);
    await expectProblem(
      await onboarding.call('GET', `/v1/connections/${id}?wait=20`),
      404,
      problemTypes.notFound,
    );
  });

  test('tries again what was sealed with a retired one', async () => {
    const { id } = await onboarding.handIn(somebody(), 'fakefakefakefake');
    await onboarding.finished(id);
    await rotate();
    expect((await onboarding.call('POST', `/v1/connections/${id}/verify`)).status).toBe(202);
    expect(await onboarding.finished(id)).toMatchObject({ verdict: 'rejected', attempt: 2 });
  });

  test('that finds its key too old when it starts makes another, and opens what is on its way', async () => {
    const [id, request] = await sealedNow();
    const [before] = await kids();
    await onboarding.backend.stop();
    const file = join(onboarding.dataDir, 'encryption-keys.json');
    const stored = JSON.parse(await readFile(file, 'utf8')) as { made: string }[];
    const made = new Date(Date.now() - 91 * DAY_MS).toISOString();
    await writeFile(file, JSON.stringify(stored.map((key) => ({ ...key, made }))));
    await onboarding.startBackend();
    expect(await kids()).toEqual([expect.not.stringMatching(`^${before}$`)]);
    expect((await onboarding.put(id, request)).status).toBe(202);
  });

  test('is left with usable keys when a rotation is killed, at whatever moment', async () => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
    console.log(`SEED=${seed}`);
    for (let round = 0; round < 8; round++) {
      const rotation = await rotateOften(onboarding.dataDir);
      const until = performance.now() + 50 + ((seed * (round + 1)) % 83);
      while (performance.now() < until) expect(await kids()).toHaveLength(1);
      rotation.kill('SIGKILL');
      await once(rotation, 'close');
      const [id, request] = await sealedNow();
      expect((await onboarding.put(id, request)).status, `round ${round}, SEED=${seed}`).toBe(202);
    }
    await rotate('--revoke');
    expect(await kids()).toHaveLength(1);
  });

  test.each([['rotate-keys'], ['rotate-key', '--all'], ['rotate-key', 'now'], ['--revoke']])(
    'is not started by a command that is none: %s %s',
    async (...words) => {
      await expect(backendCommand({ ONBOARDING_DATA_DIR: onboarding.dataDir }, ...words)).rejects.toThrow(
        'rotate-key --revoke',
      );
    },
  );
});

describe('the key file', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keys-'));
    file = join(folder, 'encryption-keys.json');
  });

  afterEach(async () => {
    vi.useRealTimers();
    await rm(folder, { recursive: true, force: true });
  });

  const kids = async (keys: EncryptionKeys): Promise<string[]> =>
    (await keys.jwks()).keys.map(({ kid }) => kid);
  const later = (days: number): void => {
    vi.useFakeTimers({ now: Date.now() + days * DAY_MS, toFake: ['Date'] });
  };

  /** As the backend wrote it before keys had dates. */
  async function writeEarlier(ageDays = 0): Promise<void> {
    const { privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
    await writeFile(file, JSON.stringify([{ ...(await exportJWK(privateKey)), kid: 'earlier' }]));
    const made = new Date(Date.now() - ageDays * DAY_MS);
    await utimes(file, made, made);
  }

  test('of an earlier version goes on working, and is as old as it is', async () => {
    await writeEarlier(89);
    const keys = await EncryptionKeys.open(new FileSecrets(folder));
    await keys.keepFresh(90, new Set());
    expect(await kids(keys)).toEqual(['earlier']);

    later(2);
    await keys.keepFresh(90, new Set());
    expect(await kids(keys)).toEqual([expect.not.stringMatching('earlier')]);
    expect(await keys.find('earlier')).toBeDefined();
  });

  test('keeps a retired key as long as something may be on its way, or waits for it', async () => {
    await writeEarlier();
    const keys = await EncryptionKeys.open(new FileSecrets(folder));
    const { kid } = await keys.rotate();
    const days = MAX_AGE_SECONDS / (24 * 3600);
    later(days - 0.1);
    await keys.keepFresh(90, new Set());
    expect(await keys.find('earlier')).toBeDefined();
    later(0.2);
    await keys.keepFresh(90, new Set(['earlier']));
    expect(await keys.find('earlier')).toBeDefined();
    await keys.keepFresh(90, new Set([kid]));
    expect(await keys.find('earlier')).toBeUndefined();
    expect(await readFile(file, 'utf8')).not.toContain('earlier');
    expect(await kids(keys)).toEqual([kid]);
  });

  test('is made anew by age, again and again', async () => {
    const keys = await EncryptionKeys.open(new FileSecrets(folder));
    const seen = new Set(await kids(keys));
    for (let year = 0; year < 4; year++) {
      later(91);
      await keys.keepFresh(90, new Set());
      for (const kid of await kids(keys)) seen.add(kid);
    }
    expect(seen.size).toBe(5);
    expect(JSON.parse(await readFile(file, 'utf8'))).toHaveLength(2);
  });

  test('is its owner’s alone, and is left by nobody half done', async () => {
    const keys = await EncryptionKeys.open(new FileSecrets(folder));
    await keys.rotate();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    // What a killed rotation leaves.
    await writeFile(`${file}.new`, '[{"kty":');
    await chmod(`${file}.new`, 0o600);
    await writeFile(`${file}.lock`, '999999999');
    const { kid } = await keys.rotate();
    expect(await kids(await EncryptionKeys.open(new FileSecrets(folder)))).toEqual([kid]);
  });

  test('made and changed by several at once has all changes', async () => {
    const processes = await Promise.all([1, 2, 3].map(() => rotateOften(folder, '15')));
    await Promise.all(processes.map((child) => child.exitCode ?? once(child, 'close')));
    expect(JSON.parse(await readFile(file, 'utf8'))).toHaveLength(1 + 3 * 15);
  });

  test('that holds something else says so, and quotes nothing of it', async () => {
    await writeFile(file, '[{"kty":"EC","d":"fakesecret"}]');
    await expect(EncryptionKeys.open(new FileSecrets(folder))).rejects.toThrow(
      /does not hold encryption keys(?!.*fakesecret)/,
    );
  });
});
