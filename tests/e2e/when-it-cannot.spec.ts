import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchBrowser, type SandboxBrowser } from '../sandbox/browser.ts';
import type { Chrome } from '../sandbox/chrome.ts';
import { ActionPopup } from '../sandbox/popup.ts';
import { setUp } from '../sandbox/set-up.ts';
import { announceBy, capturesOf, expect, GMAIL, GMAIL_SECOND, makeYahooCode, test, YAHOO } from './world.ts';

/* The ways that work when a code was not seen, or can't be. */

const GROUPED = GMAIL.code.replace(/(.{4})(?=.)/g, '$1 ');

/** Chooses our entry in the context menu of the tab in front. The menu is the browser's own, out of reach of any test. */
async function sendSelected(browser: SandboxBrowser, text: string): Promise<void> {
  await (await browser.worker()).evaluate(async (selectionText) => {
    const { chrome } = globalThis as unknown as { chrome: Chrome };
    const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
    const { onClicked } = chrome.contextMenus as never as {
      onClicked: { dispatch(...event: unknown[]): void };
    };
    onClicked.dispatch({ menuItemId: 'send-selected', selectionText, editable: false }, tab);
  }, text);
}

test.describe('selected text', () => {
  test('on any page: the address tells the provider, and it connects', async ({
    browserWithExtension: browser,
  }) => {
    const page = await browser.context.newPage();
    await page.goto('https://help.example.com/');
    const { opened } = await ActionPopup.next(browser);
    await sendSelected(browser, ` ${GMAIL.code} `);
    const popup = await opened;
    await popup.waitForText(/Which mailbox is it for/);
    expect(await capturesOf(browser)).toMatchObject([
      { provider: 'other', code: 'confirmed', password: GMAIL.code },
    ]);
    await popup.type(GMAIL.email);
    await popup.click('This is my mailbox');
    await popup.click('Send to Saleshandy');
    await popup.waitForText(/Connected/);
    expect(await capturesOf(browser)).toMatchObject([{ provider: 'google', state: 'verified' }]);
  });

  test('on a provider’s page: read as one of its codes', async ({ browserWithExtension: browser }) => {
    const page = await browser.context.newPage();
    await page.goto('https://myaccount.google.com/security');
    const { opened } = await ActionPopup.next(browser);
    await sendSelected(browser, GROUPED);
    await (await opened).waitForText(/Which mailbox is it for/);
    expect(await capturesOf(browser)).toMatchObject([
      { provider: 'google', code: 'confirmed', password: GMAIL.code },
    ]);
  });

  test('that is no code: said so, and nothing is held', async ({ browserWithExtension: browser }) => {
    const page = await browser.context.newPage();
    await page.goto('https://help.example.com/');
    const { opened } = await ActionPopup.next(browser);
    await sendSelected(browser, 'test.person@example.com');
    await (await opened).waitForText(/This is an email address/);
    expect(await capturesOf(browser)).toEqual([]);
  });

  test('a server of one’s own: the servers are asked for', async ({ browserWithExtension: browser }) => {
    const page = await browser.context.newPage();
    await page.goto('https://help.example.com/');
    const { opened } = await ActionPopup.next(browser);
    await sendSelected(browser, 'not-a-real-password');
    const popup = await opened;
    await popup.waitForText(/Which mailbox is it for/);
    await popup.type('test.person@company.example');
    await popup.click('This is my mailbox');
    await popup.waitForText(/Receiving server/);
    await popup.type('nonsense', 'Receiving server (IMAP)');
    await popup.click('Use these servers');
    await popup.waitForText(/Enter a server name such as mail.example.com/);
    await popup.type('imap.gmail.com', 'Receiving server (IMAP)');
    await popup.type('smtp.gmail.com:587', 'Sending server (SMTP)');
    await popup.click('Use these servers');
    await popup.click('Send to Saleshandy');
    await popup.waitForText(/The code was refused/);
    expect((await capturesOf(browser))[0]).toMatchObject({
      provider: 'other',
      servers: {
        imap: { host: 'imap.gmail.com', port: 993, security: 'tls' },
        smtp: { host: 'smtp.gmail.com', port: 587, security: 'starttls' },
      },
      connection: { state: 'done' },
    });
  });
});

test.describe('pasted', () => {
  test('checked against the provider’s form, held, and connected', async ({
    browserWithExtension: browser,
  }) => {
    const popup = await ActionPopup.open(browser);
    await popup.click('Code shown, but nothing happened?');
    await popup.choose('Google', 'Mail provider');
    const wrong: Record<string, RegExp> = {
      'Not-a-real-Password1!': /looks like your account password/,
      'qzxj kvbw pygh': /Part of it is missing.*16 characters, this has 12/,
      'qzxj kvbw pygh mfdl q': /too long/,
      '•••• •••• •••• ••••': /dots or letters/,
      'test.person@gmail.com': /This is an email address/,
    };
    for (const [text, told] of Object.entries(wrong)) {
      await popup.type(text, 'App password');
      await popup.click('Use this password');
      await popup.waitForText(told);
      expect(await capturesOf(browser)).toEqual([]);
    }
    await popup.type(`\u00a0${GROUPED}\u200b`, 'App password');
    await popup.click('Use this password');
    await popup.waitForText(/Which mailbox is it for/);
    expect(await capturesOf(browser)).toMatchObject([
      { provider: 'google', password: GMAIL.code, code: 'confirmed' },
    ]);
    await popup.type(GMAIL.email);
    await popup.click('This is my mailbox');
    await popup.click('Send to Saleshandy');
    await popup.waitForText(/Connected/);
  });
});

test('a report of the page: its structure, none of its text, and nothing leaves', async ({
  browserWithExtension: browser,
}) => {
  const page = await browser.context.newPage();
  await page.goto('https://myaccount.google.com/apppasswords?rapt=not-to-be-told');
  await page.evaluate(() => {
    document.documentElement.lang = 'lqzxjkvb';
    document.body.innerHTML = `
      <h1 class="secret-title">Salut Person</h1>
      <johnsmith id="qzxjkvbwpyghmfdl" class="kvbwpyghmfdlqzxj alice-jones"></johnsmith>
      <div role="dialog" class="card pq-1234567" title="fdlqzxjkvbwpyghm"><p id="code">abcd efgh ijkl mnop</p>
      <input readonly value="nobody" type="ghmfdlqzxjkvbwpy" role="alice@example.com"><x-box></x-box></div>
      <form><input name="id"></form><zxjkvbwp-yghmfdlq></zxjkvbwp-yghmfdlq>`;
    const root = document.querySelector('x-box')?.attachShadow({ mode: 'closed' });
    if (root) root.innerHTML = '<b class="modal">xyz</b>';
  });
  const popup = await ActionPopup.open(browser);
  await popup.click('Code shown, but nothing happened?');
  await popup.click('Show the report');
  await popup.waitForText(/Copy the report/);
  const report = await popup.evaluate(() => document.querySelector('textarea')?.value ?? '');
  for (const told of [
    'host myaccount.google.com',
    'path /apppasswords',
    '[role=dialog]',
    '.card',
    '.secret-title',
    'language unknown',
    '#…16',
    'text 19',
    '.modal',
  ])
    expect(report).toContain(told);
  expect(report).toMatch(/16 characters, groups, visible, weight -?\d+: groups, /);
  const codes = ['qzxj', 'kvbw', 'pygh', 'mfdl', 'lqzx', 'efgh', '1234567', 'xyz'];
  for (const kept of ['Salut', 'nobody', 'rapt', 'alice', 'jones', 'john', ...codes])
    expect(report).not.toContain(kept);
});

/** The built extension with the host allowed beforehand: the question is the browser's own, out of reach of any test. */
async function allowedBeforehand(origin: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'extension-'));
  await cp('.output/chrome-mv3', folder, { recursive: true });
  const file = join(folder, 'manifest.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  manifest.host_permissions.push(`${origin}/*`);
  await writeFile(file, JSON.stringify(manifest));
  return folder;
}

test('a mail server of one’s own is watched once its user says so', async ({ sandbox, profile }) => {
  const extension = await allowedBeforehand('https://mail.company.example');
  const browser = await launchBrowser({
    profile,
    pages: { port: sandbox.pages.port, spki: sandbox.spki },
    headless: true,
    extension,
  });
  await (await setUp(browser, sandbox.backend)).close();
  const page = await browser.context.newPage();
  await page.goto('https://mail.company.example/zimbra/');
  const show = (code: string) =>
    page.evaluate((letters) => {
      document.body.innerHTML = `<div role="dialog"><span class="ZmAppPasscode">${letters}</span></div>`;
    }, code);
  await show('QZXJKVBWPYGHMFDL');
  const popup = await ActionPopup.open(browser);
  await popup.click('Code shown, but nothing happened?');
  await popup.click('Zimbra');
  // What is on screen already is seen, and so is what comes after the page is loaded anew.
  await expect
    .poll(() => capturesOf(browser))
    .toMatchObject([{ provider: 'zimbra', password: 'QZXJKVBWPYGHMFDL' }]);
  await page.reload();
  await show('LKJHGFDSAQWERTYU');
  await expect.poll(() => capturesOf(browser)).toHaveLength(2);
  expect((await capturesOf(browser))[1]).toMatchObject({
    servers: 'needed',
    pageHost: 'mail.company.example',
  });
  await browser.close();
  await rm(extension, { recursive: true, force: true });
});

test('a host that is withheld while its page is open: what that page shows then is not taken', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  await announceBy(browser, 'Only mark the icon');
  sandbox.pages.signIn('google', GMAIL.email);
  sandbox.pages.giveCodes('google', GMAIL.code, GMAIL_SECOND.code);
  const page = await browser.context.newPage();
  await page.goto('https://myaccount.google.com/apppasswords');
  const makeCode = async (): Promise<void> => {
    await page.getByLabel('App name').fill('Saleshandy');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('Your new app password').waitFor();
  };
  await makeCode();
  await expect.poll(() => capturesOf(browser)).toHaveLength(1);
  await page.getByRole('button', { name: 'Done' }).click();

  // As its user does on the browser's page for the extension: this host, and no other.
  const extensions = await browser.context.newPage();
  await extensions.goto(`chrome://extensions/?id=${browser.extensionId}`);
  const setAccess = (hostAccess: string, addHost?: string) =>
    extensions.evaluate(
      async ([extensionId, access, host]) => {
        const { chrome } = globalThis as unknown as {
          chrome: { developerPrivate: Record<string, (...change: unknown[]) => Promise<void>> };
        };
        await chrome.developerPrivate.updateExtensionConfiguration?.({ extensionId, hostAccess: access });
        if (host) await chrome.developerPrivate.addHostPermission?.(extensionId, host);
      },
      [browser.extensionId, hostAccess, addHost],
    );
  await setAccess('ON_SPECIFIC_SITES', 'https://login.yahoo.com/*');
  await page.bringToFront();
  await makeCode();
  // The code of a host that is allowed is what the wait is for.
  await makeYahooCode(browser, sandbox, YAHOO);
  await expect.poll(async () => (await capturesOf(browser)).at(-1)?.provider).toBe('yahoo');
  expect(await capturesOf(browser)).toMatchObject([{ password: GMAIL.code }, { password: YAHOO.code }]);

  const settings = await browser.context.newPage();
  await settings.goto(`chrome-extension://${browser.extensionId}/options.html`);
  await expect(settings.getByLabel('Google', { exact: true })).not.toBeChecked();
  await expect(settings.getByLabel('Yahoo', { exact: true })).toBeChecked();
});
