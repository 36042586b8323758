import { afterAll, describe, expect, test } from 'vitest';
import { lengthsOf } from '../../providers/registry/code-form.ts';
import { codesIn } from './detected.ts';
import { fixtures, type Making, makeCode } from './make-code.ts';
import { sample } from './sample.ts';
import { printTable } from './table.ts';
import { atOnce, inGroups, overTime, type Rendering } from './variants/renderings.ts';
import { seeded, unmistakable } from './variants/seeded.ts';

/*
 * Every fixture page that shows a code, with the code drawn in every way we know, from a seed: the code must be found,
 * and nothing else. How often is printed for each way.
 */

const shows = fixtures.filter(({ showsCode }) => showsCode);
const table: Record<string, { codes: number; recall: string; precision: string }> = {};
afterAll(() => printTable('codes found, drawn in every way', table));

const codesOf = ({ detected }: Making): string[] => codesIn(detected);

async function draw(name: string, rendering: Rendering, among = shows): Promise<void> {
  const within = sample(among, 6, name);
  const missed: string[] = [];
  const wrong: string[] = [];
  let found = 0;
  for (const fixture of within) {
    const chance = seeded(`${fixture.name}, ${name}`);
    const { code: shape } = fixture.page;
    const [fewest, most] = lengthsOf(shape);
    const code = unmistakable(shape, chance, chance(2) ? fewest : most);
    const roots = new WeakMap<Element, ShadowRoot>();
    const making = await makeCode(fixture, code, {
      quick: true,
      dir: chance(4) ? 'ltr' : 'rtl',
      redraw: (shown) => {
        const place = document.createElement(shown.nodeName === 'INPUT' ? 'div' : shown.nodeName);
        for (const { name: attribute, value } of shown.attributes)
          if (!/^(readonly|disabled|value|type|name)$/.test(attribute)) place.setAttribute(attribute, value);
        shown.replaceWith(place);
        rendering(place, { code, shape, chance, closed: (host, root) => roots.set(host, root) });
      },
      shadowRootOf: (element) => roots.get(element) ?? element.shadowRoot,
    });
    if (await making.seen(code, 1500)) found += 1;
    else missed.push(`${fixture.name} ${code}`);
    wrong.push(...codesOf(making).flatMap((seen) => (seen === code ? [] : `${fixture.name} ${seen}`)));
    making.stop();
  }
  const share = (part: number, whole: number): string => (whole ? (part / whole).toFixed(3) : '–');
  table[name] = {
    codes: within.length,
    recall: share(found, within.length),
    precision: share(found, found + wrong.length),
  };
  expect.soft(missed, 'missed').toEqual([]);
  expect.soft(wrong, 'taken for a code').toEqual([]);
}

/** Where nothing is known of a code's form, a random text on a button is none. */
const hasForm = shows.filter(({ page }) => typeof page.code.length === 'number');
const hasGroups = shows.filter(({ page }) => 'group' in page.code);

describe('drawn at once', () => {
  for (const [name, rendering] of Object.entries(atOnce))
    test(name, () => draw(name, rendering, name === 'inside what copies it' ? hasForm : shows), 120_000);
  for (const [name, rendering] of Object.entries(inGroups))
    test(name, () => draw(name, rendering, hasGroups), 120_000);
});

describe('drawn over time', () => {
  // In a row among rows, and not where Runbox is known to show it, a field that only now is read-only is an entry.
  const withoutRunbox = shows.filter(({ page }) => page.id !== 'runbox');
  for (const [name, rendering] of Object.entries(overTime))
    test(
      name,
      () => draw(name, rendering, name === 'a field that becomes read-only' ? withoutRunbox : shows),
      240_000,
    );
});
