import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

interface Manifest {
  manifest_version: number;
  version: string;
  icons: Record<string, string>;
  content_security_policy: { extension_pages: string };
  browser_specific_settings?: {
    gecko: { strict_min_version: string; data_collection_permissions: { required: string[] } };
  };
}

// Rules of the stores that a build can break without anybody noticing. docs/publishing.md says which is met by what.
describe.each(['chrome-mv3', 'firefox-mv3'])('%s', async (build) => {
  const folder = `.output/${build}`;
  const manifest = JSON.parse(await readFile(`${folder}/manifest.json`, 'utf8')) as Manifest;
  const files = globSync('**/*.*', { cwd: folder });
  const texts = await Promise.all(
    files
      .filter((file) => /\.(js|html|css|json)$/.test(file))
      .map(async (file) => ({ file, text: await readFile(join(folder, file), 'utf8') })),
  );
  const withText = (pattern: RegExp): string[] =>
    texts.flatMap(({ file, text }) => (pattern.test(text) ? [`${file}: ${text.match(pattern)?.[0]}`] : []));

  test('runs no code but its own', () => {
    expect(texts.length).toBeGreaterThan(60);
    expect(withText(/\beval\(|\bnew Function\(|[^.\w]Function\("|setTimeout\(["'`]/)).toEqual([]);
    expect(withText(/import\(["'`]https?:|importScripts\(|<script[^>]*src=["']?(https?:)?\/\//)).toEqual([]);
    expect(withText(/\.(innerHTML|outerHTML)=|insertAdjacentHTML\(|document\.write/)).toEqual([]);
  });

  test('its pages load nothing from elsewhere', () => {
    const { extension_pages: policy } = manifest.content_security_policy;
    const of = (name: string): string | undefined =>
      policy.split('; ').find((directive) => directive.startsWith(`${name} `));
    expect(of('default-src')).toBe("default-src 'none'");
    expect(of('script-src')).toBe("script-src 'self'");
    for (const name of ['base-uri', 'form-action', 'frame-ancestors'])
      expect(of(name)).toBe(`${name} 'none'`);
    expect(policy).not.toMatch(/unsafe-eval|blob:|script-src[^;]*(data:|https?:)/);
  });

  test('takes no place of the browser’s own', () => {
    // A page's name is enough for that: one called `history` becomes the browser's history.
    expect(Object.keys(manifest).filter((key) => /override|devtools|omnibox|theme|search/.test(key))).toEqual(
      [],
    );
  });

  test('holds nothing that is not needed', () => {
    expect(files.filter((file) => /\.(map|tsx?|md|env|pem|zip)$|node_modules|(^|\/)\./.test(file))).toEqual(
      [],
    );
  });

  test('is of the version that package.json says', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    expect(manifest.version).toBe(version);
    expect(manifest.manifest_version).toBe(3);
  });

  test('has the icons that stores and browsers show', () => {
    for (const size of ['16', '32', '48', '128']) expect(files).toContain(manifest.icons[size]);
  });
});

test('Firefox is told what is collected, and is new enough to ask', async () => {
  const { browser_specific_settings: settings } = JSON.parse(
    await readFile('.output/firefox-mv3/manifest.json', 'utf8'),
  ) as Manifest;
  expect(settings?.gecko.data_collection_permissions.required).toEqual([
    'authenticationInfo',
    'personallyIdentifyingInfo',
  ]);
  // From 140 on it asks by itself, on Android from 142.
  expect(Number.parseInt(settings?.gecko.strict_min_version ?? '', 10)).toBeGreaterThanOrEqual(142);
});
