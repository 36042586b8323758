import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { plural, speak, t } from '../../utils/i18n.ts';

const words = async (language: string) =>
  JSON.parse(await readFile(`public/_locales/${language}/messages.json`, 'utf8'));
afterEach(() => speak(undefined));

test('a chosen language fills in what it is given, and `$$` is the sign itself, as in the browser', async () => {
  speak(await words('en'));
  expect(t('connected_as', 'Ann', 'First')).toBe('Signed in as Ann, workspace “First”');
  const message = t('admin_message_microsoft', 'Microsoft 365', 'ann@example.com');
  expect(message).toContain('-Identity ann@example.com -SmtpClientAuthenticationDisabled $false;');
});

test('the words for a number are those that its language has for it', async () => {
  speak(await words('en'));
  expect(plural('history_count', 1)).toBe('1 mailbox');
  expect(plural('history_count', 1200)).toBe('1,200 mailboxes');
  const russian = await words('ru');
  speak(russian);
  expect(plural('history_count', 3)).toBe(russian.history_count_few.message.replace('$1', '3'));
  expect(plural('history_count', 7)).toBe(russian.history_count_many.message.replace('$1', '7'));
});
