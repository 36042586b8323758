import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** `npm run size`: what of the built extension is loaded where, in bytes as they are and under gzip. */
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

const parts: Record<string, string[]> = {
  'watcher (providers’ hosts)': ['watcher.js'],
  'facts of one provider, the most': [largest('pages')],
  'detector (app-password pages)': ['detector.js'],
  'state (the popup open over one)': ['state.js'],
  'report (when asked for)': ['report.js'],
  'notice (only beside a code)': ['notice.js'],
  'popup, before it shows anything': scriptsOf('popup.html'),
  'popup, after that': laterScriptsOf('popup.html'),
  'many mailboxes': scriptsOf('sidepanel.html'),
  options: scriptsOf('options.html'),
  worker: ['background.js'],
};
console.table(
  Object.fromEntries(
    Object.entries(parts).map(([part, files]) => {
      const contents = files.map((file) => readFileSync(join(BUILD, file)));
      const sum = (sizes: number[]): number => sizes.reduce((a, b) => a + b, 0);
      return [
        part,
        {
          'raw bytes': sum(contents.map(({ length }) => length)),
          'gzip bytes': sum(contents.map((content) => gzipSync(content, { level: 9 }).length)),
        },
      ];
    }),
  ),
);
