import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { lengthsOf } from '../../providers/registry/code-form.ts';
import type { CodeShape, ProviderPage } from '../../providers/registry/types.ts';
import { wordLikeness } from '../../utils/detection/word-like.ts';
import { loadHtml } from './load.ts';
import { type Capture, type Looking, lookAs, pageOf, told } from './looking.ts';
import { sample } from './sample.ts';
import { printTable } from './table.ts';
import { type Decoy, decoys, type Like } from './variants/decoys.ts';
import { fakeCode, seeded } from './variants/seeded.ts';

/*
 * What is no code must not be taken for one: there when the page arrives, and come by the user's own click; on the page,
 * and in a dialog; in the shape of one provider's codes, and seen with every provider's eyes.
 */

const watched = ['google', 'icloud', 'zoho', 'yandex', 'mail-ru', 'fastmail', 'microsoft-personal'].map(
  pageOf,
);
/** Where Microsoft shows nothing but codes. The paths of the others say nothing to them. */
const PATH = '/proofs/AppPassword';
const home = location.href;

const table: Record<string, Record<string, number>> = {};
afterAll(() => {
  const row = { tries: 0 } as Record<string, number>;
  for (const counted of Object.values(table))
    for (const [column, count] of Object.entries(counted)) row[column] = (row[column] ?? 0) + count;
  printTable('captures of decoys', { ...table, all: row });
});

let looking: Looking | undefined;
afterEach(() => {
  looking?.stop();
  history.replaceState(null, '', home);
});

function likeOf({ id, code: shape }: ProviderPage): Like {
  const chance = seeded(`what is like a code of ${id}`);
  for (;;) {
    const random = fakeCode(shape, chance);
    if (wordLikeness(random, shape.alphabet) !== 'unlike') continue;
    return { random, grouped: inGroups(random, shape), ...inWords(shape) };
  }
}

const inGroups = (code: string, { separator }: CodeShape): string =>
  separator ? code : (code.match(/.{1,4}/g) as string[]).join(' ');

function inWords(shape: CodeShape): Pick<Like, 'name' | 'words'> {
  const words = ['home', 'page', 'help', 'more'] as const;
  if (shape.separator) return { name: 'jean-paul-west-wood', words };
  const [fewest] = lengthsOf(shape);
  return { name: { 12: 'saleshandy26', 16: 'christopherjames' }[fewest] ?? 'maximilianmuller', words };
}

/** In the form of the three kinds of codes: letters, letters with hyphens, letters and digits. */
const likes = ['google', 'icloud', 'zoho'].map((id) => likeOf(pageOf(id)));

const PAGE = `<body>
  <header><span>test.person@example.com</span></header>
  <main>
    <h1>App passwords</h1>
    <p>An app password lets an older app open your mailbox.</p>
    <form onsubmit="return false"><label>Name of the app <input></label> <button id="make">Create</button></form>
  </main></body>`;

const settings = {
  'on the page': (): HTMLElement => {
    const place = document.createElement('div');
    document.querySelector('main')?.append(place);
    return place;
  },
  'in a dialog': (): HTMLElement => {
    const dialog = document.createElement('div');
    dialog.role = 'dialog';
    dialog.innerHTML = '<h2>Almost there</h2><div></div><button>Done</button>';
    document.body.append(dialog);
    return dialog.querySelector('div') as HTMLElement;
  },
};
type Setting = keyof typeof settings;

async function arriving(decoy: Decoy, like: Like, setting: Setting): Promise<Capture[]> {
  loadHtml(PAGE);
  const place = settings[setting]();
  place.innerHTML = decoy.html(like);
  looking = lookAs(watched);
  await decoy.act?.(place, like);
  await looking.looked();
  looking.stop();
  return looking.take();
}

async function afterClick(decoy: Decoy, like: Like, setting: Setting): Promise<Capture[]> {
  loadHtml(PAGE);
  looking = lookAs(watched);
  let place: HTMLElement | undefined;
  const button = document.getElementById('make') as HTMLElement;
  button.addEventListener('click', () => {
    place = settings[setting]();
    place.innerHTML = decoy.html(like);
  });
  await userEvent.click(button);
  if (!place) throw new Error('nobody clicked');
  await decoy.act?.(place, like);
  await looking.looked();
  looking.stop();
  return looking.take();
}

const occasions = [
  ['at arrival', 'on the page', arriving],
  ['after a click', 'on the page', afterClick],
  ['after a click', 'in a dialog', afterClick],
] as const;

describe('is no code', () => {
  for (const [name, decoy] of Object.entries(decoys)) {
    test(name, async () => {
      history.replaceState(null, '', PATH);
      const row: Record<string, number> = { tries: 0 };
      // What is the same in every shape is tried once.
      const differing = decoy.act
        ? likes
        : [...new Map(likes.map((like) => [decoy.html(like), like])).values()];
      const tries = differing.flatMap((like) => occasions.map((occasion) => ({ like, occasion })));
      for (const { like, occasion } of sample(tries, 3, name)) {
        const [when, setting, way] = occasion;
        const captures = await way(decoy, like, setting);
        row.tries = (row.tries ?? 0) + watched.length;
        for (const { provider } of captures) row[provider] = (row[provider] ?? 0) + 1;
        const wrong = captures.filter(({ provider }) => !decoy.unless?.[provider]);
        expect.soft(told(wrong), `${when}, ${setting}`).toEqual([]);
      }
      table[name] = row;
    }, 60_000);
  }
});
