import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { FILE, providerTable } from '../../.ci/provider-table.ts';
import { loadProviders } from '../../providers/registry/node.ts';

test('docs/providers.md is in step with the definitions (npm run docs)', async () => {
  expect(await readFile(FILE, 'utf8')).toBe(await providerTable());
});

test('every provider is in the section that says how its pages are reached', async () => {
  const [, ...sections] = (await providerTable()).split('\n## ');
  const sectionOf = { fromTheStart: sections[0], onRequest: sections[1], byHand: sections[2] };
  expect(sections).toHaveLength(3);
  for (const { id, reach } of (await loadProviders()).values()) {
    const within = Object.entries(sectionOf).filter(([, section]) => section?.includes(`(\`${id}\`)`));
    expect(within.map(([name]) => name)).toEqual([reach]);
  }
});

test.each([
  ['google', ['myaccount.google.com', '16 of a-z', 'app password']],
  ['icloud', ['16 of a-z, a hyphen after every 4']],
  ['microsoft-personal', ['nothing: app passwords are made, but no longer taken']],
  ['microsoft-work', ['app password, SMTP only']],
  ['zimbra', ["a host of the user's own", 'app password', 'to be named by the user']],
  ['t-online', ['a password for programs, which the user makes up']],
  ['titan', ['mailbox password', 'imap.titan.email, smtp.titan.email']],
  ['proton', ['nothing', 'none']],
])('the row of %s tells the truth', async (id, cells) => {
  const row = (await providerTable()).split('\n').find((line) => line.includes(`(\`${id}\`)`));
  expect(row?.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''))).toEqual(
    expect.arrayContaining(cells),
  );
});
