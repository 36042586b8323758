import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

/** As it is built for Firefox, where the unit tests find a build. */
const BUILD = '.output/firefox-mv3';

test('the popup asks for all that it shows first at once: nothing waits for a script to name another', async () => {
  const html = await readFile(`${BUILD}/popup.html`, 'utf8');
  const scripts = [...html.matchAll(/<script[^>]* src="\/([^"]+)"/g)].map(([, file = '']) => file);
  const imported = await Promise.all(
    scripts.map(async (file) => {
      const source = await readFile(`${BUILD}/${file}`, 'utf8');
      return [...source.matchAll(/\b(?:from|import)"\.\/([^"]+)"/g)].map(([, name]) => `chunks/${name}`);
    }),
  );
  expect(scripts.length).toBeGreaterThan(1);
  expect(imported.flat().length).toBeGreaterThan(0);
  expect(scripts).toEqual(expect.arrayContaining(imported.flat()));
  expect(html).toContain('<style>');
  expect(html).not.toContain('rel="stylesheet"');
});
