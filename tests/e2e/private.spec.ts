import type { SandboxBrowser } from '../sandbox/browser.ts';
import type { Chrome } from '../sandbox/chrome.ts';
import { leaksIn } from '../sandbox/leaks.ts';
import { ActionPopup, DrivenPage } from '../sandbox/popup.ts';
import { fakeCode } from '../sandbox/provider-pages.ts';
import {
  announceBy,
  badgeOf,
  capturesOf,
  expect,
  GMAIL,
  GMAIL_SECOND,
  onDisk,
  type Sandbox,
  test,
} from './world.ts';

const PAGE = 'https://myaccount.google.com/apppasswords';

/** Lets the extension into private windows, as its user does on the browser's page for it. It starts anew. */
async function allowInPrivate(browser: SandboxBrowser): Promise<void> {
  const page = await browser.context.newPage();
  await page.goto(`chrome://extensions/?id=${browser.extensionId}`);
  const restarted = browser.context.waitForEvent('serviceworker');
  await page.evaluate(async (extensionId) => {
    const { chrome } = globalThis as unknown as {
      chrome: { developerPrivate: Record<string, (change: object) => Promise<void>> };
    };
    // Else the browser switches off what was loaded from a folder, when it starts anew.
    await chrome.developerPrivate.updateProfileConfiguration?.({ inDeveloperMode: true });
    await chrome.developerPrivate.updateExtensionConfiguration?.({ extensionId, incognitoAccess: true });
  }, browser.extensionId);
  await restarted;
  await page.close();
}

/** Opens a private window and makes a code in it, as `makeGoogleCode` does in a tab. */
async function makeCodeInPrivate(
  browser: SandboxBrowser,
  { pages }: Sandbox,
  { email, code }: { email: string; code: string },
) {
  pages.signIn('google', email);
  pages.giveCodes('google', code);
  const { opened } = await DrivenPage.at(PAGE, browser);
  const windowId = await (await browser.worker()).evaluate(async (url) => {
    const { chrome } = globalThis as unknown as { chrome: Chrome };
    return (await chrome.windows.create({ incognito: true, url }))?.id as number;
  }, PAGE);
  const page = await opened;
  // It may still be on its way there.
  await expect.poll(() => page.text().catch(() => '')).toContain('To make a new app password');
  await page.type('Saleshandy');
  await page.click('Create');
  return { page, windowId };
}

const closeWindow = async (browser: SandboxBrowser, windowId: number): Promise<void> =>
  (await browser.worker()).evaluate(
    (id) => (globalThis as unknown as { chrome: Chrome }).chrome.windows.remove(id),
    windowId,
  );

/** The window that was there before. */
const normalWindow = async (browser: SandboxBrowser): Promise<number> =>
  (await browser.worker()).evaluate(async () => {
    const windows = await (globalThis as unknown as { chrome: Chrome }).chrome.windows.getAll();
    return windows.find(({ incognito }) => !incognito)?.id as number;
  });

test('what is held of a private window is shown there only, and is gone when it is closed', async ({
  browserWithExtension: browser,
  sandbox,
  profile,
}) => {
  await allowInPrivate(browser);
  await announceBy(browser, 'Only mark the icon');
  const { windowId } = await makeCodeInPrivate(browser, sandbox, GMAIL);
  await expect.poll(() => capturesOf(browser)).toMatchObject([{ state: 'held', private: true }]);
  const inside = await ActionPopup.open(browser, windowId);
  expect(await inside.waitForText(/Send to Saleshandy/)).toContain(GMAIL.email);
  // What is pasted there is private too.
  await inside.click('Paste a code');
  await inside.type(GMAIL_SECOND.code);
  await inside.click('Use this password');
  await expect
    .poll(async () => (await capturesOf(browser)).map((capture) => [capture.password, capture.private]))
    .toEqual([
      [GMAIL.code, true],
      [GMAIL_SECOND.code, true],
    ]);
  await inside.close();
  const outside = await ActionPopup.open(browser, await normalWindow(browser));
  expect(await outside.waitForText(/Code shown, but nothing happened/)).not.toContain(GMAIL.email);
  await outside.close();

  expect(await onDisk(browser)).not.toContain(GMAIL.email);
  await closeWindow(browser, windowId);
  await expect.poll(() => capturesOf(browser)).toEqual([]);
  expect(await badgeOf(browser)).toBe('');
  await browser.close();
  for (const trace of [GMAIL.code, GMAIL.email]) expect(await leaksIn(profile, trace)).toEqual([]);
});

test('what was sent from a private window goes on after it is closed, in memory, and then goes', async ({
  browserWithExtension: browser,
  sandbox,
  profile,
}) => {
  await allowInPrivate(browser);
  await announceBy(browser, 'Show a notice on the page');
  const windows: number[] = [];
  let connections: string[] = [];
  await sandbox.backend.kill();
  try {
    const wrong = { email: GMAIL.email, code: fakeCode() };
    for (const [count, account] of [GMAIL_SECOND, wrong].entries()) {
      const { page, windowId } = await makeCodeInPrivate(browser, sandbox, account);
      windows.push(windowId);
      await expect.poll(() => capturesOf(browser)).toHaveLength(count + 1);
      // The notice is there as in any window.
      await expect.poll(() => page.evaluate(() => document.querySelectorAll('html > div').length)).toBe(1);
      const popup = await ActionPopup.open(browser, windowId);
      await popup.click('Send to Saleshandy');
      await popup.waitForText(/Waiting to be sent/);
      await expect
        .poll(async () => (await capturesOf(browser)).map(({ state }) => state))
        .not.toContain('held');
      await popup.close();
    }
    const captures = await capturesOf(browser);
    connections = captures.map(({ connectionId }) => connectionId);
    expect(captures).toMatchObject(Array(2).fill({ state: 'queued', private: true }));
    const local = await onDisk(browser);
    for (const trace of [GMAIL_SECOND.email, GMAIL.email, '"sealed"']) expect(local).not.toContain(trace);

    for (const windowId of windows) await closeWindow(browser, windowId);
    await expect
      .poll(() => capturesOf(browser))
      .toMatchObject(Array(2).fill({ state: 'queued', leaving: true }));
    await expect.poll(() => badgeOf(browser)).toBe('');
  } finally {
    await sandbox.restartBackend();
  }
  await expect.poll(() => capturesOf(browser)).toEqual([]);
  const [connected, refused] = connections;
  // The mailbox stays connected. What came to nothing, and nobody will ask about, is forgotten there too.
  const forgotten = (): string[] =>
    sandbox.backend
      .log()
      .split('\n')
      .filter((line) => line.includes('"DELETE"'));
  await expect.poll(() => forgotten().join()).toContain(refused);
  expect(forgotten().join()).not.toContain(connected);
  await browser.close();
  for (const trace of [GMAIL_SECOND.code, GMAIL_SECOND.email, GMAIL.email])
    expect(await leaksIn(profile, trace)).toEqual([]);
});

test('whoever is guided in a private window is so there only, and nothing is left when it is closed', async ({
  browserWithExtension: browser,
}) => {
  await allowInPrivate(browser);
  const windowId = await (await browser.worker()).evaluate(async () => {
    const { chrome } = globalThis as unknown as { chrome: Chrome };
    return (await chrome.windows.create({ incognito: true }))?.id as number;
  });
  const inside = await ActionPopup.open(browser, windowId);
  await inside.waitForText(/Connect a mailbox/);
  await inside.type(GMAIL.email);
  await inside.click('Find');
  await inside.waitForText(/Open the app-password page at Google/);
  await inside.close();
  const outside = await ActionPopup.open(browser, await normalWindow(browser));
  expect(await outside.waitForText(/Connect a mailbox/)).not.toContain(GMAIL.email);
  await outside.close();

  await closeWindow(browser, windowId);
  const inMemory = async (): Promise<string> =>
    (await browser.worker()).evaluate(async () =>
      JSON.stringify(await (globalThis as unknown as { chrome: Chrome }).chrome.storage.session.get()),
    );
  await expect.poll(inMemory).not.toContain(GMAIL.email);
  expect(await onDisk(browser)).not.toContain(GMAIL.email);
});
