import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Onboarding } from './onboarding.ts';

const PASSWORD = 'abcdefghijklmnop';

let onboarding: Onboarding;

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
  const emails = ['test.accepted@gmail.com', 'test.killed@gmail.com', 'test.stopped@gmail.com'];
  expect(mailboxes.rows).toEqual(emails.map((email) => ({ email })));
  expect(connections.rows).toEqual(emails.map((email) => ({ email, sealed: null })));
});
