import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/**
 * `npm run size`: what of the built extension is loaded where, in bytes as they are and under gzip, and how much it may be.
 * Fails where it is more: then make it smaller, or say in the commit why it is worth it.
 */
const BUILD = '.output/chrome-mv3';
if (!existsSync(BUILD)) {
  console.error('Build it first: npm run build');
  process.exit(1);
}

/** Scripts, with all that they import before they begin. */
function withImports(files: readonly string[], known: readonly string[] = []): string[] {
  const found = new Set<string>();
  const add = (file: string): void => {
    if (found.has(file) || known.includes(file)) return;
    found.add(file);
    const source = readFileSync(join(BUILD, file), 'utf8');
    for (const [, imported] of source.matchAll(/(?:from|import)"\.\/([^"]+\.js)"/g))
      add(`chunks/${imported}`);
  };
  files.forEach(add);
  return [...found];
}

/** What a page loads before it shows anything. */
function scriptsOf(html: string): string[] {
  const text = readFileSync(join(BUILD, html), 'utf8');
  return withImports([...text.matchAll(/src="\/([^"]+\.js)"/g)].map(([, file]) => file as string));
}

/** What it loads after that. */
function laterScriptsOf(html: string): string[] {
  const first = scriptsOf(html);
  const loaded = first.flatMap((file) => [
    ...readFileSync(join(BUILD, file), 'utf8').matchAll(/import\(["'`]\.\/([^"'`]+\.js)/g),
  ]);
  return withImports(
    loaded.map(([, name]) => `chunks/${name}`),
    first,
  );
}

/** Each provider's page is loaded with the facts of that provider only. */
function largest(folder: string): string {
  const files = readdirSync(join(BUILD, folder)).map((name) => join(folder, name));
  return files.sort((a, b) => statSync(join(BUILD, b)).size - statSync(join(BUILD, a)).size)[0] as string;
}

/** Each with the most that it may be, gzip. */
const parts: Record<string, [budget: number, files: string[]]> = {
  'watcher (providers’ hosts)': [900, ['watcher.js']],
  'facts of one provider, the most': [500, [largest('pages')]],
  'detector (app-password pages)': [7200, ['detector.js']],
  'state (the popup open over one)': [1000, ['state.js']],
  'report (when asked for)': [6200, ['report.js']],
  'notice (only beside a code)': [12_200, ['notice.js']],
  'popup, before it shows anything': [15_000, scriptsOf('popup.html')],
  'popup, after that': [27_000, laterScriptsOf('popup.html')],
  'many mailboxes': [52_000, scriptsOf('sidepanel.html')],
  options: [63_000, scriptsOf('options.html')],
  worker: [62_000, ['background.js']],
};
const sum = (sizes: number[]): number => sizes.reduce((a, b) => a + b, 0);
const sizes = Object.entries(parts).map(([part, [budget, files]]) => {
  const contents = files.map((file) => readFileSync(join(BUILD, file)));
  return {
    part,
    raw: sum(contents.map(({ length }) => length)),
    gzip: sum(contents.map((content) => gzipSync(content, { level: 9 }).length)),
    budget,
  };
});
console.table(
  Object.fromEntries(
    sizes.map(({ part, raw, gzip, budget }) => [
      part,
      { 'raw bytes': raw, 'gzip bytes': gzip, 'at most': budget },
    ]),
  ),
);
for (const { part, gzip, budget } of sizes) {
  if (gzip <= budget) continue;
  console.error(`${part}: ${gzip} bytes, ${gzip - budget} more than it may be`);
  process.exitCode = 1;
}
