import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxBrowser } from '../sandbox/browser.ts';
import type { Chrome } from '../sandbox/chrome.ts';
import { formsIn, formsOf, leaksIn } from '../sandbox/leaks.ts';
import { ActionPopup } from '../sandbox/popup.ts';
import { expect, GMAIL, makeGoogleCode, onDisk, popupWithCode, test } from './world.ts';

async function storageOf(browser: SandboxBrowser): Promise<Buffer> {
  const worker = await browser.worker();
  const text = await worker.evaluate(async () => {
    const { chrome } = globalThis as unknown as { chrome: Chrome };
    const areas = [chrome.storage.local, chrome.storage.session, chrome.storage.sync];
    return JSON.stringify(await Promise.all(areas.map((area) => area.get())));
  });
  return Buffer.from(text + (await onDisk(browser)));
}

test("after verification the code's letters are found nowhere", async ({
  browserWithExtension: browser,
  sandbox,
  profile,
}) => {
  const { opened } = await ActionPopup.next(browser);
  const page = await makeGoogleCode(browser, sandbox, GMAIL);
  const popup = await opened;
  await popup.click('Show');
  await popup.waitForText(new RegExp(GMAIL.code));
  await popup.click('Send to Saleshandy');
  await popup.waitForText(/Connected/);
  expect(await popup.text()).not.toContain(GMAIL.code);

  expect(formsIn(await storageOf(browser), GMAIL.code)).toEqual([]);
  // The page is the provider's; the code goes from it when the dialog is closed.
  await page.getByRole('button', { name: 'Done' }).click();
  expect(formsIn(Buffer.from(await page.locator('body').innerText()), GMAIL.code)).toEqual([]);
  await browser.close();
  expect(await leaksIn(profile, GMAIL.code)).toEqual([]);
  expect(await leaksIn(join(sandbox.folder, 'backend'), GMAIL.code)).toEqual([]);
  expect(formsIn(Buffer.from(sandbox.backend.log()), GMAIL.code)).toEqual([]);
  expect(sandbox.backend.log()).toContain('"verdict":"verified"');
  expect(sandbox.backend.log()).not.toContain(GMAIL.email);
});

test('while it is held it is in memory only, and what is sent is on disk sealed', async ({
  browserWithExtension: browser,
  sandbox,
  profile,
}) => {
  await sandbox.backend.kill();
  try {
    const popup = await popupWithCode(browser, sandbox, GMAIL);
    await popup.click('Send to Saleshandy');
    await popup.waitForText(/Waiting to be sent/);
    const outbox = await onDisk(browser);
    expect(outbox).toContain('"sealed"');
    expect(formsIn(Buffer.from(outbox), GMAIL.code)).toEqual([]);
    await browser.kill();
    expect(await leaksIn(profile, GMAIL.code)).toEqual([]);
  } finally {
    await sandbox.restartBackend();
  }
});

test('the search itself finds a code in every form', async ({ profile }) => {
  for (const [name, form] of formsOf(GMAIL.code)) {
    await writeFile(
      join(profile, 'planted'),
      Buffer.concat([Buffer.from('before '), form, Buffer.from(' after')]),
    );
    expect(await leaksIn(profile, GMAIL.code)).toContain(`${join(profile, 'planted')}: ${name}`);
  }
});
