import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { FILE, providerTable } from '../provider-table.ts';

test('docs/providers.md is in step with the definitions (npm run docs)', async () => {
  expect(await readFile(FILE, 'utf8')).toBe(await providerTable());
});
