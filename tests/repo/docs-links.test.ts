import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const PAGES = ['README.md', ...globSync('{docs,.github}/**/*.md').toSorted()];
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

const read = (file: string): string => readFileSync(file, 'utf8');

/** What is in a block of code is no link. */
const withoutCode = (text: string): string => text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '');

const withoutInlineCode = (text: string): string => text.replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, '');

/** What GitHub calls the headings of a page, for links to them. */
const anchorsOf = (file: string): string[] =>
  [...withoutCode(read(file)).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    `${heading}`
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );

test('there are pages to look at', () => expect(PAGES.length).toBeGreaterThan(30));

describe.each(PAGES)('%s', (page) => {
  test('each of its links leads to something', () => {
    const links = [...withoutInlineCode(withoutCode(read(page))).matchAll(/\]\(([^)\s]+)\)/g)].map(
      ([, to]) => `${to}`,
    );
    const nowhere = links.filter((to) => {
      if (/^(https?:|mailto:)/.test(to)) return false;
      const [path = '', anchor] = to.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      return !existsSync(file) || (anchor !== undefined && !anchorsOf(file).includes(anchor));
    });
    expect(nowhere).toEqual([]);
  });

  test('each command in it can be run', () => {
    const named = [...read(page).matchAll(/\bnpm run (?:-\S+ )*([\w:-]+)/g)].map(([, name]) => `${name}`);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

test('pages whose names differ in capitals only would be one on many computers', () => {
  const all = globSync('{docs,.github}/**/*').map((file) => file.toLowerCase());
  expect(all.filter((file, at) => all.indexOf(file) !== at)).toEqual([]);
});
