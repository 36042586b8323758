import type { Page } from '@playwright/test';
import type { SandboxBrowser } from '../sandbox/browser.ts';
import { ActionPopup } from '../sandbox/popup.ts';
import {
  badgeOf,
  capturesOf,
  expect,
  GMAIL,
  GMAIL_IMAP_OFF,
  makeGoogleCode,
  makeYahooCode,
  onDisk,
  popupWithCode,
  test,
} from './world.ts';

/* What people set out to do, from beginning to end. */

const pageOf = async ({ context, extensionId }: SandboxBrowser, name: string): Promise<Page> => {
  const page = await context.newPage();
  await page.goto(`chrome-extension://${extensionId}/${name}.html`);
  return page;
};

/** What was copied last, as somebody would paste it. */
async function clipboardOf({ context }: SandboxBrowser): Promise<string> {
  const page = await context.newPage();
  await page.goto('https://myaccount.google.com/elsewhere');
  await page.evaluate(() => {
    document.body.innerHTML = '<textarea id="here"></textarea>';
  });
  await page.locator('#here').click();
  await page.keyboard.press('Control+v');
  const text = await page.locator('#here').inputValue();
  await page.close();
  return text;
}

test('a newcomer: the first page, agreed, signed in, practised, and the first mailbox is verified', async ({
  freshBrowser: browser,
  sandbox,
}) => {
  // It opens by itself when the extension is installed.
  await expect
    .poll(() => browser.context.pages().map((page) => new URL(page.url()).pathname))
    .toContain('/welcome.html');
  const [welcome] = browser.context.pages().filter((page) => page.url().endsWith('/welcome.html'));
  if (!welcome) throw new Error('There is no first page');
  await welcome.getByText('What never happens').waitFor();
  await welcome.getByRole('button', { name: 'I agree' }).click();
  await welcome.getByText('You’ve agreed to this.').waitFor();
  await welcome.getByText('Backend address and access token').click();
  await welcome.getByLabel('Address').fill(sandbox.backend.url);
  await welcome.getByLabel('Access token').fill(sandbox.backend.token);
  await welcome.getByRole('button', { name: 'Save and test' }).click();
  await welcome.getByText('Workspace “Sandbox”').waitFor();

  const opens = browser.context.waitForEvent('page');
  await welcome.getByRole('button', { name: 'Open the practice page' }).click();
  const practice = await opens;
  const practised = await ActionPopup.next(browser);
  await practice.getByRole('button', { name: 'Create' }).click();
  const first = await practised.opened;
  await first.waitForText(/This is practice: nothing leaves your browser/);
  await first.click('Send to Saleshandy');
  await first.waitForText(/That’s all there is to it/);
  await practice.getByText('That’s it. It works the same at every provider.').waitFor();
  await first.click('Done');
  await first.close();
  await welcome.getByText('You’re ready.').waitFor();

  const popup = await popupWithCode(browser, sandbox, GMAIL);
  await popup.click('Send to Saleshandy');
  await popup.waitForText(/Connected/);
  expect(await capturesOf(browser)).toMatchObject([{ state: 'verified', email: GMAIL.email }]);
});

test('signed in to two workspaces, in a window of the browser: each as somebody, and out again', async ({
  freshBrowser: browser,
  sandbox,
}) => {
  const welcome = await pageOf(browser, 'welcome');
  await welcome.getByRole('button', { name: 'I agree' }).click();
  await welcome.getByText('Backend address and access token').click();
  await welcome.getByLabel('Address').fill(sandbox.backend.url);
  const signIn = async (page: Page, button: string, key: string, workspace: string): Promise<void> => {
    sandbox.saleshandy.keys.add(key);
    const opens = browser.context.waitForEvent('page');
    await page.getByRole('button', { name: button }).click();
    const window = await opens;
    await window.getByLabel('Saleshandy API key').fill(key);
    await window.getByLabel('Your name or email address').fill('Test Person');
    await window.getByRole('button', { name: 'Sign in' }).click();
    await window.getByLabel('Workspace name').fill(workspace);
    await window.getByRole('button', { name: 'Continue' }).click();
  };
  await signIn(welcome, 'Sign in to Saleshandy', 'not-a-real-key-of-the-first', 'First');
  await welcome.getByText('Signed in as Test Person, workspace “First”').waitFor();

  const settings = await pageOf(browser, 'options');
  await signIn(settings, 'Sign in to another workspace', 'not-a-real-key-of-the-second', 'Second');
  await settings.getByText('Signed in as Test Person, workspace “Second”').waitFor();
  expect(await settings.getByText('workspace “First”').count()).toBe(1);
  expect(await onDisk(browser)).not.toContain('not-a-real-key');

  const popup = await popupWithCode(browser, sandbox, GMAIL);
  await popup.waitForText(/workspace “Second”/);
  await popup.click('Send to Saleshandy');
  await popup.waitForText(/Connected/);
  // Once the time for taking it back is over.
  await popup.waitForText(/Adding it to Saleshandy/);
  await popup.waitForText(/Added to Saleshandy/);
  expect(sandbox.saleshandy.accounts).toMatchObject([{ fromEmail: GMAIL.email, status: 1 }]);
  await popup.close();

  await settings.getByRole('button', { name: 'Sign out' }).last().click();
  await settings.getByRole('button', { name: 'Yes, delete' }).click();
  await expect(settings.getByText('Signed in as Test Person, workspace “Second”')).toHaveCount(0);
  // What was sent there is no longer shown.
  await expect.poll(() => capturesOf(browser)).toEqual([]);
});

test('from an address to a mailbox: the guide leads, and its steps tick themselves off', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  let popup = await ActionPopup.open(browser);
  await popup.waitForText(/Connect a mailbox/);
  await popup.type(GMAIL.email);
  await popup.click('Find');
  await popup.waitForText(/Open the app-password page at Google/);
  const ticked = () => popup.evaluate(() => document.querySelectorAll('.steps .done').length);
  expect(await ticked()).toBe(0);
  await popup.close();

  const { opened } = await ActionPopup.next(browser);
  await makeGoogleCode(browser, sandbox, GMAIL);
  popup = await opened;
  await popup.waitForText(/Send it with one click/);
  // Two-step verification on, the page open, the code made.
  await expect.poll(ticked).toBe(3);
  await popup.click('Send to Saleshandy');
  await popup.waitForText(/Connected/);
  await expect.poll(ticked).toBe(5);
});

test('a blocked page: the possible causes, and a message for the admin', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  let popup = await ActionPopup.open(browser);
  await popup.waitForText(/Connect a mailbox/);
  await popup.type('test.person@company.example');
  await popup.click('Find');
  await popup.waitForText(/couldn’t tell where/);
  await popup.type('Google');
  await popup.click('Google\nGmail, Google Workspace');
  await popup.waitForText(/Open the app-password page/);
  await popup.close();

  sandbox.pages.show('google', 'unavailable');
  const page = await browser.context.newPage();
  await page.goto('https://myaccount.google.com/apppasswords');
  popup = await ActionPopup.open(browser);
  const text = await popup.waitForText(/No app passwords for this account/);
  expect(text).toContain('2-step verification is off');
  await popup.click('Copy a message for my admin');
  await popup.waitForText(/Copied\./);
  await popup.close();
  const message = await clipboardOf(browser);
  expect(message).toContain('Google Admin console');
  expect(message).toContain('app password');
});

test('sent by mistake: taken back at once, while it is checked and when it is done', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  const popup = await popupWithCode(browser, sandbox, GMAIL);
  await popup.click('Send to Saleshandy');
  await popup.waitForText(/Connected/);
  const [capture] = await capturesOf(browser);
  await popup.click('Undo');
  const text = await popup.waitForText(/Undone/);
  expect(text).toContain('Remove this app password at Google');
  const { url, token } = sandbox.backend;
  await expect
    .poll(async () => {
      const headers = { Authorization: `Bearer ${token}` };
      return (await fetch(`${url}/v1/connections/${capture?.connectionId}`, { headers })).status;
    })
    .toBe(404);
  await popup.click('Discard');
  await expect.poll(() => capturesOf(browser)).toEqual([]);
});

test('a mailbox whose code has died: the new one takes the place of the old, and it is one mailbox', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  const email = 'replaced.person@yahoo.com';
  const connect = async (code: string): Promise<ActionPopup> => {
    sandbox.scripted.accounts.set(email, { password: code });
    const { opened } = await ActionPopup.next(browser);
    await makeYahooCode(browser, sandbox, { email, code });
    const popup = await opened;
    await popup.waitForText(/right mailbox|Which mailbox/);
    await popup.type(email);
    await popup.click('This is my mailbox');
    await popup.click('Send to Saleshandy');
    await popup.waitForText(/Connected/);
    return popup;
  };
  const first = await connect('plokmijnuhbygvtf');
  expect(await first.text()).not.toContain('replaced the old one');
  await first.click('Done');
  await expect.poll(() => capturesOf(browser)).toEqual([]);
  const second = await connect('qazwsxedcrfvtgby');
  await second.waitForText(/has replaced the old one/);

  // Taken back, the mailbox is what it was before.
  await second.click('Undo');
  await second.waitForText(/Undone/);
});

test('a backend that is away: it waits, sealed, and goes on by itself; the badge tells', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  const popup = await popupWithCode(browser, sandbox, GMAIL);
  await popup.waitForText(/Send to Saleshandy/);
  await sandbox.backend.stop();
  await popup.click('Send to Saleshandy');
  await popup.waitForText(/Waiting to be sent/);
  expect(await badgeOf(browser)).toBe('…');
  await sandbox.restartBackend();
  await popup.click('Try now');
  await popup.waitForText(/Connected/);
});

test('offline and back: what was sent waits for the network, says so, loses nothing, and goes on by itself', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  const popup = await popupWithCode(browser, sandbox, GMAIL);
  await popup.waitForText(/Send to Saleshandy/);
  await browser.context.setOffline(true);
  const reaches = async (): Promise<boolean> =>
    (await browser.worker()).evaluate(
      (url) =>
        fetch(url).then(
          () => true,
          () => false,
        ),
      sandbox.backend.url,
    );
  expect(await reaches()).toBe(false);
  await popup.waitForText(/You’re offline\. What you send waits here, encrypted/);
  await popup.click('Send to Saleshandy');
  const text = await popup.waitForText(/You’re offline\. It will be sent as soon as you’re back online\./);
  expect(text).toContain('Waiting to be sent');
  expect(text).toContain('It’s encrypted and stays queued, even if you close the browser.');
  await expect.poll(() => badgeOf(browser)).toBe('…');
  const [{ connectionId = '' } = {}] = await capturesOf(browser);
  const atBackend = async (id: string): Promise<number> => {
    const headers = { Authorization: `Bearer ${sandbox.backend.token}` };
    return (await fetch(`${sandbox.backend.url}/v1/connections/${id}`, { headers })).status;
  };
  expect(await atBackend(connectionId)).toBe(404);

  await popup.close();
  const again = await pageOf(browser, 'popup');
  await again.getByText('You’re offline. It will be sent as soon as you’re back online.').waitFor();
  expect(await reaches()).toBe(false);
  expect(await capturesOf(browser)).toMatchObject([{ state: 'queued', connectionId }]);
  expect(await atBackend(connectionId)).toBe(404);

  await browser.context.setOffline(false);
  await expect(again.getByRole('heading', { name: 'Connected' })).toBeVisible();
  expect(await again.locator('body').innerText()).not.toContain('You’re offline');
  // Under its own id, or the one under which another test has sent the same code of the same mailbox.
  const [verified] = await capturesOf(browser);
  expect(verified).toMatchObject({ state: 'verified' });
  expect(await atBackend(verified?.connectionId ?? '')).toBe(200);
});

test('by keyboard alone: from the held code to the verdict, with IMAP off in between', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  await makeGoogleCode(browser, sandbox, GMAIL_IMAP_OFF);
  await expect.poll(() => capturesOf(browser)).toMatchObject([{ state: 'held' }]);
  // The command, as the browser gives it when its keys are pressed.
  await (await browser.worker()).evaluate(() => {
    const { chrome } = globalThis as unknown as { chrome: import('../sandbox/chrome.ts').Chrome };
    (chrome.commands.onCommand as unknown as { dispatch(name: string): void }).dispatch('send-held');
  });
  await expect.poll(() => capturesOf(browser)).toMatchObject([{ state: 'failed' }]);
  await sandbox.dovecot.switchImap(GMAIL_IMAP_OFF.email, true);
  try {
    const popup = await pageOf(browser, 'popup');
    await popup.getByText('Turn on IMAP').waitFor();
    const again = popup.getByRole('button', { name: 'Try again' });
    for (let tabs = 0; tabs < 20 && !(await again.evaluate((one) => one === document.activeElement)); tabs++)
      await popup.keyboard.press('Tab');
    await popup.keyboard.press('Enter');
    const done = popup.getByRole('button', { name: 'Done' });
    await done.waitFor();
    for (let tabs = 0; tabs < 20 && !(await done.evaluate((one) => one === document.activeElement)); tabs++)
      await popup.keyboard.press('Tab');
    await popup.keyboard.press('Enter');
    await expect.poll(() => capturesOf(browser)).toEqual([]);
  } finally {
    await sandbox.dovecot.switchImap(GMAIL_IMAP_OFF.email, false);
  }
});

test('history: what was sent is found, deleted, and not kept where it is switched off', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  const send = async (email: string, code: string, words: RegExp): Promise<void> => {
    const { opened } = await ActionPopup.next(browser);
    const page = await makeGoogleCode(browser, sandbox, { email, code });
    const popup = await opened;
    await popup.click('Send to Saleshandy');
    await popup.waitForText(words);
    await popup.close();
    await page.close();
  };
  await send(GMAIL.email, GMAIL.code, /Connected/);
  await send('somebody.else@gmail.com', 'wrongwrongwrongw', /The code was refused/);
  const history = await pageOf(browser, 'sent');
  await expect(history.getByText('2 mailboxes')).toBeVisible();
  expect(await history.locator('body').innerText()).not.toContain('wrongwrongwrongw');
  await history.getByRole('searchbox').fill('somebody');
  await expect(history.getByText('1 mailbox', { exact: true })).toBeVisible();
  await history.getByRole('button', { name: 'Delete – somebody.else@gmail.com' }).click();
  await history.getByRole('searchbox').fill('');
  await expect(history.getByText('1 mailbox', { exact: true })).toBeVisible();
  await history.getByRole('button', { name: 'Delete all' }).click();
  await history.getByRole('button', { name: 'Yes, delete' }).click();
  await expect(history.getByText('Nothing has been sent yet.')).toBeVisible();

  const settings = await pageOf(browser, 'options');
  await settings.getByLabel('Keep a history').uncheck();
  await settings.getByText('Saved.').waitFor();
  await send('another.one@gmail.com', 'wrongwrongwrongx', /The code was refused/);
  await expect(history.getByText('Nothing has been sent yet.')).toBeVisible();
});

test('a provider that is switched off is not watched, and one that is on again is', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  const settings = await pageOf(browser, 'options');
  await settings.getByLabel('Google').uncheck();
  await settings.getByText('Saved.').first().waitFor();
  const page = await makeGoogleCode(browser, sandbox, GMAIL);
  const popup = await ActionPopup.open(browser);
  await popup.waitForText(/Connect a mailbox/);
  expect(await popup.text()).not.toContain('Send to Saleshandy');
  await popup.close();
  expect(await capturesOf(browser)).toEqual([]);
  await settings.getByLabel('Google').check();
  // The code is still on the page.
  await expect.poll(() => capturesOf(browser)).toMatchObject([{ email: GMAIL.email }]);
  await page.close();
});

test('another language and theme, at once and everywhere', async ({ browserWithExtension: browser }) => {
  const settings = await pageOf(browser, 'options');
  const popup = await pageOf(browser, 'popup');
  await settings.locator('#language').selectOption('de');
  await expect(popup.locator('html')).toHaveAttribute('lang', 'de');
  await expect(popup.getByRole('button', { name: 'Einstellungen' })).toBeVisible();
  await settings.locator('#language').selectOption('ar');
  await expect(popup.locator('html')).toHaveAttribute('dir', 'rtl');
  await settings.locator('input[name=theme][value=dark]').check();
  await expect
    .poll(() => popup.evaluate(() => getComputedStyle(document.documentElement).backgroundColor))
    .toBe('rgb(17, 24, 39)');
});
