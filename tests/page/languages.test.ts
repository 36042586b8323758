import { afterAll, describe, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { CodeShape } from '../../providers/registry/types.ts';
import { wordLikeness } from '../../utils/detection/word-like.ts';
import { loadHtml } from './load.ts';
import { type Capture, lookAs, pageOf, told } from './looking.ts';
import { sample } from './sample.ts';
import { printTable } from './table.ts';
import { type Language, languages } from './variants/languages.ts';
import { type Chance, fakeCode, seeded } from './variants/seeded.ts';

/*
 * A page of our own in every language, which no selector knows: an account in the header, a form for a name, entries
 * made before. A click shows a box with a code. The code must be found whatever the words around it, and nothing else,
 * also when the browser has translated every text of the page.
 */

const EMAIL = 'test.person@example.com';
const providers = ['google', 'icloud', 'zoho'].map(pageOf);

const table: Record<string, { codes: number; recall: string; precision: string; certain: string }> = {};
afterAll(() => printTable('language', table));

/** What the box is that the click shows. */
const boxes = {
  'a dialog': (inside: string) => `<div role="dialog" aria-modal="true">${inside}</div>`,
  'a box over the page': (inside: string) =>
    `<div style="position: fixed; inset: 20% 30%; background: #fff">${inside}</div>`,
  'a section of the page': (inside: string) => `<section>${inside}</section>`,
};

const drawings: Record<string, (code: string, shape: CodeShape) => string> = {
  'groups with blanks': (code, { separator }) =>
    separator ? code : (code.match(/.{1,4}/g) as string[]).join(' '),
  'an element a letter': (code) => [...code].map((letter) => `<span>${letter}</span>`).join(''),
  'one run': (code) => code,
};

const skeleton = ({ lang, dir, title, lead, name, create }: Language): string => `
  <html lang="${lang}" dir="${dir}"><body>
    <header><a href="#">${title}</a> <span>${EMAIL}</span></header>
    <main>
      <h1>${title}</h1>
      <p>${lead}</p>
      <form onsubmit="return false"><label>${name} <input></label> <button>${create}</button></form>
      <ul>
        <li><span>Thunderbird</span> <time>${dateIn(lang, 3)}</time> <button>✕</button></li>
        <li><span>${name}</span> <time>${dateIn(lang, 17)}</time> <button>✕</button></li>
      </ul>
    </main>
  </body></html>`;

const dateIn = (lang: string, day: number): string =>
  new Intl.DateTimeFormat(lang, { dateStyle: 'long' }).format(new Date(2026, 2, day));

const box = ({ title, copy, once, done }: Language, drawn: string): string =>
  `<h2>${title}</h2><div><div>${drawn}</div></div><button>${copy}</button><p>${once}</p><button>${done}</button>`;

/** As browsers translate: every text in two elements of its own. */
function translate(within: Element): void {
  const walker = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) if (walker.currentNode.nodeValue?.trim()) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    const [outer, inner] = [document.createElement('font'), document.createElement('font')];
    outer.style.verticalAlign = inner.style.verticalAlign = 'inherit';
    outer.append(inner);
    text.replaceWith(outer);
    inner.append(text);
  }
}

/** A run of letters that could be words is a question of its own. */
function unmistakable(shape: CodeShape, chance: Chance): string {
  for (;;) {
    const code = fakeCode(shape, chance);
    if (wordLikeness(code, shape.alphabet) === 'unlike') return code;
  }
}

async function make(language: Language, isTranslated: boolean): Promise<string[]> {
  const faults: string[] = [];
  const row = { found: 0, all: 0, wrong: 0, certain: 0 };
  for (const provider of providers) {
    for (const [how, draw] of sample(Object.entries(drawings), 3, `${language.lang} ${provider.id}`)) {
      const chance = seeded(`${language.lang}, ${provider.id}, ${how}, ${isTranslated}`);
      const code = unmistakable(provider.code, chance);
      const kind = Object.keys(boxes)[chance(3)] as keyof typeof boxes;
      loadHtml(skeleton(language));
      if (isTranslated) translate(document.body);
      const looking = lookAs([provider]);
      const main = document.querySelector('main') as Element;
      document.querySelector('form button')?.addEventListener('click', () => {
        const shown = document.createElement('div');
        shown.innerHTML = boxes[kind](box(language, draw(code, provider.code)));
        if (isTranslated) translate(shown);
        if (kind === 'a section of the page') main.firstElementChild?.after(...shown.childNodes);
        else document.body.append(...shown.childNodes);
      });
      // One real key makes what the script presses the user's doing, at a fiftieth of the time of a click.
      await userEvent.keyboard('{Shift}');
      document.querySelector<HTMLElement>('form button')?.click();
      await looking.looked();
      looking.stop();
      const captures = looking.take();
      const isIt = (capture: Capture): boolean => capture.code === code;
      row.all += 1;
      row.found += Number(captures.some(isIt));
      row.certain += Number(captures.some((capture) => isIt(capture) && capture.certainty === 'certain'));
      const wrong = captures.filter((capture) => !isIt(capture));
      row.wrong += wrong.length;
      const place = `${provider.id}, ${how}, ${kind}`;
      if (!captures.some(isIt)) faults.push(`missed: ${place}: ${code}`);
      faults.push(...told(wrong).map((line) => `taken for a code: ${place}: ${line}`));
    }
  }
  table[`${language.lang}${isTranslated ? ', translated' : ''}`] = {
    codes: row.all,
    recall: (row.found / row.all).toFixed(3),
    precision: (row.found / (row.found + row.wrong || 1)).toFixed(3),
    certain: (row.certain / row.all).toFixed(3),
  };
  return faults;
}

test('thirty languages or more, also from right to left', () => {
  expect(new Set(languages.map(({ lang }) => lang)).size).toBeGreaterThan(33);
  expect(languages.filter(({ dir }) => dir === 'rtl').length).toBeGreaterThan(3);
  expect(languages.filter((language) => Object.values(language).some((words) => words === ''))).toEqual([]);
});

describe('the code, and nothing else', () => {
  for (const language of languages) {
    test(language.lang, async () => {
      expect.soft(await make(language, false), 'as it is').toEqual([]);
      expect.soft(await make(language, true), 'translated by the browser').toEqual([]);
    }, 60_000);
  }
});
