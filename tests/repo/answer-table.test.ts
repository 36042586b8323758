import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ANSWERS_FILE, answerTable } from '../../.ci/answer-table.ts';

test('docs/mail-server-answers.md is in step with the rules (npm run docs)', async () => {
  expect(await readFile(ANSWERS_FILE, 'utf8')).toBe(answerTable());
});

test('every rule says what the user is told', () => {
  const rows = answerTable()
    .split('\n')
    .filter((line) => line.startsWith('| ``'));
  for (const row of rows) expect(row).toMatch(/[.:*] \|$/);
});
