import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredCapture } from '../../utils/captures/capture.ts';
import { launchBrowser, type SandboxBrowser } from '../sandbox/browser.ts';
import type { Chrome } from '../sandbox/chrome.ts';
import { ActionPopup } from '../sandbox/popup.ts';
import { setUp } from '../sandbox/set-up.ts';
import {
  announceBy,
  capturesOf,
  EIGHT,
  expect,
  GMAIL,
  GMAIL_SECOND,
  onDisk,
  popupWithCode,
  type Sandbox,
  test,
} from './world.ts';

/** What was handed to Chrome's store as the first release, unpacked by Chrome as it is here. */
const FIRST = 'tests/upgrade/0.1.0-chrome.tar.gz';
const NOW = '.output/chrome-mv3';

const [WAITING, HELD] = EIGHT as [typeof GMAIL, typeof GMAIL];
const REFUSED = { ...GMAIL_SECOND, code: 'wrongwrongwrongw' };

const start = (sandbox: Sandbox, profile: string, extension: string): Promise<SandboxBrowser> =>
  launchBrowser({
    profile,
    pages: { port: sandbox.pages.port, spki: sandbox.spki },
    headless: true,
    extension,
  });

const byEmail = (captures: StoredCapture[]) =>
  Object.fromEntries(captures.map(({ email, state }) => [email, state]));

/** Where the first release kept it. */
const inLocalStorage = async (browser: SandboxBrowser): Promise<string> =>
  (await browser.worker()).evaluate(async () =>
    JSON.stringify(await (globalThis as unknown as { chrome: Chrome }).chrome.storage.local.get()),
  );

/**
 * Chromium goes on with the worker that it remembers when an unpacked extension is another after a restart. A store's update
 * ends that one, and so does loading the extension anew.
 */
async function asUpdated(browser: SandboxBrowser): Promise<void> {
  const old = await browser.worker();
  const ended = new Promise<void>((resolve) => old.once('close', () => resolve()));
  const begun = browser.context.waitForEvent('serviceworker');
  await old
    .evaluate(() => (globalThis as unknown as { chrome: Chrome }).chrome.runtime.reload())
    // It may be gone before it has answered.
    .catch(() => {});
  await Promise.all([ended, begun]);
}

test('a profile of the first release is opened with this one: nothing is lost', async ({
  sandbox,
  profile,
}) => {
  test.setTimeout(150_000);
  // One folder for both: its path makes the extension's id, as the store's key does.
  const extension = await mkdtemp(join(tmpdir(), 'extension-'));
  let isDown = false;
  try {
    execFileSync('tar', ['-xzf', FIRST, '-C', extension]);
    const first = JSON.parse(await readFile(join(extension, 'manifest.json'), 'utf8'));
    expect(first.version).toBe('0.1.0');
    let browser = await start(sandbox, profile, extension);
    await (await setUp(browser, sandbox.backend)).close();

    let popup = await popupWithCode(browser, sandbox, GMAIL);
    await popup.click('Send to Saleshandy');
    await popup.waitForText(/Connected/);
    await popup.close();
    popup = await popupWithCode(browser, sandbox, REFUSED);
    await popup.click('Send to Saleshandy');
    await popup.waitForText(/The code was refused/);
    await popup.close();
    await sandbox.backend.kill();
    isDown = true;
    popup = await popupWithCode(browser, sandbox, WAITING);
    await popup.click('Send to Saleshandy');
    await popup.waitForText(/Waiting to be sent/);
    await popup.close();
    popup = await popupWithCode(browser, sandbox, HELD);
    await popup.waitForText(new RegExp(HELD.email));
    await popup.close();
    await announceBy(browser, 'Only mark the icon');
    const panel = await browser.context.newPage();
    await panel.goto(`chrome-extension://${browser.extensionId}/sidepanel.html`);
    // In the first release's words.
    await panel.getByLabel('Addresses').fill('next.person@gmail.com');
    await panel.getByRole('button', { name: 'Add to the list' }).click();
    await panel.getByText(/added\.$/).waitFor();
    const before = byEmail(await capturesOf(browser));
    expect(before).toEqual({
      [GMAIL.email]: 'verified',
      [REFUSED.email]: 'failed',
      [WAITING.email]: 'queued',
      [HELD.email]: 'held',
    });

    // So Chrome tells an extension that it is about to be replaced.
    await (await browser.worker()).evaluate(() =>
      (
        globalThis as never as {
          chrome: { runtime: { onUpdateAvailable: { dispatch(details: object): void } } };
        }
      ).chrome.runtime.onUpdateAvailable.dispatch({ version: '99' }),
    );
    await expect.poll(() => inLocalStorage(browser)).toContain(HELD.email);
    await browser.close();
    await rm(extension, { recursive: true });
    await mkdir(extension);
    await cp(NOW, extension, { recursive: true });

    browser = await start(sandbox, profile, extension);
    await asUpdated(browser);
    await expect.poll(async () => byEmail(await capturesOf(browser))).toEqual(before);
    const stored = await onDisk(browser);
    expect(stored).toContain(HELD.email);
    for (const { code } of [GMAIL, REFUSED, WAITING, HELD]) expect(stored).not.toContain(code);
    // Where pages could reach it, nothing is left.
    await expect.poll(() => inLocalStorage(browser)).toBe('{}');

    // What waited goes on by itself, and what was held with one click.
    await sandbox.restartBackend();
    isDown = false;
    await expect
      .poll(async () => byEmail(await capturesOf(browser))[WAITING.email], { timeout: 60_000 })
      .toBe('verified');
    popup = await ActionPopup.open(browser);
    expect(await popup.waitForText(/Send to Saleshandy/)).toContain(HELD.email);
    await popup.click('Send to Saleshandy');
    await expect.poll(async () => byEmail(await capturesOf(browser))[HELD.email]).toBe('verified');
    await popup.close();

    // Settings, list and history are as they were left.
    const page = await browser.context.newPage();
    await page.goto(`chrome-extension://${browser.extensionId}/options.html`);
    await expect(page.getByLabel('Only mark the icon', { exact: true })).toBeChecked();
    await page.goto(`chrome-extension://${browser.extensionId}/sidepanel.html`);
    await expect(page.getByText('next.person@gmail.com').first()).toBeVisible();
    await page.goto(`chrome-extension://${browser.extensionId}/sent.html`);
    for (const { email } of [GMAIL, WAITING, HELD]) await expect(page.getByText(email).first()).toBeVisible();
    await browser.close();
  } finally {
    if (isDown) await sandbox.restartBackend();
    await rm(extension, { recursive: true, force: true, maxRetries: 5 });
  }
});
