import { userEvent } from 'vitest/browser';
import { watched } from '../../providers/registry/page-script.ts';
import type { ProviderPage } from '../../providers/registry/types.ts';
import { type Detected, watchPage } from '../../utils/detection/watch.ts';
import { codesIn } from './detected.ts';
import { loadFixture } from './load.ts';

/*
 * Goes the way to a code on a fixture page, from its marks alone: `data-make` on the controls to press, numbered where
 * there are several; `data-name` on a field for a name; `data-address` for where the page is. A page without a control
 * has its code from the start.
 */

const EMAIL = 'test.person@icloud.com';
const NAME = 'Saleshandy';
const home = location.href;

const pages = {
  ...import.meta.glob<ProviderPage>('../../providers/*.ts', { eager: true, import: 'page' }),
  ...import.meta.glob<ProviderPage>('../../providers/on-request/*.ts', { eager: true, import: 'page' }),
};
const files = import.meta.glob<string>('../pages/*/*.html', {
  eager: true,
  query: '?raw',
  import: 'default',
});

/** Every provider's page facts, by the file they are in. */
export const pagesByFile: ReadonlyMap<string, ProviderPage> = new Map(Object.entries(pages));

export interface Fixture {
  name: `${string}/${string}`;
  state: string;
  page: ProviderPage;
  html: string;
  showsCode: boolean;
}

export const fixtures: readonly Fixture[] = Object.entries(files).flatMap(([file, html]) => {
  const [, id, state] = /\/pages\/(.+)\/(.+)\.html$/.exec(file) as unknown as [string, string, string];
  const page = Object.values(pages).find((candidate) => candidate.id === id);
  if (!page) throw new Error(`${file} is the page of no provider`);
  return [{ name: `${id}/${state}` as const, state, page, html, showsCode: html.includes('{{codes}}') }];
});

export interface Way {
  dir?: 'ltr' | 'rtl';
  /** Called with the element that shows the code, or the field, before any watcher has seen it. */
  redraw?: (shown: Element) => void;
  shadowRootOf?: (element: Element) => ShadowRoot | null;
  /** Changes the page before it is watched. */
  before?: () => void;
  /** Presses the page's controls by script, after one real key: fifty times faster, for thousands of pages. */
  quick?: boolean;
}

export interface Making {
  detected: Detected[];
  /** Resolves when the code is seen, to false when it is not within `ms`. */
  seen: (code: string, ms?: number) => Promise<boolean>;
  stop: () => void;
}

/** Loads the page, watches it, and makes its code. */
export async function makeCode(
  { name, page }: Fixture,
  code: string,
  { dir = 'ltr', redraw, shadowRootOf, before, quick = false }: Way = {},
): Promise<Making> {
  loadFixture(name, { email: EMAIL, codes: [code], dir });
  before?.();
  history.replaceState(null, '', document.documentElement.dataset.address);
  const leaving = new AbortController();
  const { signal } = leaving;
  let redrawing: ((element: Element) => void) | undefined = redraw;
  const redrawIfShown = (): void => {
    const shown = redrawing && whatShows(code);
    if (!shown) return;
    const once = redrawing;
    redrawing = undefined;
    observer.disconnect();
    once?.(shown);
  };
  // This observer is older than the watcher's own, and so told first: by the time the watcher looks, all is redrawn.
  const observer = new MutationObserver(redrawIfShown);
  observer.observe(document, { childList: true, subtree: true, attributes: true });
  redrawIfShown();

  const detected: Detected[] = [];
  const listeners = new Set<() => void>();
  watchPage(
    document,
    watched(page),
    (one) => {
      detected.push(one);
      for (const listener of listeners) listener();
    },
    signal,
    shadowRootOf,
  );
  if (quick) await userEvent.keyboard('{Shift}');
  await pressAll(quick);
  return {
    detected,
    seen: (wanted, ms = 3_000) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (codesIn(detected).includes(wanted)) resolve(true);
        };
        listeners.add(check);
        setTimeout(() => resolve(false), ms);
        check();
      }),
    stop: () => {
      observer.disconnect();
      leaving.abort();
      history.replaceState(null, '', home);
    },
  };
}

async function pressAll(quick: boolean): Promise<void> {
  const steps = new Set(
    [...document.querySelectorAll<HTMLElement>('[data-make]')].map((control) => control.dataset.make),
  );
  for (const step of [...steps].sort()) {
    const name = [...document.querySelectorAll('[data-name]')].find((field) => field.checkVisibility());
    const control = document.querySelector(`[data-make="${step}"]`) as HTMLElement;
    if (quick) {
      if (name) {
        (name as HTMLInputElement).value = NAME;
        name.dispatchEvent(new InputEvent('input', { bubbles: true }));
      }
      control.click();
      continue;
    }
    if (name) await userEvent.fill(name, NAME);
    await userEvent.click(control);
  }
}

const squeezed = (text: string | null): string => (text ?? '').replace(/\s/g, '');

/** The innermost element that has the code for its text, or the field that has it for its value. */
function whatShows(code: string): Element | undefined {
  const field = [...document.querySelectorAll<HTMLInputElement>('input, textarea')].find(
    ({ value }) => value === code,
  );
  if (field) return field;
  if (!squeezed(document.body.textContent).includes(code)) return undefined;
  return [...document.body.querySelectorAll('*')]
    .filter((element) => element.nodeName !== 'SCRIPT' && squeezed(element.textContent) === code)
    .at(-1);
}
