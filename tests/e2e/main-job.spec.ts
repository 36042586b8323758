import { ActionPopup } from '../sandbox/popup.ts';
import {
  badgeOf,
  capturesOf,
  expect,
  GMAIL,
  GMAIL_IMAP_OFF,
  GMAIL_SECOND,
  makeYahooCode,
  OUTLOOK,
  popupWithCode,
  test,
  YAHOO,
} from './world.ts';

test('Google: the popup opens by itself, and one click leads to the verdict', async ({
  browserWithExtension,
  sandbox,
}) => {
  const popup = await popupWithCode(browserWithExtension, sandbox, GMAIL);
  expect(await popup.waitForText(/Send to Saleshandy/)).toContain(GMAIL.email);
  expect(await capturesOf(browserWithExtension)).toMatchObject([
    { provider: 'google', email: GMAIL.email, password: GMAIL.code, state: 'held', account: 'certain' },
  ]);
  expect(await badgeOf(browserWithExtension)).toBe('1');

  await popup.click('Send to Saleshandy');
  expect(await popup.waitForText(/Connected/)).toMatch(/Receiving\s+works[\s✓]+Sending\s+works/);
  const [capture] = await capturesOf(browserWithExtension);
  expect(capture).toMatchObject({ state: 'verified', connection: { verdict: 'verified' } });
  expect(JSON.stringify(capture)).not.toContain(GMAIL.code);
  expect(await badgeOf(browserWithExtension)).toBe('✓');

  await popup.click('Done');
  await popup.waitForText(/Connect a mailbox/);
  expect(await badgeOf(browserWithExtension)).toBe('');
});

test('Google, the second signed-in account: its own address', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  sandbox.pages.signIn('google', GMAIL.email, GMAIL_SECOND.email);
  sandbox.pages.giveCodes('google', GMAIL_SECOND.code);
  const { opened } = await ActionPopup.next(browser);
  const page = await browser.context.newPage();
  await page.goto('https://myaccount.google.com/u/1/apppasswords');
  await page.getByLabel('App name').fill('Saleshandy');
  await page.getByRole('button', { name: 'Create' }).click();
  const popup = await opened;
  expect(await popup.waitForText(/Send to Saleshandy/)).toContain(GMAIL_SECOND.email);
  await popup.click('Send to Saleshandy');
  await popup.waitForText(/Connected/);
});

test('Yahoo: the account is confirmed first, then one click', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  sandbox.scripted.accounts.set(YAHOO.email, { password: YAHOO.code });
  const { opened } = await ActionPopup.next(browser);
  await makeYahooCode(browser, sandbox, YAHOO);
  const popup = await opened;
  await popup.waitForText(/Is this the right mailbox/);
  expect(await popup.text()).not.toContain('Send to Saleshandy');

  await popup.type('half@');
  await popup.click('This is my mailbox');
  await popup.waitForText(/Enter a whole address/);
  await popup.type(YAHOO.email);
  await popup.click('This is my mailbox');
  await popup.click('Send to Saleshandy');
  await popup.waitForText(/Connected/);
  expect(await capturesOf(browser)).toMatchObject([{ state: 'verified', email: YAHOO.email }]);
});

test('Microsoft personal: the dead end is told first, and sending anyway says the same', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  sandbox.scripted.accounts.set(OUTLOOK.email, {
    password: OUTLOOK.code,
    outcome: { imap: 'basic-off', smtp: 'basic-off' },
  });
  sandbox.pages.giveCodes('microsoft-personal', OUTLOOK.code);
  const { opened } = await ActionPopup.next(browser);
  const page = await browser.context.newPage();
  await page.goto('https://account.live.com/proofs/manage/additional');
  await page.getByText('Create a new app password').click();
  const popup = await opened;
  await popup.waitForText(/Which mailbox is it for/);
  expect(await popup.text()).toContain('Microsoft no longer opens mailboxes with app passwords');
  await popup.type(OUTLOOK.email);
  await popup.click('This is my mailbox');
  await popup.click('Send anyway');
  const result = await popup.waitForText(/One more thing is needed/);
  expect(result).toContain('Microsoft no longer opens this mailbox with any password');
  expect(await capturesOf(browser)).toMatchObject([{ state: 'failed', password: OUTLOOK.code }]);
});

test('a wrong code: said so, kept, and tried again without copying anything', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  const popup = await popupWithCode(browser, sandbox, { email: GMAIL.email, code: 'wrongwrongwrongw' });
  await popup.click('Send to Saleshandy');
  const text = await popup.waitForText(/The code was refused/);
  expect(text).toContain(`Google refused this code for ${GMAIL.email}`);
  expect(text).toContain('Make a new app password');
  expect(await badgeOf(browser)).toBe('!');
  await popup.click('Details');
  expect(await popup.waitForText(/AUTH_INVALID/)).toMatch(/imap\.gmail\.com:993/);

  await popup.click('Try again');
  await popup.waitForText(/Checking the mailbox/);
  await popup.waitForText(/The code was refused/);
  expect(await capturesOf(browser)).toMatchObject([
    { connection: { attempt: 2 }, password: 'wrongwrongwrongw' },
  ]);
});

test('the right code under the wrong address: corrected, it works', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  const popup = await popupWithCode(browser, sandbox, {
    email: 'somebody.else@gmail.com',
    code: GMAIL_SECOND.code,
  });
  await popup.click('Send to Saleshandy');
  await popup.waitForText(/The code was refused/);
  await popup.click('Correct the address');
  await popup.type(GMAIL_SECOND.email);
  await popup.click('Use this address');
  await popup.click('Send to Saleshandy');
  await popup.waitForText(/Connected/);
});

test('IMAP off: it can send, says what to switch on, and works once that is done', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  const popup = await popupWithCode(browser, sandbox, GMAIL_IMAP_OFF);
  await popup.click('Send to Saleshandy');
  const text = await popup.waitForText(/It can send, but not receive yet/);
  expect(text).toMatch(/Receiving\s+does not work[\s✓]+Sending\s+works/);
  expect(text).toContain('Turn IMAP on');
  expect(text).toContain('Open the IMAP setting');

  await sandbox.dovecot.switchImap(GMAIL_IMAP_OFF.email, true);
  try {
    await popup.click('Try again');
    await popup.waitForText(/Connected/);
  } finally {
    // The next test finds the mail server as this one did.
    await sandbox.dovecot.switchImap(GMAIL_IMAP_OFF.email, false);
  }
});
