import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';

interface Import {
  /** The file, or the package. */
  to: string;
  /** Goes with the types, and is in no bundle. */
  isType: boolean;
  /** Loaded when it is needed. */
  isLazy: boolean;
}

const SOURCES = globSync('{entrypoints,components,utils,providers,backend/src}/**/*.{ts,tsx}').toSorted();
const imports = new Map(SOURCES.map((file) => [file, importsOf(file)]));

function importsOf(file: string): Import[] {
  const source = readFileSync(file, 'utf8');
  const { module } = parseSync(file, source);
  const found = [
    ...module.staticImports.map(({ moduleRequest, entries }) => ({
      name: moduleRequest.value,
      isType: entries.length > 0 && entries.every((entry) => entry.isType),
      isLazy: false,
    })),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest, isType }) =>
        moduleRequest ? [{ name: moduleRequest.value, isType, isLazy: false }] : [],
      ),
    ),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => ({
      name: source.slice(start + 1, end - 1),
      isType: false,
      isLazy: true,
    })),
  ];
  return found.map(({ name, ...kind }) => ({ to: resolve(file, name), ...kind }));
}

function resolve(from: string, name: string): string {
  if (!name.startsWith('.')) return name;
  const path = relative('.', join(dirname(from), name));
  return existsSync(path) ? path : `${path}, which is not there`;
}

const isIn = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);

/** Whatever ends up in a bundle that begins with this file. */
function reachedFrom(file: string, found = new Set<string>()): Set<string> {
  for (const { to, isType } of imports.get(file) ?? []) {
    if (isType || found.has(to)) continue;
    found.add(to);
    reachedFrom(to, found);
  }
  return found;
}

describe('imports point one way, as docs/architecture.md says', () => {
  const page = readFileSync('docs/architecture.md', 'utf8');
  const section = page.split(/^## /m).find((part) => part.startsWith('Who may import what')) ?? '';
  const rules = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [, place = '', allowed = ''] = line.split('|');
      const names = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => `${name}`);
      return { place: names(place)[0] ?? '', allowed: names(allowed) };
    })
    // The nearest rule counts.
    .toSorted((a, b) => b.place.length - a.place.length);
  const ruleOf = (file: string) => rules.find(({ place }) => isIn(file, place));

  test('there is a rule for every file', () => {
    expect(SOURCES.filter((file) => !ruleOf(file))).toEqual([]);
    expect(SOURCES.length).toBeGreaterThan(200);
  });

  test.each(rules)('$place', ({ place, allowed }) => {
    const own = SOURCES.filter((file) => ruleOf(file)?.place === place);
    expect(own).not.toEqual([]);
    const wrong = own.flatMap((file) =>
      (imports.get(file) ?? [])
        .filter(({ to }) => /^(entrypoints|components|utils|providers|backend|public|tests|\.\.)\b/.test(to))
        .filter(({ to }) => ![place, ...allowed].some((one) => isIn(to, one)))
        .map(({ to }) => `${file} imports ${to}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the picture in docs/architecture.md', () => {
  const page = readFileSync('docs/architecture.md', 'utf8');
  const picture = page.split('```mermaid')[1]?.split('```')[0] ?? '';
  const folders = new Map(
    [...picture.matchAll(/(\w+)\["([\w/]+): /g)].map(([, name, folder]) => [`${name}`, `${folder}`]),
  );
  const arrows = [...picture.matchAll(/^ {2}(\w+)(?:\[[^\]]*\])? --> (\w+)/gm)].map(([, from, to]) => [
    folders.get(`${from}`) ?? '',
    folders.get(`${to}`) ?? '',
  ]);
  const folderOf = (file: string): string | undefined =>
    [...folders.values()].toSorted((a, b) => b.length - a.length).find((folder) => isIn(file, folder));
  const edges = new Set(
    SOURCES.flatMap((file) =>
      (imports.get(file) ?? []).flatMap(({ to }) => {
        const [here, there] = [folderOf(file), folderOf(to)];
        return here && there && here !== there ? [`${here} --> ${there}`] : [];
      }),
    ),
  );

  test('has no arrow that is not there', () => {
    expect(arrows.length).toBeGreaterThan(4);
    expect(arrows.map((ends) => ends.join(' --> ')).filter((arrow) => !edges.has(arrow))).toEqual([]);
  });

  test('leads along its arrows wherever an import does', () => {
    const below = (folder: string): string[] =>
      arrows.filter(([from]) => from === folder).flatMap(([, to = '']) => [to, ...below(to)]);
    const unseen = [...edges].filter((edge) => {
      const [from = '', to = ''] = edge.split(' --> ');
      return !below(from).includes(to);
    });
    expect(unseen).toEqual([]);
  });
});

test('no file imports itself by way of others', () => {
  expect(SOURCES.filter((file) => reachedFrom(file).has(file))).toEqual([]);
});

test.each(['watcher', 'detector', 'state', 'report'])(
  'what is put into a provider’s page carries no library: %s',
  (name) => {
    const packages = [...reachedFrom(`entrypoints/${name}.ts`)].filter((one) => !imports.has(one));
    expect(packages.filter((one) => !one.startsWith('wxt/'))).toEqual([]);
  },
);

test('the notice in a provider’s page carries what draws it, and nothing that parses', () => {
  const packages = [...reachedFrom('entrypoints/notice.tsx')].filter((one) => !/\.(tsx?|css\b.*)$/.test(one));
  // Of zod only the pattern of an address (`isEmail`).
  expect(packages.filter((one) => !/^(wxt|preact)\b/.test(one))).toEqual(['zod/v4/core']);
});

describe('an entrypoint only connects parts', () => {
  const ENTRYPOINTS = SOURCES.filter((file) => isIn(file, 'entrypoints'));

  test.each(ENTRYPOINTS)('%s has fewer than 60 lines', (file) => {
    expect(readFileSync(file, 'utf8').trimEnd().split('\n').length).toBeLessThan(60);
  });

  test('beside what a browser starts, there is only what its page loads later', () => {
    const later = new Set(
      ENTRYPOINTS.flatMap((file) => (imports.get(file) ?? []).filter(({ isLazy }) => isLazy)).map(
        ({ to }) => to,
      ),
    );
    const isStarted = (file: string): boolean =>
      /^entrypoints\/(\w+\/main\.tsx|\w+\.tsx?)$/.test(file) && !later.has(file);
    expect(ENTRYPOINTS.filter((file) => !isStarted(file) && !later.has(file))).toEqual([]);
  });

  test('nothing is imported from one', () => {
    const taken = SOURCES.flatMap((file) =>
      (imports.get(file) ?? [])
        .filter(({ to, isLazy }) => isIn(to, 'entrypoints') && !isLazy)
        .map(({ to }) => `${file} imports ${to}`),
    );
    expect(taken).toEqual([]);
  });

  test.each(ENTRYPOINTS)('%s has no class, no switch and no loop of its own', (file) => {
    const { program } = parseSync(file, readFileSync(file, 'utf8'));
    const kinds = [...JSON.stringify(program).matchAll(/"type":"(\w+)"/g)].map(([, kind]) => `${kind}`);
    expect(kinds.filter((kind) => /^(Class|Switch|While|DoWhile|For(In)?Statement)/.test(kind))).toEqual([]);
  });
});

describe('messages to the worker', () => {
  test('are sent in one place', () => {
    const sending = SOURCES.filter((file) => readFileSync(file, 'utf8').includes('runtime.sendMessage'));
    expect(sending).toEqual(['utils/messages/send.ts']);
  });

  test('are parsed by the worker alone: nobody else loads their schemas', () => {
    const loading = SOURCES.filter((file) =>
      imports.get(file)?.some(({ to, isType }) => to === 'utils/messages/protocol.ts' && !isType),
    );
    expect(loading.filter((file) => !isIn(file, 'utils/worker'))).toEqual([]);
  });

  test('are handled by the worker, which only its own entrypoint starts', () => {
    const starting = SOURCES.filter(
      (file) =>
        !isIn(file, 'utils/worker') &&
        imports.get(file)?.some(({ to, isType }) => isIn(to, 'utils/worker') && !isType),
    );
    expect(starting).toEqual(['entrypoints/background.ts']);
  });
});

test('detection knows neither the browser nor a network', () => {
  const files = SOURCES.filter((file) => isIn(file, 'utils/detection'));
  for (const file of files) {
    expect(imports.get(file)?.map(({ to }) => to)).not.toContain('wxt/browser');
    expect(readFileSync(file, 'utf8')).not.toMatch(/\b(fetch\(|XMLHttpRequest|WebSocket|sendBeacon)/);
  }
});

test('components ask no browser', () => {
  const asking = SOURCES.filter(
    (file) =>
      isIn(file, 'components') &&
      imports.get(file)?.some(({ to, isType }) => to === 'wxt/browser' && !isType),
  );
  expect(asking).toEqual([]);
});

test('the backend runs without a browser', () => {
  for (const file of SOURCES.filter((one) => isIn(one, 'backend')))
    expect([...reachedFrom(file)].filter((one) => /^(wxt|preact)\b/.test(one))).toEqual([]);
});
