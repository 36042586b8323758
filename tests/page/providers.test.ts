import { afterEach, describe, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { lengthsOf } from '../../providers/registry/code-form.ts';
import { watched } from '../../providers/registry/page-script.ts';
import type { CodeShape, ProviderPage } from '../../providers/registry/types.ts';
import { pageState } from '../../utils/detection/page-state.ts';
import { type Detected, watchPage } from '../../utils/detection/watch.ts';
import { codesIn } from './detected.ts';
import { loadFixture } from './load.ts';

/*
 * What holds for every provider, from its file and its fixture pages alone. A page that shows codes marks the controls
 * to press with `data-make` (numbered where there are several), the field for a name with `data-name`, and says in
 * `data-address` where it is. One without a control has its code from the start.
 */

const pages = {
  ...import.meta.glob<ProviderPage>('../../providers/*.ts', { eager: true, import: 'page' }),
  ...import.meta.glob<ProviderPage>('../../providers/on-request/*.ts', { eager: true, import: 'page' }),
};
const fixtures = import.meta.glob<string>('../pages/*/*.html', {
  eager: true,
  query: '?raw',
  import: 'default',
});

const EMAIL = 'test.person@icloud.com';
const NAME = 'Saleshandy';
const WITHIN = { timeout: 5000 };

/** The fixture pages of a provider, by state. */
const statesOf = (id: string): [state: string, html: string][] =>
  Object.entries(fixtures).flatMap(([file, html]) => {
    const [, provider, state] = /\/pages\/(.+)\/(.+)\.html$/.exec(file) as unknown as [
      string,
      string,
      string,
    ];
    return provider === id ? [[state, html]] : [];
  });

/** The characters of each alphabet in use. One that is not here is a provider's new one: add it. */
const ALPHABETS: Record<string, string> = {
  'a-z': 'abcdefghijklmnopqrstuvwxyz',
  'A-Z': 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  'A-Z0-9': 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  'a-z0-9': 'abcdefghijklmnopqrstuvwxyz0123456789',
  '-A-Za-z0-9': 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  'A-Za-z0-9': 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
};

/** A code that no provider ever made, of its shape and the same on every run. */
function fakeCode({ alphabet, group, separator }: CodeShape, length: number, seed: number): string {
  const characters = ALPHABETS[alphabet];
  if (!characters) throw new Error(`Whichever characters are in [${alphabet}]?`);
  let state = seed;
  const letters = Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return characters[Math.floor((state / 2 ** 32) * characters.length)];
  }).join('');
  if (!separator || !group) return letters;
  return (letters.match(new RegExp(`.{1,${group}}`, 'g')) as string[]).join(separator);
}

let stop = new AbortController();
afterEach(() => {
  stop.abort();
  history.replaceState(null, '', home);
});
const home = location.href;

interface Drawn {
  dir?: 'ltr' | 'rtl';
  /** Without class names and ids, in other words. */
  disguised?: boolean;
}

/** What is seen while a code is made on the fixture page, beginning at its arrival. */
async function makeCode(
  page: ProviderPage,
  fixture: `${string}/${string}`,
  code: string,
  { dir = 'ltr', disguised = false }: Drawn = {},
): Promise<Detected[]> {
  loadFixture(fixture, { email: EMAIL, codes: [code], dir });
  history.replaceState(null, '', document.documentElement.dataset.address);
  stop = new AbortController();
  const isInteractive = document.querySelector('[data-make]') !== null;
  // The page's scripts may need the ids until the code is there. This observer is older than the watcher's own, and so
  // told first: by the time the watcher looks, all is renamed.
  if (disguised && isInteractive) {
    const observer = new MutationObserver(() => {
      if (!shows(code)) return;
      observer.disconnect();
      disguise(code);
    });
    observer.observe(document, { childList: true, subtree: true, attributes: true });
    stop.signal.addEventListener('abort', () => observer.disconnect());
  } else if (disguised) disguise(code);

  const detected: Detected[] = [];
  watchPage(document, watched(page), (one) => detected.push(one), stop.signal);
  await pressAll();
  await vi.waitFor(() => expect(codesIn(detected)).toContain(code), WITHIN);
  return detected;
}

/** Goes the page's way to a code: types the name where one is asked for, and presses one control after the other. */
async function pressAll(): Promise<void> {
  const steps = new Set(
    [...document.querySelectorAll<HTMLElement>('[data-make]')].map((c) => c.dataset.make),
  );
  for (const step of [...steps].sort()) {
    const name = [...document.querySelectorAll('[data-name]')].find((field) => field.checkVisibility());
    if (name) await userEvent.fill(name, NAME);
    const control = document.querySelector(`[data-make="${step}"]`) as HTMLElement;
    await userEvent.click(control);
  }
}

const shows = (code: string): boolean =>
  (document.body.textContent ?? '').replace(/\s/g, '').includes(code) ||
  [...document.querySelectorAll('input')].some(({ value }) => value === code);

const WORDS = [
  'ipsum',
  'Dolor',
  'amet',
  'consetetur',
  'elitr',
  'Nonumy',
  'eirmod',
  'et',
  'invidunt',
  'magna',
];

function disguise(code: string): void {
  let next = 0;
  const inOtherWords = (text: string): string =>
    text.replace(/\p{L}+/gu, () => WORDS[next++ % WORDS.length] as string);
  for (const element of document.body.querySelectorAll('*')) {
    for (const name of ['class', 'id']) if (element.hasAttribute(name)) element.removeAttribute(name);
    for (const name of ['aria-label', 'placeholder', 'title']) {
      const words = element.getAttribute(name);
      if (words) element.setAttribute(name, inOtherWords(words));
    }
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode as Text;
    const isOfCode = code.includes(text.data.replace(/\s/g, '')) || text.data.replace(/\s/g, '') === code;
    if (!isOfCode && text.parentElement?.nodeName !== 'SCRIPT') text.data = inOtherWords(text.data);
  }
}

for (const [file, page] of Object.entries(pages)) {
  const { id } = page;
  const states = statesOf(id);
  const showing = states.filter(([, html]) => html.includes('{{codes}}'));

  describe(id, () => {
    test('has the name of its file, and a page that shows a code', () => {
      expect(file).toMatch(new RegExp(`^../../providers/(on-request/)?${id}.ts$`));
      expect(showing).not.toEqual([]);
    });

    for (const [state, html] of showing) {
      const fixture = `${id}/${state}` as const;
      const seed = [...fixture].reduce((sum, character) => sum * 31 + character.charCodeAt(0), 7) >>> 0;
      const code = (length = lengthsOf(page.code)[0]) => fakeCode(page.code, length, seed);

      describe(state, () => {
        test('is at an address the watcher looks at', () => {
          const { address } = new DOMParser().parseFromString(html, 'text/html').documentElement.dataset;
          const { pathname, hash } = new URL(
            address as string,
            page.origins[0] ?? 'https://mail.example.com',
          );
          expect(pathname + hash).toMatch(page.route);
          expect(`${pathname + hash}${hash ? '' : '#top'}`).toMatch(page.route);
        });

        for (const length of new Set(lengthsOf(page.code))) {
          test(`the code of ${length}, and nothing else`, async () => {
            const detected = await makeCode(page, fixture, code(length));
            expect(codesIn(detected)).toEqual([code(length)]);
            if (html.includes('{{email}}') && page.account.length > 0)
              await vi.waitFor(() => expect(detected.at(-1)?.email).toBe(EMAIL), WITHIN);
          });
        }

        test('with other class names, ids and words', async () => {
          expect(codesIn(await makeCode(page, fixture, code(), { disguised: true }))).toEqual([code()]);
          expect(document.body.querySelector('[class], [id]')).toBeNull();
        });

        test('from right to left', async () => {
          expect(codesIn(await makeCode(page, fixture, code(), { dir: 'rtl' }))).toEqual([code()]);
        });
      });
    }

    for (const [state] of states.filter(([state]) => state === 'unavailable')) {
      test('says where app passwords are not available', () => {
        loadFixture(`${id}/${state}`, { email: EMAIL, codes: [] });
        expect(pageState(document, watched(page), true)).toBe('unavailable');
      });
    }
  });
}
