import type { Chrome } from '../sandbox/chrome.ts';
import { ActionPopup } from '../sandbox/popup.ts';
import {
  badgeOf,
  capturesOf,
  endWorker,
  expect,
  GMAIL,
  makeYahooCode,
  popupWithCode,
  startBrowser,
  test,
  YAHOO,
} from './world.ts';

test('the backend is down, then up: the code waits, says so, and goes on by itself', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  await sandbox.backend.kill();
  const popup = await popupWithCode(browser, sandbox, GMAIL);
  await popup.click('Send to Saleshandy');
  const text = await popup.waitForText(/Waiting to be sent/);
  expect(text).toContain("The onboarding backend can't be reached");
  expect(await capturesOf(browser)).toMatchObject([{ state: 'queued', password: GMAIL.code }]);
  expect(await badgeOf(browser)).toBe('…');

  await sandbox.restartBackend();
  await popup.waitForText(/Connected/);
});

test('the backend is down: cancelled, the code is held as before', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  await sandbox.backend.kill();
  try {
    const popup = await popupWithCode(browser, sandbox, GMAIL);
    await popup.click('Send to Saleshandy');
    await popup.waitForText(/Waiting to be sent/);
    await popup.click('Cancel');
    await popup.waitForText(/Send to Saleshandy/);
    expect(await capturesOf(browser)).toMatchObject([{ state: 'held', password: GMAIL.code }]);
  } finally {
    await sandbox.restartBackend();
  }
});

test('the popup is closed and opened again at every state, and shows the same', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  sandbox.scripted.accounts.set(YAHOO.email, { password: YAHOO.code, outcome: { smtp: 'slow' } });
  const { opened } = await ActionPopup.next(browser);
  await makeYahooCode(browser, sandbox, YAHOO);
  const again = async (popup: ActionPopup): Promise<ActionPopup> => {
    await popup.close();
    return ActionPopup.open(browser);
  };

  let popup = await opened;
  await popup.waitForText(/Is this the right mailbox/);
  await popup.type('typed@example.com');
  await expect.poll(() => capturesOf(browser)).toMatchObject([{ email: 'typed@example.com' }]);
  popup = await again(popup);
  await popup.waitForText(/Is this the right mailbox/);
  expect(await popup.evaluate(() => document.querySelector('input')?.value)).toBe('typed@example.com');

  await popup.type(YAHOO.email);
  await popup.click('This is my mailbox');
  await popup.waitForText(/Send to Saleshandy/);
  popup = await again(popup);
  expect(await popup.waitForText(/Send to Saleshandy/)).toContain(YAHOO.email);

  await popup.click('Send to Saleshandy');
  await popup.waitForText(/Checking the mailbox/);
  popup = await again(popup);
  expect(await popup.waitForText(/Receiving\s+works/)).toMatch(/Sending\s+checking/);

  await popup.waitForText(/Connected/);
  popup = await again(popup);
  await popup.waitForText(/Connected/);
});

test('the worker is ended between the click and the verdict, and goes on where it was', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  sandbox.scripted.accounts.set(YAHOO.email, {
    password: YAHOO.code,
    outcome: { imap: 'slow', smtp: 'slow' },
  });
  const { opened } = await ActionPopup.next(browser);
  await makeYahooCode(browser, sandbox, YAHOO);
  const popup = await opened;
  await popup.click('This is my mailbox');
  await popup.click('Send to Saleshandy');
  await popup.waitForText(/Checking the mailbox/);
  await popup.close();
  const logIns = sandbox.scripted.logIns.length;

  await endWorker(browser);
  // Any event starts the next one; here the user opens the popup, whose reading of the settings does not.
  const page = await browser.context.newPage();
  await page.goto(`chrome-extension://${browser.extensionId}/popup.html`);
  await page.evaluate(() =>
    (
      globalThis as never as { chrome: { runtime: { sendMessage(m: object): void } } }
    ).chrome.runtime.sendMessage({}),
  );
  await expect(page.getByText('Connected', { exact: true })).toBeVisible();
  expect(sandbox.scripted.logIns.length - logIns).toBeLessThanOrEqual(2);
  expect(await capturesOf(browser)).toMatchObject([{ state: 'verified' }]);
});

test('the worker is ended while the code is held: it is still there', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  const popup = await popupWithCode(browser, sandbox, GMAIL);
  await popup.waitForText(/Send to Saleshandy/);
  await endWorker(browser);
  await popup.click('Send to Saleshandy');
  await popup.waitForText(/Connected/);
});

test('the browser is killed after the click: what was sent is on its way when it starts again', async ({
  browserWithExtension: browser,
  sandbox,
  profile,
}) => {
  await sandbox.backend.kill();
  const popup = await popupWithCode(browser, sandbox, GMAIL);
  await popup.click('Send to Saleshandy');
  await popup.waitForText(/Waiting to be sent/);
  await browser.kill();
  await sandbox.restartBackend();

  const restarted = await startBrowser(sandbox, profile);
  try {
    await expect.poll(() => capturesOf(restarted)).toMatchObject([{ state: 'verified', email: GMAIL.email }]);
  } finally {
    await restarted.close();
  }
});

test('the browser is killed before a code could be sealed: its user is told, and makes another', async ({
  freshBrowser: browser,
  sandbox,
  profile,
}) => {
  // A backend that was never reached has told no key to seal to.
  await (await browser.worker()).evaluate(async () => {
    const { chrome } = globalThis as unknown as { chrome: Chrome };
    const id = '6f2f1d3e-0000-4000-8000-00000000000b';
    const account = { id, address: 'http://localhost:1', access: { token: 'not-a-real-token' }, addedAt: 1 };
    await chrome.storage.local.set({
      settings: { agreedAt: 1 },
      accounts: { current: id, all: [account] },
    });
  });
  const popup = await popupWithCode(browser, sandbox, GMAIL);
  await popup.click('Send to Saleshandy');
  await popup.waitForText(/Waiting to be sent/);
  await browser.kill();

  const restarted = await startBrowser(sandbox, profile);
  try {
    await expect
      .poll(() => capturesOf(restarted))
      .toMatchObject([{ state: 'failed', email: GMAIL.email, fault: { code: 'code_gone' } }]);
    await (await ActionPopup.open(restarted)).waitForText(/Make a new app password/);
  } finally {
    await restarted.close();
  }
});
