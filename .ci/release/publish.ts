import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `npm run publish:stores`: hands in what `npm run release` has made. Without `--for-real` each store is only asked whether
 * it knows who asks; nothing is uploaded. A store whose credentials are not set is left out, and that is said.
 */
const FOLDER = '.output/release';
const isForReal = process.argv.includes('--for-real');

const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, string>;
const file = (kind: string): string => join(FOLDER, `${name}-${version}-${kind}`);

/** What each store asks for, as `wxt submit` calls it, and what is to be set in the environment. */
const STORES = [
  {
    store: 'Chrome Web Store',
    files: { 'chrome-zip': file('chrome.zip') },
    wants: [
      'CHROME_EXTENSION_ID',
      'CHROME_PUBLISHER_ID',
      'CHROME_SERVICE_ACCOUNT_CLIENT_EMAIL',
      'CHROME_SERVICE_ACCOUNT_PRIVATE_KEY',
    ],
  },
  {
    store: 'Firefox Add-ons',
    files: { 'firefox-zip': file('firefox.zip'), 'firefox-sources-zip': file('sources.tar.gz') },
    wants: ['FIREFOX_EXTENSION_ID', 'FIREFOX_JWT_ISSUER', 'FIREFOX_JWT_SECRET'],
  },
  {
    store: 'Edge Add-ons',
    files: { 'edge-zip': file('edge.zip') },
    wants: ['EDGE_PRODUCT_ID', 'EDGE_CLIENT_ID', 'EDGE_API_KEY'],
  },
];

const missing = STORES.flatMap(({ files }) => Object.values(files)).filter((path) => !existsSync(path));
if (missing.length > 0) {
  console.error(`Run npm run release first. Not there: ${missing.join(', ')}`);
  process.exit(1);
}
const ready = STORES.filter(({ store, files, wants }) => {
  const unset = wants.filter((variable) => !process.env[variable]);
  const what = Object.values(files).join(' and ');
  console.log(
    unset.length > 0
      ? `- ${store}: left out, not set: ${unset.join(', ')}`
      : `${isForReal ? '→' : '?'} ${store}: ${what}`,
  );
  return unset.length === 0;
});
if (ready.length === 0) {
  console.log('\nNothing was asked and nothing uploaded.');
} else {
  const files = ready.flatMap(({ files }) =>
    Object.entries(files).flatMap(([option, path]) => [`--${option}`, path]),
  );
  const { status } = spawnSync(
    'wxt',
    ['submit', '--chrome-api-version', 'v2', ...(isForReal ? [] : ['--dry-run']), ...files],
    {
      stdio: 'inherit',
    },
  );
  process.exitCode = status ?? 1;
}
