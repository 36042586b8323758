import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Connection } from '../../utils/onboarding/contract.ts';
import { freePorts } from '../servers/daemon.ts';
import { Onboarding } from './onboarding.ts';

// A verification that comes to grief takes its worker along, and nothing else.

const PASSWORD = 'abcdefghijklmnop';
const MAIN = fileURLToPath(new URL('./poisoned-backend.ts', import.meta.url));

let onboarding: Onboarding;
let metricsUrl: string;
let people = 0;

beforeAll(async () => {
  const [port] = await freePorts(1);
  metricsUrl = `http://127.0.0.1:${port}/metrics`;
  const settings = {
    ONBOARDING_METRICS_PORT: String(port),
    ONBOARDING_STOP_TIMEOUT_MS: '0',
    ONBOARDING_REQUESTS_PER_MINUTE: '1000000',
  };
  onboarding = await Onboarding.start(undefined, settings, MAIN);
});

afterAll(() => onboarding?.stop());

const somebody = (name: string): string => {
  const email = `${name}.${people++}@gmail.com`;
  onboarding.mail.accounts.set(email, { password: PASSWORD });
  return email;
};

const logInsOf = (email: string): number =>
  onboarding.mail.logIns.filter(({ user, protocol }) => user === email && protocol === 'imap').length;

const log = (): string => onboarding.backend.log();

/** The longest that the process has not answered at all while `work` went on, in ms. */
async function longestSilence(work: Promise<unknown>): Promise<number> {
  let [isOver, longest] = [false, 0];
  const over = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const before = performance.now();
    expect((await onboarding.call('GET', '/healthz')).status).toBe(200);
    longest = Math.max(longest, performance.now() - before);
    // Often enough to see it, and it is not what keeps it busy.
    await passed(20);
  }
  await over;
  return longest;
}

async function verify(email: string): Promise<Connection> {
  const { id } = await onboarding.handIn(email, PASSWORD);
  return onboarding.finished(id);
}

const UNKNOWN = { status: 'failed', code: 'UNKNOWN', host: 'imap.gmail.com', port: 993, retryable: false };

describe('a verification', () => {
  test.each([
    ['blocks its worker', 'spins', 'blocked'],
    ['fills the memory with objects', 'fills-heap', 'memory'],
    ['fills the memory beside them', 'fills-buffers', 'memory'],
    ['fails where nobody awaits it', 'escapes', 'ended'],
  ])('that %s is taken up three times, ends as unknown, and nobody else notices', async (_, name, loss) => {
    const email = somebody(name);
    const innocent = somebody('test.person');
    const ended = verify(email);
    const others = (async () => {
      const verdicts: unknown[] = [];
      do verdicts.push((await verify(somebody('test.person'))).verdict);
      while ((await Promise.race([ended, Promise.resolve()])) === undefined);
      verdicts.push((await verify(innocent)).verdict);
      return verdicts;
    })();
    expect(await longestSilence(Promise.all([ended, others]))).toBeLessThan(2000);
    expect(await ended).toMatchObject({
      state: 'done',
      verdict: 'unknown',
      advice: { code: 'UNKNOWN' },
      checks: { receiving: UNKNOWN, sending: { code: 'UNKNOWN' } },
    });
    expect(new Set(await others)).toEqual(new Set(['verified']));
    expect(logInsOf(email)).toBe(3);
    expect(log()).toContain(`"loss":"${loss}"`);
    expect(log()).toContain('verification given up');
    const counted = await (await fetch(metricsUrl)).text();
    expect(counted).toMatch(new RegExp(`onboarding_lost_workers_total\\{loss="${loss}"\\} [1-9]`));
    expect(counted).toMatch(/onboarding_verifications_given_up_total [1-9]/);
  });

  test('that is tried again by its user is taken up anew', async () => {
    const email = somebody('escapes');
    const { id } = await verify(email);
    expect((await onboarding.call('POST', `/v1/connections/${id}/verify`)).status).toBe(202);
    expect(await onboarding.finished(id)).toMatchObject({ attempt: 2, verdict: 'unknown' });
    expect(logInsOf(email)).toBe(6);
  });

  test('in which the verifier makes a mistake is not repeated, and its words are not in the log', async () => {
    const email = somebody('throws');
    expect(await verify(email)).toMatchObject({ verdict: 'unknown', checks: { receiving: UNKNOWN } });
    expect(logInsOf(email)).toBe(1);
    expect(log()).toContain('verification failed');
    expect(log()).toContain('poisonous-verifier.ts');
    expect(log()).not.toContain('fakesecret');
  });

  test('of which a server says what no database takes is written down, and not repeated', async () => {
    const email = somebody('odd-words');
    const { checks } = await verify(email);
    expect(checks.receiving).toMatchObject({ serverText: 'no\ufffd \ufffd entry' });
    expect(logInsOf(email)).toBe(1);
  });

  test('that was going on when its backend was killed is taken up again, ten times in all', async () => {
    const email = somebody('hangs');
    const { id } = await onboarding.handIn(email, PASSWORD);
    await vi.waitFor(() => expect(logInsOf(email)).toBe(1), { timeout: 20_000 });
    await onboarding.backend.kill();
    await onboarding.startBackend();
    await vi.waitFor(() => expect(logInsOf(email)).toBe(2), { timeout: 20_000 });
    await onboarding.backend.kill();
    const database = await PGlite.create(join(onboarding.dataDir, 'database'));
    const counted = await database.query('select take_ups, losses from connections where id = $1', [id]);
    expect(counted.rows).toEqual([{ take_ups: 2, losses: 0 }]);
    await database.query('update connections set take_ups = 10 where id = $1', [id]);
    await database.close();
    await onboarding.startBackend();
    expect(await onboarding.finished(id)).toMatchObject({ verdict: 'unknown' });
    expect(logInsOf(email)).toBe(2);
  });

  test('that was going on when its process was told to stop is not counted as lost', async () => {
    const email = somebody('hangs');
    const { id } = await onboarding.handIn(email, PASSWORD);
    for (let stops = 1; stops <= 4; stops++) {
      await vi.waitFor(() => expect(logInsOf(email)).toBe(stops), { timeout: 20_000 });
      await onboarding.backend.stop();
      await onboarding.startBackend();
    }
    await vi.waitFor(() => expect(logInsOf(email)).toBe(5), { timeout: 20_000 });
    expect((await onboarding.call('DELETE', `/v1/connections/${id}`)).status).toBe(204);
  });
});
