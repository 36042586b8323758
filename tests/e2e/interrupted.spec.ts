import { ActionPopup } from '../sandbox/popup.ts';
import { interruptions } from './interruptions.ts';
import { inChromium } from './person.ts';
import {
  capturesOf,
  expect,
  GMAIL,
  keepOnDisk,
  makeYahooCode,
  popupWithCode,
  startBrowser,
  test,
  YAHOO,
} from './world.ts';

interruptions((name, journey) =>
  test(name, ({ browserWithExtension, sandbox }) =>
    journey(inChromium(browserWithExtension, sandbox), sandbox),
  ),
);

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
  const id = '6f2f1d3e-0000-4000-8000-00000000000b';
  const account = { id, address: 'http://localhost:1', access: { token: 'not-a-real-token' }, addedAt: 1 };
  await keepOnDisk(browser, { settings: { agreedAt: 1 }, accounts: { current: id, all: [account] } });
  const popup = await popupWithCode(browser, sandbox, GMAIL);
  await popup.click('Send to Saleshandy');
  await popup.waitForText(/Waiting to be sent/);
  await browser.kill();

  const restarted = await startBrowser(sandbox, profile);
  try {
    await expect
      .poll(() => capturesOf(restarted))
      .toMatchObject([{ state: 'failed', email: GMAIL.email, fault: { code: 'code_gone' } }]);
    await (await ActionPopup.open(restarted)).waitForText(/Create a new app password/);
  } finally {
    await restarted.close();
  }
});
