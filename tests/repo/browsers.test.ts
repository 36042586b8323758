import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const page = await readFile('docs/browsers.md', 'utf8');

test('each browser API that is used is in the table of browsers', async () => {
  const used = new Set<string>();
  for (const folder of ['entrypoints', 'utils', 'components']) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!/\.tsx?$/.test(entry.name)) continue;
      const source = await readFile(join(entry.parentPath, entry.name), 'utf8');
      for (const [, api, member] of source.matchAll(/\bbrowser\s*\.(\w+)\??\s*\.(\w+)/g))
        used.add(`\`${api}.${member}\``);
    }
  }
  expect(used.size).toBeGreaterThan(30);
  expect([...used].filter((name) => !page.includes(name))).toEqual([]);
});
