import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { mailRoutes } from '../servers/routes.ts';
import { startScriptedMailServer } from '../servers/scripted-mail-server.ts';
import { launchBrowser, type SandboxBrowser } from './browser.ts';
import { ActionPopup } from './popup.ts';
import { setUp } from './set-up.ts';
import { startWorld, type World } from './world.ts';

/**
 * The main job, on one machine: a browser with the extension on a copy of a provider's page, at the provider's own
 * address, with a real backend that logs in to a real IMAP and SMTP server over TLS. With `--check` it clicks itself.
 */
const CHECK = process.argv.includes('--check');
const ADDRESS = 'test.person@gmail.com';
const PAGE = 'https://myaccount.google.com/apppasswords';
const SCREENSHOTS = 'tests/.results/demo';

if (!CHECK && process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
  console.error('There is no display to open a browser on. "npm run demo -- --check" needs none.');
  process.exit(1);
}

let mail: Awaited<ReturnType<typeof startScriptedMailServer>> | undefined;
const world = await startWorld({
  mail: async (certificate) => {
    mail = await startScriptedMailServer({ certificate });
    return { routes: await mailRoutes(mail.ports), stop: mail.stop };
  },
  // A code that a page was given opens the mailbox from then on.
  onCode: (email, code) => {
    const known = [mail?.accounts.get(email)?.password ?? []].flat();
    mail?.accounts.set(email, { password: [...known, code] });
  },
});
world.pages.signIn('google', ADDRESS);
const browser = await launchBrowser({
  profile: join(world.folder, 'profile'),
  pages: { port: world.pages.port, spki: world.spki },
  headless: CHECK,
});
try {
  if (CHECK) {
    await check(world, browser);
  } else {
    await letThemTry(world, browser);
  }
} finally {
  await browser.close().catch(() => {});
  await world.stop();
}

async function letThemTry({ backend }: World, { context }: SandboxBrowser): Promise<void> {
  const options = await setUp(browser, backend);
  await options.goto(PAGE);
  console.log(
    'A browser is open on a sandbox copy of an app-password page. Type a name, press Create, and send the code.\n' +
      'Close the browser when you are done.',
  );
  await context.waitForEvent('close', { timeout: 0 });
}

async function check({ backend }: World, { context }: SandboxBrowser): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  const shot = (name: string): string => join(SCREENSHOTS, `${name}.png`);

  const options = await setUp(browser, backend);
  await options.screenshot({ path: shot('1-settings') });
  const page = await context.newPage();
  await page.goto(PAGE);
  await page.getByLabel('App name').fill('Saleshandy');
  await page.screenshot({ path: shot('2-before') });

  const { opened } = await ActionPopup.next(browser);
  await page.getByRole('button', { name: 'Create' }).click();
  const popup = await opened;
  await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
  await page.screenshot({ path: shot('3-code-shown') });
  await popup.waitForText(/Send to Saleshandy/);
  await popup.screenshot(shot('4-held'));

  let clicks = 0;
  await popup.click('Send to Saleshandy');
  clicks += 1;
  const result = await popup.waitForText(/Connected|refused|needed|couldn’t|didn’t/);
  const verdictAt = Date.now();
  const shownAt = await page.evaluate(() => Number(document.body.dataset.shown));
  await popup.screenshot(shot('5-result'));

  const worker = await browser.worker();
  const captures = await worker.evaluate(async () => {
    const { chrome } = globalThis as unknown as { chrome: import('./chrome.ts').Chrome };
    return Object.values((await chrome.storage.session.get('captures')).captures as object);
  });
  const connection = captures[0]?.connection;
  const really = (protocol: 'imap' | 'smtp'): boolean =>
    mail?.logIns.some(({ ok, user, ...logIn }) => ok && user === ADDRESS && logIn.protocol === protocol) ??
    false;
  console.log(
    JSON.stringify({
      verdict: connection?.verdict ?? 'none',
      receiving: connection?.checks.receiving.status ?? 'none',
      sending: connection?.checks.sending.status ?? 'none',
      clicks,
      ms: verdictAt - shownAt,
    }),
  );
  const isVerified =
    connection?.verdict === 'verified' && really('imap') && really('smtp') && /Connected/.test(result);
  process.exitCode = isVerified ? 0 : 1;
}
