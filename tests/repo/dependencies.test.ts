import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

type Dependencies = Record<string, string>;
interface Package {
  dependencies?: Dependencies;
  devDependencies?: Dependencies;
  optionalDependencies?: Dependencies;
}
interface Locked {
  license?: string;
  dev?: boolean;
  link?: boolean;
}

const page = await readFile('docs/dependencies.md', 'utf8');
const read = async (file: string) => JSON.parse(await readFile(file, 'utf8'));
const extension: Package = await read('package.json');
const backend: Package = await read('backend/package.json');

const told = (heading: string): string[] =>
  [...(page.split(`## ${heading}`)[1]?.split('\n## ')[0] ?? '').matchAll(/^\| `([^`]+)` \|/gm)]
    .map(([, name]) => `${name}`)
    .toSorted();
const names = (...all: (Dependencies | undefined)[]): string[] =>
  all.flatMap((one) => Object.keys(one ?? {})).toSorted();

test('each dependency is said, with why, and none that is gone', () => {
  expect(told('In the extension')).toEqual(names(extension.dependencies));
  expect(told('To build and to test')).toEqual(
    names(extension.devDependencies, extension.optionalDependencies),
  );
  expect(told('In the backend')).toEqual(names(backend.dependencies));
});

test('each is of one version, which is written down', () => {
  for (const all of [extension.dependencies, extension.devDependencies, backend.dependencies])
    for (const [name, version] of Object.entries(all ?? {}))
      expect([name, version]).toEqual([name, /^\d/.exec(version) ? version : 'an exact one']);
  for (const [name, version] of Object.entries(backend.dependencies ?? {}))
    expect([name, extension.dependencies?.[name] ?? version]).toEqual([name, version]);
});

test('what is shipped or served is under a licence that allows it', async () => {
  const ALLOWED = /^\(?(MIT|MIT-0|ISC|BSD-[23]-Clause|Apache-2\.0|MPL-2\.0|CC0-1\.0|0BSD)( OR [^)]+\))?$/;
  const { packages } = (await read('package-lock.json')) as { packages: Record<string, Locked> };
  const shipped = Object.entries(packages).filter(
    ([path, { dev, link }]) => path.includes('node_modules/') && !dev && !link,
  );
  expect(shipped.length).toBeGreaterThan(100);
  expect(
    shipped
      .filter(([, { license }]) => !ALLOWED.test(license ?? ''))
      .map(([path, { license }]) => `${path}: ${license}`),
  ).toEqual([]);
});
