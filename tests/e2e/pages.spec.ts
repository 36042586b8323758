import type { Chrome } from '../sandbox/chrome.ts';
import { ActionPopup } from '../sandbox/popup.ts';
import {
  announceBy,
  badgeOf,
  capturesOf,
  expect,
  GMAIL,
  GMAIL_SECOND,
  makeGoogleCode,
  onDisk,
  popupWithCode,
  test,
} from './world.ts';

test('a page without app passwords is recognised, and the popup says what it can be', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  sandbox.pages.show('google', 'unavailable');
  const page = await browser.context.newPage();
  await page.goto('https://myaccount.google.com/apppasswords?pli=1&rapt=not-to-be-kept');
  const popup = await ActionPopup.open(browser);
  const text = await popup.waitForText(/No app passwords for this account/);
  expect(text).toContain('2-step verification is off');
  expect(text).toContain('security keys only');
  const inMemory = await (await browser.worker()).evaluate(async () => {
    const { chrome } = globalThis as never as { chrome: typeof import('wxt/browser').browser };
    return JSON.stringify(await chrome.storage.session.get());
  });
  expect((await onDisk(browser)) + inMemory).not.toContain('rapt');
});

test('the page is arrived at inside a single-page application', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  sandbox.pages.giveCodes('google', GMAIL.code);
  sandbox.pages.signIn('google', GMAIL.email);
  const page = await browser.context.newPage();
  await page.goto('https://myaccount.google.com/security');
  const { opened } = await ActionPopup.next(browser);
  await page.evaluate(async () => {
    const html = await (await fetch('/apppasswords')).text();
    history.pushState(null, '', '/apppasswords');
    const next = new DOMParser().parseFromString(html, 'text/html');
    for (const { name, value } of next.documentElement.attributes)
      document.documentElement.setAttribute(name, value);
    document.body.replaceWith(document.adoptNode(next.body));
    for (const script of document.querySelectorAll('script')) {
      const live = document.createElement('script');
      live.textContent = script.textContent;
      script.replaceWith(live);
    }
  });
  await page.getByLabel('App name').fill('Saleshandy');
  await page.getByRole('button', { name: 'Create' }).click();
  await (await opened).waitForText(/Send to Saleshandy/);
});

test('the same code on another page of the host is nothing', async ({ browserWithExtension: browser }) => {
  const page = await browser.context.newPage();
  await page.goto('https://myaccount.google.com/security');
  await page.evaluate(() => {
    document.body.innerHTML = '<div role="dialog"><strong>qzxj kvbw pygh mfdl</strong></div>';
  });
  // A code on the right page, in another tab, is what the wait is for.
  const other = await browser.context.newPage();
  await other.goto('https://myaccount.google.com/apppasswords');
  await other.evaluate(() => {
    document.body.innerHTML = '<div role="dialog"><strong>lkjh gfds aqwe rtyu</strong></div>';
  });
  await expect.poll(() => capturesOf(browser)).toHaveLength(1);
  expect((await capturesOf(browser))[0]?.password).toBe('lkjhgfdsaqwertyu');
});

test('two signed-in accounts in one tab never mix', async ({ browserWithExtension: browser, sandbox }) => {
  sandbox.pages.signIn('google', '', GMAIL_SECOND.email);
  const page = await browser.context.newPage();
  for (const slot of [0, 1]) {
    sandbox.pages.giveCodes('google', [GMAIL.code, GMAIL_SECOND.code][slot] as string);
    await page.goto(`https://myaccount.google.com/u/${slot}/apppasswords`);
    await page.getByLabel('App name').fill('Saleshandy');
    await page.getByRole('button', { name: 'Create' }).click();
    await expect.poll(() => capturesOf(browser)).toHaveLength(slot + 1);
  }
  expect(await capturesOf(browser)).toMatchObject([
    { password: GMAIL.code, email: '', account: 'unknown' },
    { password: GMAIL_SECOND.code, email: GMAIL_SECOND.email, account: 'certain' },
  ]);
});

test('a page that was open before the extension: its code is caught all the same', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  const popup = await popupWithCode(browser, sandbox, GMAIL);
  await popup.click('Discard');
  await expect.poll(() => capturesOf(browser)).toEqual([]);
  // As an update leaves it: nothing is remembered, the page is still there, and the browser says so.
  const worker = await browser.worker();
  await worker.evaluate(async () => {
    const { chrome } = globalThis as unknown as { chrome: Chrome };
    await chrome.storage.session.clear();
    (chrome.runtime.onInstalled as unknown as { dispatch(details: object): void }).dispatch({
      reason: 'update',
    });
  });
  await expect
    .poll(async () => (await capturesOf(browser)).filter(({ password }) => password === GMAIL.code))
    .toHaveLength(1);
});

test('in a frame, in an open and in a closed shadow root', async ({ browserWithExtension: browser }) => {
  const page = await browser.context.newPage();
  await page.goto('https://myaccount.google.com/apppasswords');
  const show = (how: 'frame' | 'open' | 'closed', text: string) =>
    page.evaluate(
      ([way, code]) => {
        const html = `<div role="dialog"><strong>${code}</strong></div>`;
        document.body.innerHTML = way === 'frame' ? '<iframe></iframe>' : '<x-dialog></x-dialog>';
        const host = document.body.firstElementChild as HTMLElement;
        if (way === 'frame') (host as HTMLIFrameElement).srcdoc = html;
        else host.attachShadow({ mode: way as ShadowRootMode }).innerHTML = html;
      },
      [how, text],
    );
  const codes = {
    frame: 'qzxj kvbw pygh mfdl',
    open: 'lkjh gfds aqwe rtyu',
    closed: 'zmxn cbva lskd jfhg',
  } as const;
  for (const [count, [how, code]] of Object.entries(codes).entries()) {
    await show(how as keyof typeof codes, code);
    await expect.poll(() => capturesOf(browser)).toHaveLength(count + 1);
    expect((await capturesOf(browser)).at(-1)?.password).toBe(code.replaceAll(' ', ''));
  }
});

test('the dialog and the tab are closed before anyone clicked: the code is still held', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  const { opened } = await ActionPopup.next(browser);
  const page = await makeGoogleCode(browser, sandbox, GMAIL);
  await (await opened).close();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.close();
  expect(await badgeOf(browser)).toBe('1');
  const popup = await ActionPopup.open(browser);
  await popup.click('Send to Saleshandy');
  await popup.waitForText(/Connected/);
});

test('a code that was verified does not come back from the page that still shows it', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  const { opened } = await ActionPopup.next(browser);
  const page = await makeGoogleCode(browser, sandbox, GMAIL);
  const popup = await opened;
  await popup.click('Send to Saleshandy');
  await popup.waitForText(/Connected/);
  sandbox.pages.giveCodes('google', GMAIL.code);
  await page.reload();
  await page.getByLabel('App name').fill('Again');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByText('How to use it').waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  expect(await capturesOf(browser)).toMatchObject([{ state: 'verified' }]);
});

test.describe('the notice in the page', () => {
  const card = { x: 1100 - 16 - 170, bottom: 720 - 16 };

  test('offers the same click, and shows the result', async ({ browserWithExtension: browser, sandbox }) => {
    await announceBy(browser, 'Show a notice on the page');
    const page = await makeGoogleCode(browser, sandbox, GMAIL);
    const host = page.locator('html > div');
    await expect(host).toBeVisible();
    expect(await page.evaluate(() => document.querySelector('html > div')?.shadowRoot)).toBeNull();
    expect(await page.content()).not.toContain('Send to Saleshandy');

    const box = await host.boundingBox();
    if (!box) throw new Error('It has no place');
    const button = { x: card.x, y: box.y + box.height - 34 };
    // Forged by the page: nothing happens.
    await page.evaluate(() => {
      const forged = new MouseEvent('click', { bubbles: true, composed: true, cancelable: true });
      document.querySelector('html > div')?.dispatchEvent(forged);
    });
    // Faded by the page: nothing happens either.
    await page.evaluate(() =>
      document.querySelector<HTMLElement>('html > div')?.style.setProperty('opacity', '0.01', 'important'),
    );
    await page.mouse.click(button.x, button.y);
    expect(await capturesOf(browser)).toMatchObject([{ state: 'held' }]);
    await page.evaluate(() =>
      document.querySelector<HTMLElement>('html > div')?.style.removeProperty('opacity'),
    );

    await expect
      .poll(async () => {
        await page.mouse.click(button.x, button.y);
        return (await capturesOf(browser))[0]?.state;
      })
      .not.toBe('held');
    await expect.poll(async () => (await capturesOf(browser))[0]?.state).toBe('verified');
    await page.screenshot({ path: 'tests/.results/notice-verified.png' });
  });
});
