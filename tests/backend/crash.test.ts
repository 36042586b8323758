import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seal } from '../../utils/onboarding/seal.ts';
import { Chance } from '../chance.ts';
import { Onboarding } from './onboarding.ts';

const PASSWORD = 'abcdefghijklmnop';

let onboarding: Onboarding;
/** Of every mailbox that was handed in. */
const emails = ['test.accepted@gmail.com', 'test.killed@gmail.com', 'test.stopped@gmail.com'];

beforeAll(async () => {
  onboarding = await Onboarding.start();
});

afterAll(() => onboarding?.stop());

test('a backend that is killed while it verifies finishes when it is started again', async () => {
  const email = 'test.killed@gmail.com';
  const { mail } = onboarding;
  mail.accounts.set(email, { password: PASSWORD, outcome: { imap: 'hang', smtp: 'hang' } });
  const [key] = (await onboarding.keys()).keys;
  const { token, url } = onboarding.backend;
  const { id } = await onboarding.handIn(email, PASSWORD);
  await mail.tried(2);
  await onboarding.backend.kill();

  mail.accounts.set(email, { password: PASSWORD });
  await onboarding.startBackend();
  expect(onboarding.backend).toMatchObject({ token, url });
  expect((await onboarding.keys()).keys).toEqual([key]);
  expect(await onboarding.finished(id)).toMatchObject({ verdict: 'verified', attempt: 1 });
  expect(mail.logIns.filter(({ user }) => user === email)).toHaveLength(4);
});

test('what was accepted is never lost, however soon after it is killed', async () => {
  const email = 'test.accepted@gmail.com';
  onboarding.mail.accounts.set(email, { password: PASSWORD });
  const id = randomUUID();
  const response = await onboarding.put(id, await onboarding.request(id, email, PASSWORD));
  expect(response.status).toBe(202);
  await onboarding.backend.kill();

  await onboarding.startBackend();
  expect(await onboarding.finished(id)).toMatchObject({ verdict: 'verified' });
});

test('a backend that is asked to stop finishes first', async () => {
  const email = 'test.stopped@gmail.com';
  const { mail } = onboarding;
  mail.accounts.set(email, { password: PASSWORD, outcome: { imap: 'slow', smtp: 'slow' } });
  const before = mail.logIns.length;
  const { id } = await onboarding.handIn(email, PASSWORD);
  await mail.tried(before + 2);
  await onboarding.backend.stop();

  await onboarding.startBackend();
  expect(await onboarding.finished(id)).toMatchObject({ verdict: 'verified' });
  expect(mail.logIns).toHaveLength(before + 2);
});

test('whenever it is killed, each mailbox handed in is verified and there once', {
  tags: ['long'],
}, async () => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`SEED=${seed}`);
  const chance = new Chance(seed);
  const { mail } = onboarding;
  const handedIn = Array.from({ length: 12 }, (_, number) => ({
    id: randomUUID(),
    email: `test.random.${number}@gmail.com`,
    // Not all at once: some are handed in while it is down, or while others are verified.
    afterMs: chance.below(2500),
    outcome: chance.below(2) ? ('slow' as const) : undefined,
  }));
  for (const { email, outcome } of handedIn) {
    mail.accounts.set(email, {
      password: PASSWORD,
      ...(outcome ? { outcome: { imap: outcome, smtp: outcome } } : {}),
    });
  }

  // As the extension does: seals once, hands in until it is answered, polls until it is done, and again from the start.
  const [{ url }, keys] = [onboarding.backend, await onboarding.keys()];
  const connect = async ({ id, email, afterMs }: (typeof handedIn)[number]): Promise<unknown[]> => {
    const password = await seal(onboarding.content(id, email, PASSWORD), keys);
    const request = { provider: 'google', email, password };
    const accepted: number[] = [];
    await passed(afterMs);
    for (;;) {
      try {
        if (accepted.length === 0) {
          const response = await onboarding.put(id, request);
          if (response.status === 503) throw new TypeError('It is starting');
          if (response.status !== 200 && response.status !== 202) return [response.status];
          accepted.push(response.status);
        }
        const { verdict, attempt } = await onboarding.finished(id);
        return [verdict, attempt];
      } catch (error) {
        // `fetch` fails with a TypeError when nobody is there. Any other answer than that it is starting is a mistake.
        if (!(error instanceof TypeError) && !String(error).includes('503')) return [error];
        await passed(20 + chance.below(80));
      }
    }
  };
  let isOver = false;
  const results = Promise.all(handedIn.map(connect)).finally(() => {
    isOver = true;
  });
  let kills = 0;
  // At least so often; the pauses are about as long as it takes to accept and to verify.
  while (kills < 6 || (!isOver && kills < 8)) {
    await passed(chance.below(500));
    await onboarding.backend.kill();
    kills += 1;
    await onboarding.startBackend();
  }
  expect(await results, `SEED=${seed}`).toEqual(handedIn.map(() => ['verified', 1]));
  expect(onboarding.backend.url).toBe(url);
  for (const { id, email } of handedIn) {
    const again = await onboarding.put(id, await onboarding.request(id, email, PASSWORD));
    expect(again.status, `SEED=${seed}`).toBe(200);
  }
  emails.push(...handedIn.map(({ email }) => email));
});

test('a second backend on the same data says why it does not start, and the first goes on', async () => {
  const refusal = `Another backend (process ${onboarding.backend.pid}) uses this data folder. Stop it, or choose another folder.`;
  await expect(onboarding.anotherBackend()).rejects.toThrow(refusal);
  expect((await onboarding.call('GET', '/v1/workspace')).status).toBe(200);
});

test('all that leaves one row for each mailbox, and no sealed password of those that work', async () => {
  await onboarding.backend.stop();
  const database = await PGlite.create(join(onboarding.dataDir, 'database'));
  const mailboxes = await database.query('select email from mailboxes order by email');
  const connections = await database.query('select email, sealed from connections order by email');
  await database.close();
  emails.sort();
  expect(mailboxes.rows).toEqual(emails.map((email) => ({ email })));
  expect(connections.rows).toEqual(emails.map((email) => ({ email, sealed: null })));
});
