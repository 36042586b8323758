import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';

interface Manifest {
  permissions: string[];
  host_permissions: string[];
  optional_permissions?: string[];
  optional_host_permissions: string[];
  web_accessible_resources?: unknown;
  externally_connectable?: unknown;
  storage?: unknown;
  browser_specific_settings?: { gecko?: object; gecko_android?: object; safari?: object };
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

/** What not every browser knows. */
const NOT_EVERYWHERE: Record<string, string[]> = {
  'chrome-mv3': [],
  'edge-mv3': [],
  'firefox-mv3': ['sidePanel'],
  'safari-mv3': ['sidePanel', 'identity'],
};

/** `npm test` builds for Chrome and Firefox, `npm run test:all` for the other stores, too. */
const builds = Object.keys(NOT_EVERYWHERE).filter(
  (build) => process.env.TEST_ALL || build === 'chrome-mv3' || build === 'firefox-mv3',
);

describe.each(builds)('%s', async (build) => {
  const manifest = JSON.parse(await readFile(`.output/${build}/manifest.json`, 'utf8')) as Manifest;

  test('each permission is said, and none that is not asked for', () => {
    const known = told('Permissions', 1).filter((name) => !NOT_EVERYWHERE[build]?.includes(name));
    expect(manifest.permissions.toSorted()).toEqual(known.toSorted());
    expect(manifest.optional_permissions).toBeUndefined();
  });

  test('the list of mailboxes has a place beside the page, and opens when asked for', () => {
    const sidebar = { default_panel: 'sidepanel.html', open_at_install: false };
    if (build === 'firefox-mv3') expect(manifest.sidebar_action).toMatchObject(sidebar);
    else expect(manifest.sidebar_action).toBeUndefined();
    const hasPanel = build === 'chrome-mv3' || build === 'edge-mv3';
    expect(manifest.side_panel).toEqual(hasPanel ? { default_path: 'sidepanel.html' } : undefined);
  });

  test('an organisation can set it up where the browser has a place for that', () => {
    const isChromium = build === 'chrome-mv3' || build === 'edge-mv3';
    expect(manifest.storage).toEqual(isChromium ? { managed_schema: 'policies.json' } : undefined);
  });

  test('only its own browser is told from which version on, and what Firefox asks its user', () => {
    const since = { strict_min_version: '142.0' };
    const required = ['authenticationInfo', 'personallyIdentifyingInfo'];
    const settings = {
      'firefox-mv3': {
        gecko: { ...since, data_collection_permissions: { required } },
        gecko_android: since,
      },
      'safari-mv3': { safari: { strict_min_version: '17.5' } },
    }[build];
    if (settings) expect(manifest.browser_specific_settings).toMatchObject(settings);
    else expect(manifest.browser_specific_settings).toBeUndefined();
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
