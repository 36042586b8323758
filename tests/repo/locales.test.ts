import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../utils/i18n.ts';

type Messages = Record<string, { message: string; description?: string }>;

const LOCALES = 'public/_locales';
const read = async (locale: string): Promise<Messages> =>
  JSON.parse(await readFile(join(LOCALES, locale, 'messages.json'), 'utf8'));
const en = await read('en');
const locales = await readdir(LOCALES);

async function sources(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const folder of ['entrypoints', 'components', 'utils', 'providers']) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      if (entry.isFile() && /\.(tsx?|html)$/.test(file)) files.set(file, await readFile(file, 'utf8'));
    }
  }
  return files;
}
const code = await sources();
const all = [...code.values(), await readFile('wxt.config.ts', 'utf8')].join('\n');

test('every text is used', () => {
  // A key that is put together, such as `fault_${code}`, stands for all that begin and end so.
  const parts = [...all.matchAll(/`(\w*)\$\{[^`}]*\}(\w*)`/g)]
    .map(([, start = '', end = '']) => ({ start, end }))
    .filter(({ start, end }) => start.endsWith('_') || end.startsWith('_'));
  const isUsed = (key: string): boolean =>
    new RegExp(`['"\`]${key}['"\`]|__MSG_${key}__`).test(all) ||
    // One for each form of a number.
    all.includes(`plural('${key.replace(/_(zero|one|two|few|many|other)$/, '')}'`) ||
    parts.some(({ start, end }) => key.startsWith(start) && key.endsWith(end));
  const isInPlural = (key: string): boolean =>
    isNumbered(key) && all.includes(`plural('${key.slice(0, key.lastIndexOf('_'))}'`);
  expect(Object.keys(en).filter((key) => !isUsed(key) && !isInPlural(key))).toEqual([]);
});

test.each([...code].filter(([file]) => file.endsWith('.tsx')))(
  '%s says nothing in words of its own',
  (_, source) => {
    // Text between tags, and attributes that are read out or shown. Signs and placeholders are no words.
    const between = [...source.matchAll(/[^=]>([^<>{}=;]*)<\//g)].map(([, text = '']) => text);
    const read = [...source.matchAll(/\b(?:aria-label|title|alt|placeholder)="([^"]+)"/g)].map(
      ([, text = '']) => text,
    );
    expect([...between, ...read].filter((text) => /\p{L}{2}/u.test(text))).toEqual([]);
  },
);

/** Of a text that depends on a number, `…_other` in English, a language has one for each of its kinds of numbers. */
const numbered = Object.keys(en)
  .flatMap((key) => /^(.+)_other$/.exec(key)?.[1] ?? [])
  .filter((base) => `${base}_one` in en);
const isNumbered = (key: string): boolean =>
  numbered.some((base) => key.startsWith(`${base}_`) && CATEGORIES.includes(key.slice(base.length + 1)));
const CATEGORIES = ['zero', 'one', 'two', 'few', 'many', 'other'];

test('the languages that can be chosen are those there are', () => {
  expect([...LANGUAGES].sort()).toEqual(locales.sort());
});

describe.each(locales)('%s', (locale) => {
  test('has every text, and no other', async () => {
    const messages = await read(locale);
    const { pluralCategories } = new Intl.PluralRules(messages.language_tag?.message).resolvedOptions();
    const wanted = [
      ...Object.keys(en).filter((key) => !isNumbered(key)),
      ...numbered.flatMap((base) => pluralCategories.map((category) => `${base}_${category}`)),
    ];
    expect(Object.keys(messages).sort()).toEqual(wanted.sort());
  });

  test('fills in what the English text fills in', async () => {
    const blanks = (text = ''): string[] => [...new Set(text.match(/\$\d/g) ?? [])].sort();
    for (const [key, { message }] of Object.entries(await read(locale))) {
      const numberless = isNumbered(key) ? `${key.slice(0, key.lastIndexOf('_'))}_other` : key;
      // "One mailbox" may leave the number out.
      if (isNumbered(key) && !/_(few|many|other)$/.test(key)) continue;
      expect(blanks(message), key).toEqual(blanks(en[numberless]?.message));
      expect(message.trim(), key).not.toBe('');
    }
  });
});
