import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { loadProviders } from '../../providers/registry/node.ts';

const FOLDER = 'docs/store/listing';
const locales = readdirSync('public/_locales');

/** A few more than stand in `providers`: people know mail by these. */
const BRANDS = ['Gmail', 'Outlook', 'Hotmail', 'Office', 'Apple', 'Proton'];
const providers = [...(await loadProviders()).values()].map(({ guide }) => guide.name);

interface Listing {
  name: string;
  summary: string;
  description: string;
}

async function listingOf(locale: string): Promise<Listing> {
  const text = await readFile(`${FOLDER}/${locale}.md`, 'utf8');
  const [, name = '', summary = '', description = ''] =
    /^# Name\n\n(.+)\n\n# Summary\n\n(.+)\n\n# Description\n\n([\s\S]+)\n$/.exec(text) ?? [];
  return { name, summary, description };
}

const wordsOf = async (locale: string): Promise<Record<string, { message: string }>> =>
  JSON.parse(await readFile(`public/_locales/${locale}/messages.json`, 'utf8'));

const english = await listingOf('en');
const paragraphs = (text: string): number[] =>
  text.split('\n\n').map((paragraph) => paragraph.split('\n').length);

test('there is one for every language, and no other', () => {
  expect(readdirSync(FOLDER).toSorted()).toEqual(locales.map((locale) => `${locale}.md`).toSorted());
});

describe.each(locales)('%s', async (locale) => {
  const { name, summary, description } = await listingOf(locale);
  const words = await wordsOf(locale);
  const word = (key: string): string => words[key]?.message ?? `no ${key}`;

  test('is called and summed up as the extension itself', () => {
    expect(name).toBe(word('extension_name'));
    expect(summary).toBe(word('extension_description'));
  });

  test('keeps to what stores take', () => {
    expect([...name].length).toBeLessThanOrEqual(45);
    expect([...summary].length).toBeLessThanOrEqual(132);
    expect([...description].length).toBeGreaterThan(500);
    expect([...description].length).toBeLessThanOrEqual(2000);
    // Stores show it as it is.
    expect(description).not.toMatch(/[*_`#<>]|\]\(|https?:/);
  });

  test('says all that the English one says, in as many points', () => {
    expect(paragraphs(description)).toEqual(paragraphs(english.description));
    expect(description.match(/^• /gm)).toHaveLength(10);
  });

  test('calls buttons as they are called', () => {
    expect(description).toContain(word('send'));
    expect(description).toContain(word('undo'));
  });

  test('discloses what is read and sent, and names Saleshandy', () => {
    const [, , read = ''] = description.split('\n\n');
    expect(read.match(/^• /gm)).toHaveLength(5);
    expect(read).toContain('Saleshandy');
    // Whose product it is not, in the last sentence.
    const last = description.split('\n').at(-1) ?? '';
    expect(last.match(/Saleshandy/g)).toHaveLength(2);
  });

  test('names no mail providers', () => {
    const found = [...providers, ...BRANDS].filter((brand) =>
      new RegExp(
        `(?<![\\p{L}\\p{N}])${brand.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}])`,
        'u',
      ).test(description),
    );
    expect(found).toEqual([]);
  });
});
