import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package of which something is in a bundle. */
export interface Bundled {
  name: string;
  version: string;
  /** As an SPDX expression. */
  licence: string;
  homepage: string;
  /** What its package says of the licence, in full. */
  text: string | undefined;
}

/** The folder of the package that a module is from. The innermost: a package may have brought its own copy of another. */
const FOLDER = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** Notes whose modules are in the bundles. As a plugin it goes along with every build. */
export class BundledPackages {
  readonly #folders = new Set<string>();

  readonly plugin = {
    name: 'bundled-packages',
    generateBundle: (_: unknown, bundle: Record<string, { type: string; modules?: object }>): void => {
      for (const { modules = {} } of Object.values(bundle)) {
        for (const id of Object.keys(modules)) {
          // Virtual modules have a zero in front, and a question behind.
          const [folder] = FOLDER.exec(id.replace(/^\0/, '').replace(/\?.*$/, '')) ?? [];
          if (folder) this.#folders.add(folder);
        }
      }
    },
  };

  /** By name. */
  all(): Bundled[] {
    return [...this.#folders].map(describe).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
}

function describe(folder: string): Bundled {
  const { name, version, license, homepage } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((one) => /^licen[sc]e/i.test(one));
  return {
    name,
    version,
    licence: license ?? 'not said',
    homepage: homepage ?? `https://www.npmjs.com/package/${name}`,
    text: file && readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim(),
  };
}

/** What goes with the extension, as most licences ask for. */
export const licences = (packages: readonly Bundled[]): string =>
  packages
    .map(
      ({ name, version, licence, homepage, text }) =>
        `${name} ${version}\n${homepage}\nLicence: ${licence}\n\n${text ?? 'Its package holds no more than that.'}\n`,
    )
    .join(`\n${'-'.repeat(80)}\n\n`);
