import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const page = await readFile('docs/security.md', 'utf8');
const named = [...page.matchAll(/`([\w/.-]+\.(?:test|spec)\.ts)` › (.+?) \|$/gm)].map(([, file, name]) => [
  `${file}`,
  `${name}`,
]);

test('tests are named for the threats', () => expect(named.length).toBeGreaterThan(20));

test.each(named)('%s has: %s', async (file, name) => {
  const source = await readFile(`tests/${file}`, 'utf8');
  // As it is written there, in whichever quotation marks.
  expect(source.replaceAll("\\'", "'")).toContain(name);
});
