import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';

interface Manifest {
  permissions: string[];
  host_permissions: string[];
  optional_permissions?: string[];
  optional_host_permissions: string[];
  web_accessible_resources?: unknown;
  externally_connectable?: unknown;
  side_panel?: unknown;
  sidebar_action?: unknown;
}

const page = await readFile('docs/permissions.md', 'utf8');

/** What stands in code marks in one column of the table under a heading. */
function told(heading: string, column: number): string[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| ---'));
  return rows.flatMap((row) =>
    [...(row.split('|')[column] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => `${name}`),
  );
}

describe.each(['chrome-mv3', 'firefox-mv3'])('%s', async (build) => {
  // Built by `npm run build` and `npm run build:firefox`, as `npm test` does before its tests.
  const manifest = JSON.parse(await readFile(`.output/${build}/manifest.json`, 'utf8')) as Manifest;

  test('each permission is said, and none that is not asked for', () => {
    const ofBoth = told('Permissions', 1).filter((name) => name !== 'sidePanel');
    const own = build === 'chrome-mv3' ? ['sidePanel'] : [];
    expect(manifest.permissions.toSorted()).toEqual([...ofBoth, ...own].toSorted());
    expect(manifest.optional_permissions).toBeUndefined();
  });

  test('the list of mailboxes has a place beside the page, and opens when asked for', () => {
    if (build === 'chrome-mv3') expect(manifest.side_panel).toEqual({ default_path: 'sidepanel.html' });
    else
      expect(manifest.sidebar_action).toMatchObject({
        default_panel: 'sidepanel.html',
        open_at_install: false,
      });
  });

  test('and each host', () => {
    const hosts = told('Hosts from the start', 2).map((host) => `https://${host}/*`);
    expect(manifest.host_permissions.toSorted()).toEqual(hosts.toSorted());
    expect(manifest.optional_host_permissions).toEqual(told('Hosts on request', 1));
  });

  test('no page reaches into it', () => {
    expect(manifest.web_accessible_resources).toBeUndefined();
    expect(manifest.externally_connectable).toBeUndefined();
  });
});
