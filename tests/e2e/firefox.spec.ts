import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import type { Chrome } from '../sandbox/chrome.ts';
import { FirefoxBrowser } from '../sandbox/firefox-browser.ts';
import { announceBy, click, connectInSettings, startAnew, waitForText } from '../sandbox/firefox-set-up.ts';
import { leaksIn } from '../sandbox/leaks.ts';
import { interruptions } from './interruptions.ts';
import { mainJob } from './main-job.ts';
import { expectCaptures, inFirefox, type Journeys, makeOnPage, type Person, prepare } from './person.ts';
import { test as base, EIGHT, expect, GMAIL, GMAIL_SECOND, YAHOO } from './world.ts';

/*
 * Real Firefox. It takes seconds to start, so one is shared by all tests, and the extension is as just installed, and
 * connected, before each of them.
 */

interface InWorker {
  shared: { browser: FirefoxBrowser; profile: string; connected: Record<string, unknown> };
}
interface InTest {
  firefox: FirefoxBrowser;
  person: Person;
}

const test = base.extend<InTest, InWorker>({
  shared: [
    async ({ sandbox }, use) => {
      const profile = await mkdtemp(join(tmpdir(), 'firefox-'));
      const browser = await FirefoxBrowser.launch({ profile, pages: { port: sandbox.pages.port } });
      await connectInSettings(browser, sandbox.backend);
      const { accounts } = await browser.onDisk();
      await use({ browser, profile, connected: { accounts } });
      // Nothing of it is kept, so there is nothing that it has to put in order first.
      await browser.kill();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
    { scope: 'worker' },
  ],
  firefox: async ({ shared, sandbox }, use) => {
    sandbox.pages.show('google', 'create');
    sandbox.pages.show('microsoft-personal', 'shown');
    sandbox.scripted.accounts.clear();
    await startAnew(shared.browser, shared.connected);
    await use(shared.browser);
  },
  person: async ({ firefox, sandbox }, use) => use(inFirefox(firefox, sandbox)),
});

const inBoth = (journeys: Journeys): void =>
  journeys((name, go) => test(name, ({ person, sandbox }) => go(person, sandbox)));

test.describe('the main job', () => inBoth(mainJob));
test.describe('interrupted', () => inBoth(interruptions));

const GOOGLE = 'https://myaccount.google.com';

test.describe('a host that its user has not allowed, or taken back', () => {
  // Firefox remembers it, whatever the extension forgets.
  test.afterEach(async ({ firefox }) => {
    if (await firefox.isAllowed(GOOGLE)) return;
    const settings = await firefox.openOwn('options');
    await click(settings, 'Google');
    await firefox.answer(true);
    await expect.poll(() => firefox.isAllowed(GOOGLE)).toBe(true);
  });

  test('the popup says so and asks, and pages that are open are watched from then on', async ({
    firefox,
    person,
    sandbox,
  }) => {
    await firefox.withdraw(GOOGLE);
    const { url } = prepare(sandbox, 'google', GMAIL);
    // A click on the icon lets the extension into the page in front for once, so the code is made in another.
    const other = await firefox.openPage(url);
    const page = await firefox.openPage(url);
    let popup = await person.openPopup();
    const text = await popup.waitForText(/Your browser hasn’t allowed myaccount\.google\.com yet/);
    expect(text).not.toContain('You’re on the right page');
    // To paste is what there is meanwhile.
    expect(text).toContain('Use this password');
    await popup.click('Allow myaccount.google.com');
    await firefox.answer(false);
    expect(await firefox.isAllowed(GOOGLE)).toBe(false);

    await page.bringToFront();
    popup = await person.openPopup();
    await popup.click('Allow myaccount.google.com');
    await firefox.answer(true);
    await expect.poll(() => firefox.isAllowed(GOOGLE)).toBe(true);
    popup = await person.openPopup();
    await popup.waitForText(/You’re on the right page/);
    await popup.close();
    await other.bringToFront();
    await makeOnPage(other, 'google');
    popup = await firefox.popup();
    await popup.click('Send to Saleshandy');
    await popup.waitForText(/Connected/);
  });

  test('taken back while its page is open: what that page shows then is not taken', async ({
    firefox,
    person,
    sandbox,
  }) => {
    await announceBy(firefox, 'Only mark the icon');
    const { url } = prepare(sandbox, 'google', GMAIL);
    sandbox.pages.giveCodes('google', GMAIL.code, GMAIL_SECOND.code);
    const page = await firefox.openPage(url);
    await makeOnPage(page, 'google');
    await expectCaptures(person, [{ password: GMAIL.code }]);
    await click(page, 'Done');
    await firefox.withdraw(GOOGLE);
    await makeOnPage(page, 'google');
    await waitForText(page, /Your new app password/);
    // The code of a host that is allowed is what the wait is for.
    await person.makeCode('yahoo', YAHOO);
    await expect.poll(async () => (await person.captures()).at(-1)?.provider).toBe('yahoo');
    expect(await person.captures()).toMatchObject([{ password: GMAIL.code }, { password: YAHOO.code }]);
  });

  test('the settings give it back and ask for it, and show what the browser says', async ({ firefox }) => {
    const settings = await firefox.openOwn('options');
    const isOn = () =>
      settings.evaluate(
        () =>
          [...document.querySelectorAll('label')]
            .find((label) => label.innerText.trim() === 'Google')
            ?.querySelector('input')?.checked,
      );
    expect(await isOn()).toBe(true);
    await click(settings, 'Google');
    await expect.poll(() => firefox.isAllowed(GOOGLE)).toBe(false);
    expect(await isOn()).toBe(false);

    await click(settings, 'Google');
    await firefox.answer(false);
    await expect.poll(isOn).toBe(false);
    await click(settings, 'Google');
    await firefox.answer(true);
    await expect.poll(isOn).toBe(true);
    expect(await firefox.isAllowed(GOOGLE)).toBe(true);

    // Elsewhere than here.
    await firefox.withdraw(GOOGLE);
    await waitForText(settings, /Your browser doesn’t allow it yet/);
    expect(await isOn()).toBe(false);
  });
});

/** Puts a text into the page, selected. */
const select = (page: Page, text: string): Promise<{ x: number; y: number }> =>
  page.evaluate((words) => {
    document.body.innerHTML = `<p>${words}</p>`;
    const paragraph = document.querySelector('p') as HTMLElement;
    getSelection()?.selectAllChildren(paragraph);
    const { x, y, height } = paragraph.getBoundingClientRect();
    return { x: x + 20, y: y + height / 2 };
  }, text);

const OPENS_BY_ITSELF = 'extensions.openPopupWithoutUserGesture.enabled';

/** The popups that are open. */
const ownPages = (): Promise<unknown[]> =>
  (globalThis as unknown as { browser: Chrome }).browser.runtime.getContexts({ contextTypes: ['POPUP'] });

test.describe('without the watcher', () => {
  test('text is selected, and sent from the menu of the page', async ({ firefox, person }) => {
    const page = await firefox.openPage('https://help.example.com/');
    await firefox.chooseInMenu(page, await select(page, GMAIL.code));
    const popup = await firefox.popup();
    await popup.waitForText(/Which mailbox is it for/);
    await popup.type(GMAIL.email);
    await popup.click('This is my mailbox');
    await popup.click('Send to Saleshandy');
    await popup.waitForText(/Connected/);
    expect(await person.captures()).toMatchObject([{ provider: 'google', state: 'verified' }]);
  });

  test('what is selected is no code: the popup says why', async ({ firefox, person }) => {
    const page = await firefox.openPage('https://help.example.com/');
    await firefox.chooseInMenu(page, await select(page, 'test.person@example.com'));
    const popup = await firefox.popup();
    await popup.waitForText(/This is an email address/);
    expect(await person.captures()).toEqual([]);
    // Or the next test finds it open, with what was selected here.
    await popup.close();
  });

  test('pasted into the popup: checked, held and connected', async ({ person }) => {
    const popup = await person.openPopup();
    await popup.click('Code shown, but nothing happened?');
    await popup.choose('Google', 'Mail provider');
    await popup.type('qzxj kvbw pygh', 'App password');
    await popup.click('Use this password');
    await popup.waitForText(/Part of it is missing/);
    await popup.type(`\u00a0${GMAIL.code}`, 'App password');
    await popup.click('Use this password');
    await popup.waitForText(/Which mailbox is it for/);
    await popup.type(GMAIL.email);
    await popup.click('This is my mailbox');
    await popup.click('Send to Saleshandy');
    await popup.waitForText(/Connected/);
  });
});

test('by its keys the held code is sent, and the popup opens', async ({ firefox, person }) => {
  await announceBy(firefox, 'Only mark the icon');
  await person.makeCode('google', GMAIL);
  await expectCaptures(person, [{ state: 'held' }]);
  await firefox.pressKey('S');
  await (await firefox.popup()).waitForText(/Connected/);
});

test.describe('a Firefox that opens the popup at a click only, as it did until lately', () => {
  test.beforeEach(({ firefox }) => firefox.prefer(OPENS_BY_ITSELF, false));
  test.afterEach(({ firefox }) => firefox.prefer(OPENS_BY_ITSELF, true));

  test('the notice takes its place over a code', async ({ firefox, person, sandbox }) => {
    const { url } = prepare(sandbox, 'google', GMAIL);
    const page = await firefox.openPage(url);
    await makeOnPage(page, 'google');
    await page.waitForSelector('html > div');
    await expectCaptures(person, [{ state: 'held' }]);
    // Nothing else was opened.
    expect(await firefox.inExtension(ownPages)).toEqual([]);
  });

  test('a key of ours and the menu are such clicks', async ({ firefox, person }) => {
    await announceBy(firefox, 'Only mark the icon');
    await person.makeCode('google', GMAIL);
    await expectCaptures(person, [{ state: 'held' }]);
    await firefox.pressKey('S');
    const popup = await firefox.popup();
    await popup.waitForText(/Connected/);
    await popup.close();

    const page = await firefox.openPage('https://help.example.com/');
    await firefox.chooseInMenu(page, await select(page, 'test.person@example.com'));
    await (await firefox.popup()).waitForText(/This is an email address/);
  });
});

test('the notice in the page offers the same click', async ({ firefox, person, sandbox }) => {
  await announceBy(firefox, 'Show a notice on the page');
  const { url } = prepare(sandbox, 'google', GMAIL);
  const page = await firefox.openPage(url);
  await makeOnPage(page, 'google');
  const notice = await page.waitForSelector('html > div');
  await expect(async () => {
    const box = await notice?.boundingBox();
    if (box) await page.mouse.click(box.x + box.width / 2, box.y + box.height - 34);
    expect((await person.captures())[0]?.state).not.toBe('held');
  }).toPass();
  await expectCaptures(person, [{ state: 'verified' }]);
});

test('offline: what is sent waits, sealed, and goes out by itself once there is a network', async ({
  firefox,
  person,
  sandbox,
}) => {
  const popup = await person.popupWithCode('google', GMAIL);
  await popup.waitForText(/Send to Saleshandy/);
  // What is on this machine is reached without a network too.
  await sandbox.backend.kill();
  await firefox.setOffline(true);
  try {
    await popup.waitForText(/You’re offline\. What you send waits here, encrypted/);
    await popup.click('Send to Saleshandy');
    await popup.waitForText(/You’re offline\. It will be sent as soon as you’re back online\./);
    await expectCaptures(person, [{ state: 'queued' }]);
    expect(await person.onDisk()).not.toContain(GMAIL.code);
  } finally {
    await sandbox.restartBackend();
    await firefox.setOffline(false);
  }
  await popup.waitForText(/Connected/);
});

test("nothing is where a page's process could read or write it", async ({ firefox, person }) => {
  const local = () =>
    firefox.inExtension(() => (globalThis as unknown as { browser: Chrome }).browser.storage.local.get());
  const { accounts } = await firefox.onDisk();
  expect(JSON.stringify(accounts)).toContain('"token"');
  expect(await local()).toEqual({});
  // Firefox lets content scripts write there, and this is as good as one.
  await firefox.inExtension(async () => {
    const { browser } = globalThis as unknown as { browser: Chrome };
    await browser.storage.local.set({
      accounts: { all: [] },
      policy: { backendAddress: 'https://evil.example' },
    });
  });
  const popup = await person.popupWithCode('google', GMAIL);
  await popup.click('Send to Saleshandy');
  await popup.waitForText(/Connected/);
  await popup.close();
  expect(await firefox.onDisk()).toMatchObject({ accounts });
  expect(JSON.stringify(await local())).not.toContain(GMAIL.email);
  await firefox.inExtension(() =>
    (globalThis as unknown as { browser: Chrome }).browser.storage.local.clear(),
  );
});

test('several mailboxes in a row, in the sidebar that the popup opens', async ({
  firefox,
  person,
  shared,
  sandbox,
}) => {
  const boxes = EIGHT.slice(0, 3);
  const signedIn = boxes.map(({ email }) => email).reverse();
  await announceBy(firefox, 'Only mark the icon');
  const popup = await person.openPopup();
  await popup.click('Connect several mailboxes');
  const panel = await firefox.sidebar();
  await panel.waitForText(/Add their addresses/);
  await panel.type(boxes.map(({ email }) => email).join('\n'), 'Email addresses');
  await panel.click('Add to the list');
  await panel.waitForText(/3 mailboxes added/);
  sandbox.pages.signIn('google', ...signedIn);
  for (const { email, code } of boxes) {
    sandbox.pages.giveCodes('google', code);
    await panel.click(`Create an app password – ${email}`);
    const page = await firefox.pageAt(new RegExp(`/u/${signedIn.indexOf(email)}/apppasswords`));
    await makeOnPage(page, 'google');
    await panel.click(`Send – ${email}`);
  }
  await panel.waitForText(/3 mailboxes are connected/);
  await panel.click('Download the results');
  const file = join(shared.profile, 'mailboxes.csv');
  await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toContain(boxes[2]?.email);
  const csv = await readFile(file, 'utf8');
  expect(csv.match(/,connected,verified,/g)).toHaveLength(3);
  const onDisk = await person.onDisk();
  for (const { code } of boxes) {
    expect(csv).not.toContain(code);
    expect(onDisk).not.toContain(code);
  }
});

base(
  'Firefox is killed after the click: what was sent is on its way when it starts again',
  async ({ sandbox, profile }) => {
    const options = { profile, pages: { port: sandbox.pages.port } };
    const killed = await FirefoxBrowser.launch(options);
    await connectInSettings(killed, sandbox.backend);
    const popup = await inFirefox(killed, sandbox).popupWithCode('google', GMAIL);
    await popup.waitForText(/Send to Saleshandy/);
    await sandbox.backend.kill();
    await popup.click('Send to Saleshandy');
    await popup.waitForText(/Waiting to be sent/);
    await killed.kill();
    expect(await leaksIn(profile, GMAIL.code)).toEqual([]);
    await sandbox.restartBackend();

    const again = await FirefoxBrowser.launch(options);
    try {
      await expectCaptures(inFirefox(again, sandbox), [{ state: 'verified', email: GMAIL.email }]);
    } finally {
      await again.close();
    }
  },
);

base(
  'of a private window nothing is on disk, and nothing is held once it is closed',
  async ({ sandbox, profile }) => {
    const firefox = await FirefoxBrowser.launch({ profile, pages: { port: sandbox.pages.port } });
    try {
      await firefox.allowInPrivate();
      await (await connectInSettings(firefox, sandbox.backend)).close();
      await announceBy(firefox, 'Only mark the icon');
      const person = inFirefox(firefox, sandbox);
      const page = await firefox.openPrivate();
      await page.goto(prepare(sandbox, 'google', GMAIL).url);
      await makeOnPage(page, 'google');
      await expectCaptures(person, [{ state: 'held', private: true, password: GMAIL.code }]);
      expect(await person.onDisk()).not.toContain(GMAIL.email);
      // Outside of it, nothing is told of it.
      const popup = await person.openPopup();
      expect(await popup.waitForText(/Connect a mailbox/)).not.toContain(GMAIL.email);
      await popup.close();
      await page.close();
      await expect.poll(() => person.captures()).toEqual([]);
      expect(await person.badge()).toBe('');
    } finally {
      await firefox.close();
    }
    for (const trace of [GMAIL.code, GMAIL.email]) expect(await leaksIn(profile, trace)).toEqual([]);
  },
);
