import { execFile, execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { fillPage } from '../pages/fill.ts';
import { launchBrowser } from '../sandbox/browser.ts';
import type { Chrome } from '../sandbox/chrome.ts';
import { ActionPopup } from '../sandbox/popup.ts';
import { setUp } from '../sandbox/set-up.ts';
import { capturesOf, expect, test } from './world.ts';

const ACCOUNT = { email: 'test.person@postkasten.example', code: 'qzxjkvbwpyghmfdl' };
const ORIGIN = 'https://account.postkasten.example';

/** A file that the guide shows: its path on a line of its own, and what is to be in it. */
const FILE = /^`([\w./-]+)`:\n\n```\w+\n([\s\S]*?)^```$/gm;

/** All that is under version control, as it is, somewhere else. */
async function copyOfTheProject(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'contributing-'));
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  });
  for (const file of files.split('\n').filter(Boolean)) {
    await mkdir(join(folder, dirname(file)), { recursive: true });
    await cp(file, join(folder, file));
  }
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
}

test('a provider is added as CONTRIBUTING.md says, and its code is caught', async ({ sandbox, profile }) => {
  test.setTimeout(120_000);
  const project = await copyOfTheProject();
  const run = (program: string, ...parameters: string[]) =>
    promisify(execFile)(program, parameters, { cwd: project });
  try {
    // What `npm ci` ends with.
    await run('npx', 'wxt', 'prepare', '--level', 'error');
    const guide = await readFile('docs/CONTRIBUTING.md', 'utf8');
    const shown = [...guide.matchAll(FILE)];
    expect(shown.map(([, path]) => path)).toEqual([
      'providers/on-request/postkasten.ts',
      'tests/pages/postkasten/create.html',
    ]);
    for (const [, path = '', content = ''] of shown) {
      await mkdir(join(project, dirname(path)), { recursive: true });
      await writeFile(join(project, path), content);
    }
    await run('npm', 'run', '--silent', 'docs');
    expect(await readFile(join(project, 'docs/providers.md'), 'utf8')).toContain('(`postkasten`)');
    const conformance = await run(
      'npx',
      'vitest',
      'run',
      '--project',
      'page',
      'providers',
      '-t',
      'postkasten',
    );
    expect(conformance.stdout).toMatch(/Tests .*\d+ passed/);

    await run('npx', 'wxt', 'build', '--level', 'error');
    // The question for the host is the browser's own, out of reach of any test: here it was allowed before.
    const extension = join(project, '.output/chrome-mv3');
    const manifest = JSON.parse(await readFile(join(extension, 'manifest.json'), 'utf8'));
    manifest.host_permissions.push(`${ORIGIN}/*`);
    await writeFile(join(extension, 'manifest.json'), JSON.stringify(manifest));
    const browser = await launchBrowser({
      profile,
      pages: { port: sandbox.pages.port, spki: sandbox.spki },
      headless: true,
      extension,
    });
    const settings = await setUp(browser, sandbox.backend);
    await settings.evaluate(
      (origin) =>
        (globalThis as unknown as { chrome: Chrome }).chrome.runtime.sendMessage({
          type: 'hosts-allowed',
          origins: [origin],
        }),
      ORIGIN,
    );
    await settings.close();
    const html = await readFile(join(project, 'tests/pages/postkasten/create.html'), 'utf8');
    await browser.context.route(`${ORIGIN}/**`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: fillPage(html, { email: ACCOUNT.email, codes: [ACCOUNT.code] }),
      }),
    );
    const page = await browser.context.newPage();
    await page.goto(`${ORIGIN}/security/app-passwords`);
    await page.getByLabel('Name').fill('Saleshandy');
    const { opened } = await ActionPopup.next(browser);
    await page.getByRole('button', { name: 'Make one' }).click();
    expect(await (await opened).waitForText(/Send to Saleshandy/)).toContain(ACCOUNT.email);
    expect(await capturesOf(browser)).toMatchObject([
      { provider: 'postkasten', email: ACCOUNT.email, password: ACCOUNT.code, account: 'certain' },
    ]);
    await browser.close();
  } finally {
    await rm(project, { recursive: true, force: true, maxRetries: 5 });
  }
});
