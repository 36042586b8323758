import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** `npm run size`: what of the built extension is loaded where, in bytes as they are and under gzip. */
const BUILD = '.output/chrome-mv3';
if (!existsSync(BUILD)) {
  console.error('Build it first: npm run build');
  process.exit(1);
}

/** A page's scripts and styles: what its HTML names. */
function filesOf(html: string): string[] {
  const text = readFileSync(join(BUILD, html), 'utf8');
  return [
    html,
    ...[...text.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(([, file]) => file as string),
  ];
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
  popup: filesOf('popup.html'),
  options: filesOf('options.html'),
  'list of mailboxes (side panel)': filesOf('sidepanel.html'),
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
