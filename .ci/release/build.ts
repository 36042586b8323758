import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { zip } from 'wxt';
import { type Bundled, BundledPackages, licences } from './bundled.ts';

/**
 * `node .ci/release/build.ts FOLDER`: builds and packs what is handed to each store, with the licences of what is bundled
 * in it, and lists that as a CycloneDX bill of materials. The same source gives the same bytes.
 */
const TARGETS = ['chrome', 'edge', 'firefox', 'safari'];

/** Goes into each package. */
const LICENCES = 'third-party-licences.txt';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('Say into which folder');
mkdirSync(folder, { recursive: true });
const all = new Map<string, Bundled>();
for (const browser of TARGETS) {
  const bundled = new BundledPackages();
  const outBaseDir = resolve('.output');
  const packed = await zip({
    browser,
    manifestVersion: 3,
    logger: quiet(),
    vite: () => ({ plugins: [bundled.plugin] }),
    hooks: {
      'zip:start': ({ config }) => writeFileSync(join(config.outDir, LICENCES), licences(bundled.all())),
    },
    // The source is packed once for all, from what is under version control.
    zip: { zipSources: false },
    outDir: outBaseDir,
  });
  for (const file of packed) copyFileSync(file, join(folder, basename(file)));
  for (const one of bundled.all()) all.set(`${one.name}@${one.version}`, one);
}
writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(billOfMaterials(all), null, 2)}\n`);

/** What npm says of the packages that are bundled, but for what is different each time. */
function billOfMaterials(bundled: ReadonlyMap<string, Bundled>): object {
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, string>;
  const everything = JSON.parse(
    execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--include=dev'], {
      encoding: 'utf8',
      maxBuffer: 2 ** 27,
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as { components: { name: string; group?: string; version: string; purl: string }[] };
  const components = everything.components.filter((one) =>
    bundled.has(`${one.group ? `${one.group}/` : ''}${one.name}@${one.version}`),
  );
  if (components.length !== bundled.size) throw new Error('Not all that is bundled is known to npm');
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { type: 'application', name, version } },
    components,
  };
}

function quiet() {
  const nothing = (): void => {};
  return {
    debug: nothing,
    log: nothing,
    info: nothing,
    warn: console.warn,
    error: console.error,
    fatal: console.error,
    success: nothing,
    level: 0,
  };
}
