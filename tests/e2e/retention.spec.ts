import type { SandboxBrowser } from '../sandbox/browser.ts';
import type { Chrome } from '../sandbox/chrome.ts';
import { leaksIn } from '../sandbox/leaks.ts';
import { ActionPopup } from '../sandbox/popup.ts';
import { backendCommand } from '../servers/backend-process.ts';
import {
  badgeOf,
  capturesOf,
  expect,
  GMAIL,
  holdWithTimeLeft,
  makeGoogleCode,
  onDisk,
  popupWithCode,
  startBrowser,
  test,
} from './world.ts';

/* How long codes stay, what survives, and what is forgotten. */

const settingsPage = async ({ context, extensionId }: SandboxBrowser) => {
  const page = await context.newPage();
  await page.goto(`chrome-extension://${extensionId}/options.html`);
  return page;
};

test('a code that is not sent is counted down, can be kept longer, and is forgotten with a word', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  const { opened } = await ActionPopup.next(browser);
  await makeGoogleCode(browser, sandbox, GMAIL);
  let popup = await opened;
  await popup.waitForText(/Not sent yet\. Expires in (10:00|9:\d\d)\./);
  await popup.close();

  await holdWithTimeLeft(browser, 85_000);
  popup = await ActionPopup.open(browser);
  await popup.waitForText(/hasn’t been sent and expires in 1:\d\d/);
  await expect.poll(() => badgeOf(browser)).toBe('2m');
  await popup.click('Keep longer');
  await popup.waitForText(/Not sent yet\. Expires in (10:00|9:\d\d)\./);
  await expect.poll(() => badgeOf(browser)).toBe('1');
  await popup.close();

  await holdWithTimeLeft(browser, 8_000);
  popup = await ActionPopup.open(browser);
  await popup.waitForText(/expires in 0:0\d/);
  const text = await popup.waitForText(/Expired before it was sent/);
  expect(text).toContain('Create a new app password');
  expect(await capturesOf(browser)).toMatchObject([{ state: 'failed', fault: { code: 'expired' } }]);
  expect(JSON.stringify(await capturesOf(browser))).not.toContain(GMAIL.code);
  await popup.click('Discard');
  await expect.poll(() => capturesOf(browser)).toEqual([]);
});

test('held codes that are to be kept sealed outlive the browser, and are sent as they are', async ({
  browserWithExtension: browser,
  sandbox,
  profile,
}) => {
  const settings = await settingsPage(browser);
  await settings.getByLabel('Also keep waiting codes on disk, encrypted').check();
  await settings.getByText('Saved.').waitFor();
  const { opened } = await ActionPopup.next(browser);
  await makeGoogleCode(browser, sandbox, GMAIL);
  await (await opened).waitForText(/It’s kept encrypted, even if you close the browser/);
  expect(await onDisk(browser)).toContain('"sealed"');
  await browser.kill();
  expect(await leaksIn(profile, GMAIL.code)).toEqual([]);

  const restarted = await startBrowser(sandbox, profile);
  try {
    await expect.poll(() => capturesOf(restarted)).toMatchObject([{ state: 'held', email: GMAIL.email }]);
    const popup = await ActionPopup.open(restarted);
    const text = await popup.waitForText(/Only the encrypted code is left/);
    expect(text).not.toMatch(/Change|Show/);
    await popup.click('Send to Saleshandy');
    await popup.waitForText(/Connected/);
  } finally {
    await restarted.close();
  }
});

test('an update that waits does not cost a held code', async ({ browserWithExtension: browser, sandbox }) => {
  const popup = await popupWithCode(browser, sandbox, GMAIL);
  await popup.waitForText(/Expires in/);
  expect(await onDisk(browser)).not.toContain('"sealed"');
  // As the browser does, where no store has a newer version to offer.
  await (await browser.worker()).evaluate(() => {
    const { chrome } = globalThis as unknown as { chrome: Chrome };
    const event = chrome.runtime.onUpdateAvailable as unknown as { dispatch(details: object): void };
    event.dispatch({ version: '9.9.9' });
  });
  await popup.waitForText(/It’s kept encrypted/);
  expect(await onDisk(browser)).toContain('"sealed"');
});

test('another key of the backend is not sealed to before the user agrees', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  await backendCommand({ ONBOARDING_DATA_DIR: `${sandbox.folder}/backend` }, 'rotate-key', '--revoke');
  const popup = await popupWithCode(browser, sandbox, GMAIL);
  await popup.click('Send to Saleshandy');
  const text = await popup.waitForText(/key has changed since you connected/);
  const [, mark] = /The new key: (\S{4} \S{4} \S{4})/.exec(text) ?? [];
  expect(mark).toBeDefined();
  expect(await capturesOf(browser)).toMatchObject([{ state: 'held', password: GMAIL.code }]);
  await popup.click('Use the new key and send');
  await popup.waitForText(/Connected/);
  const settings = await settingsPage(browser);
  await expect(settings.getByText(`Codes are encrypted with its key ${mark}`)).toBeVisible();
});

test('signed out, the codes and the token are gone; with everything, all the rest', async ({
  browserWithExtension: browser,
  sandbox,
  profile,
}) => {
  const { opened } = await ActionPopup.next(browser);
  await makeGoogleCode(browser, sandbox, GMAIL);
  await (await opened).close();
  const settings = await settingsPage(browser);
  const { token } = sandbox.backend;
  await settings.getByRole('button', { name: 'Sign out' }).click();
  await settings.getByRole('button', { name: 'Cancel' }).click();
  expect(await capturesOf(browser)).toHaveLength(1);

  await settings.getByRole('button', { name: 'Sign out' }).click();
  await settings.getByRole('button', { name: 'Yes, delete' }).click();
  await expect(settings.getByRole('button', { name: 'Sign in to Saleshandy' })).toBeVisible();
  expect(await capturesOf(browser)).toEqual([]);
  expect(await onDisk(browser)).not.toContain(token);

  await settings.getByRole('button', { name: 'Reset the extension' }).click();
  await settings.getByRole('button', { name: 'Yes, delete' }).click();
  await settings.getByText('Backend address and access token').click();
  await expect(settings.getByLabel('Address')).toHaveValue('http://localhost:8787');
  expect(await onDisk(browser)).toBe('{}');
  await browser.close();
  expect(await leaksIn(profile, GMAIL.code)).toEqual([]);
});
