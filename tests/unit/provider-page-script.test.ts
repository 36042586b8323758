import { afterEach, expect, test } from 'vitest';
import { loadProviders } from '../../providers/registry/node.ts';
import {
  pageHere,
  pageScript,
  pageScriptOf,
  type WatchedPage,
  watched,
  watcherScripts,
} from '../../providers/registry/page-script.ts';
import type { ProviderPage } from '../../providers/registry/types.ts';

const pages = [...(await loadProviders()).values()].flatMap(({ page }) => page ?? []);
const globals = new Set(Object.getOwnPropertyNames(globalThis));

/** Runs it as a browser does, and gives what the watcher then finds. */
function run(script: string): WatchedPage {
  new Function(script)();
  return pageHere() as WatchedPage;
}

afterEach(() => {
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!globals.has(name)) Reflect.deleteProperty(globalThis, name);
  }
});

test.each(pages.map((page) => [page.id, page] as const))(
  '%s: the watcher is given the whole page',
  (_, page) => {
    expect(run(pageScriptOf(page))).toStrictEqual(watched(page));
  },
);

test('whatever is in a text or a pattern', () => {
  const odd: ProviderPage = {
    id: 'odd',
    origins: [],
    route: /^\/a\/["'`\\]</i,
    codeOnlyRoute: /\u2028`\$\{1\}/u,
    code: { alphabet: '-A-Z\\]', length: [1, 2], separator: '-' },
    codeHints: ['a[title="</script>"]', "'`\\\n\u2028"],
    account: [{ selector: '#a', certain: true }],
    unavailable: {},
  };
  expect(run(pageScriptOf(odd))).toStrictEqual(watched(odd));
});

test('one page after another: the last one counts', () => {
  const [first, second] = pages as [ProviderPage, ProviderPage];
  run(pageScriptOf(first));
  expect(run(pageScriptOf(second)).id).toBe(second.id);
});

test('the facts come before what needs them', () => {
  expect(watcherScripts('google')).toEqual([pageScript('google'), 'watcher.js']);
});
