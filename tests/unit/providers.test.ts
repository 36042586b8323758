import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { loadProviders } from '../../providers/registry/node.ts';

const providers = [...(await loadProviders()).values()];
const withPages = providers.flatMap(({ id, page }) => (page ? [{ id, page }] : []));
const list = async (folder: string): Promise<string[]> => readdir(new URL(folder, import.meta.url));

/** Texts that are there more than once. */
const repeated = (texts: readonly string[]): string[] =>
  texts.filter((text, at) => texts.indexOf(text) !== at);

test('every file is one provider, by an id that no other folder has', async () => {
  const folders = await Promise.all(
    ['../../providers/', '../../providers/on-request/', '../../providers/by-hand/'].map(list),
  );
  const ids = folders.flat().flatMap((name) => /^(.+)\.ts$/.exec(name)?.[1] ?? []);
  expect(repeated(ids)).toEqual([]);
  expect(providers.map(({ id }) => id).sort()).toEqual(ids.sort());
  for (const { id } of providers) expect(id).toMatch(/^[a-z0-9-]{1,40}$/);
  for (const { id, page } of withPages) expect(page.id).toBe(id);
});

test('pages are defined where they can be watched, and only there', () => {
  for (const { id, reach, page } of providers) expect(page === undefined, id).toBe(reach === 'byHand');
  for (const { id, reach, guide } of providers)
    expect(guide.opensWith !== undefined, id).toBe(reach === 'byHand');
});

test('every domain is in lower case and tells one provider', () => {
  const domains = providers.flatMap(({ guide }) => guide.domains ?? []);
  expect(repeated(domains)).toEqual([]);
  expect(domains.filter((domain) => !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain))).toEqual([]);
});

test('every domain with servers of its own tells its provider', () => {
  for (const { id, mail, guide } of providers) {
    const domains = mail.byDomain?.flatMap((family) => family.domains) ?? [];
    expect(guide.domains ?? [], id).toEqual(expect.arrayContaining(domains));
  }
});

test("every suffix of a mail exchanger's host is in lower case and tells one provider", () => {
  const suffixes = providers.flatMap(({ mail }) => mail.mx ?? []);
  expect(suffixes.length).toBeGreaterThan(30);
  expect(repeated(suffixes)).toEqual([]);
  expect(suffixes.filter((suffix) => !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(suffix))).toEqual([]);
});

test('every origin is one host with TLS, of one provider', () => {
  const origins = withPages.flatMap(({ page }) => page.origins);
  expect(repeated(origins)).toEqual([]);
  for (const origin of origins) expect(origin).toBe(`https://${new URL(origin).host}`);
});

/** Nothing is known of the paths at one of its hosts, so the pages there that have none are looked at too. */
const WITHOUT_PATH = ['infomaniak'];

test("a provider's front page is not looked at", () => {
  const matching = withPages
    .filter(({ page }) => page.origins.length > 0 && ['', '/'].some((path) => page.route.test(path)))
    .map(({ id }) => id);
  expect(matching).toEqual(WITHOUT_PATH);
});

test('at a host the user says, every page is', () => {
  for (const { page } of withPages.filter(({ page }) => page.origins.length === 0)) {
    expect(page.route.test('/')).toBe(true);
  }
});

test('a route tells the same whenever it is asked', () => {
  const routes = withPages.flatMap(({ page }) => [page.route, page.codeOnlyRoute ?? []].flat());
  expect(routes.filter(({ flags }) => /[gy]/.test(flags))).toEqual([]);
});

test('every link is one with TLS', () => {
  const links = providers.flatMap(({ guide: { appPasswords, appPasswordsFor, before, needs = [], fix } }) => [
    appPasswords,
    appPasswordsFor,
    ...[...before, ...needs].map(({ link }) => link),
    ...Object.values<string | undefined>(fix),
  ]);
  const known = links.filter((link) => link !== undefined);
  expect(known.length).toBeGreaterThan(providers.length);
  expect(known.filter((link) => new URL(link).protocol !== 'https:')).toEqual([]);
});

describe.each(withPages)('$id', ({ id, page }) => {
  test('has a page to be tried on', async () => {
    const files = (await list(`../pages/${id}/`)).filter((name) => name.endsWith('.html'));
    expect(files).not.toEqual([]);
  });

  test('has codes of some length, of letters that a pattern can be made of', () => {
    const { alphabet, length, group = 1 } = page.code;
    const [fewest, most] = [length].flat() as [number, number?];
    expect(fewest).toBeGreaterThan(group);
    expect(most ?? fewest).toBeGreaterThanOrEqual(fewest);
    expect('a1 Z').toMatch(new RegExp(`[${alphabet}]`));
    expect(' \n*_').not.toMatch(new RegExp(`[${alphabet}]`));
  });
});
