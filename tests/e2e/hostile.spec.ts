import { ActionPopup } from '../sandbox/popup.ts';
import { fakeCode } from '../sandbox/provider-pages.ts';
import { announceBy, capturesOf, expect, test } from './world.ts';

/* What a page does that means harm, or is broken. */

const MOST_HELD = 10;

test('code after code on one page: the first ones are held, and the user is told', async ({
  browserWithExtension: browser,
}) => {
  await announceBy(browser, 'Only mark the icon');
  const page = await browser.context.newPage();
  await page.goto('https://myaccount.google.com/apppasswords');
  const show = (code: string) =>
    page.evaluate((letters) => {
      document.body.innerHTML = `<div role="dialog"><strong>${[...letters].map((l) => `<span>${l}</span>`).join('')}</strong></div>`;
    }, code);
  const codes = Array.from({ length: MOST_HELD + 1 }, fakeCode);
  const [refused] = codes.splice(MOST_HELD);
  for (const [count, code] of codes.entries()) {
    await show(code);
    await expect.poll(() => capturesOf(browser)).toHaveLength(count + 1);
  }
  await show(refused as string);
  const popup = await ActionPopup.open(browser);
  await popup.waitForText(/10 codes of one page are waiting/);

  // Once there is room the next one is taken; so the one before it was looked at, and refused.
  await popup.click('Discard');
  await expect.poll(() => capturesOf(browser)).toHaveLength(MOST_HELD - 1);
  const next = fakeCode();
  await show(next);
  await expect.poll(() => capturesOf(browser)).toHaveLength(MOST_HELD);
  const passwords = (await capturesOf(browser)).map(({ password }) => password);
  expect(passwords).toContain(next);
  expect(passwords).not.toContain(refused);
  expect(codes.filter((code) => passwords.includes(code))).toHaveLength(MOST_HELD - 1);
});

test('an element with a name that means something else does not blind it', async ({
  browserWithExtension: browser,
}) => {
  const page = await browser.context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto('https://myaccount.google.com/apppasswords');
  await page.evaluate(() => {
    document.body.innerHTML = `<p id="host">x</p><p id="nodeType">x</p><button id="make">Create</button>
      <form><input name="parentElement"><input name="nodeName"><input name="children"></form><div id="place"></div>`;
    document.getElementById('make')?.addEventListener('click', () => {
      const place = document.getElementById('place');
      if (place) place.innerHTML = '<div role="dialog"><strong>qzxj kvbw pygh mfdl</strong></div>';
    });
  });
  await page.getByRole('button', { name: 'Create' }).click();
  await expect.poll(() => capturesOf(browser)).toMatchObject([{ password: 'qzxjkvbwpyghmfdl' }]);
  expect(errors).toEqual([]);
});
