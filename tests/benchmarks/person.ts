import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { launchBrowser } from '../sandbox/browser.ts';
import { ActionPopup } from '../sandbox/popup.ts';
import { setUp } from '../sandbox/set-up.ts';
import { startWorld } from '../sandbox/world.ts';
import { mailRoutes } from '../servers/routes.ts';
import { startScriptedMailServer } from '../servers/scripted-mail-server.ts';

/**
 * `npm run bench:person`: clicks and seconds from a code on screen to a mailbox that works, with the extension and by hand.
 * Every click is really made; what a person takes for it is added by the keystroke-level model (Card, Moran and Newell, from
 * memory): 1.35 s to think of each step, 1.1 s to point, 0.2 s to press, 0.28 s a key. By hand nothing is checked, and
 * nothing goes wrong, and the addresses of the mail servers are known by heart.
 */
const THINK = 1350;
const POINT = 1100;
const PRESS = 200;
const KEY = 280;

const ADDRESS = 'test.person@gmail.com';
const CODE = 'qzxj kvbw pygh mfdl';

class Person {
  clicks = 0;
  ms = 0;
  readonly #began = Date.now();

  click(): void {
    this.clicks += 1;
    this.ms += THINK + POINT + PRESS;
  }

  keys(count: number): void {
    this.ms += count * KEY;
  }

  get seconds(): number {
    return (Date.now() - this.#began + this.ms) / 1000;
  }
}

const world = await startWorld({
  mail: async (certificate) => {
    const servers = await startScriptedMailServer({ certificate });
    servers.accounts.set(ADDRESS, { password: CODE.replaceAll(' ', '') });
    return { routes: await mailRoutes(servers.ports), stop: servers.stop };
  },
});
world.pages.signIn('google', ADDRESS);
world.pages.giveCodes('google', CODE.replaceAll(' ', ''));
const browser = await launchBrowser({
  profile: join(world.folder, 'profile'),
  pages: { port: world.pages.port, spki: world.spki },
  headless: true,
});
try {
  await (await setUp(browser, world.backend)).close();
  const page = await browser.context.newPage();
  await page.goto('https://myaccount.google.com/apppasswords');
  await page.getByLabel('App name').fill('Saleshandy');
  const { opened } = await ActionPopup.next(browser);
  await page.getByRole('button', { name: 'Create' }).click();
  const ours = new Person();
  const popup = await opened;
  await popup.waitForText(/Send to Saleshandy/);
  ours.click();
  await popup.click('Send to Saleshandy');
  await popup.waitForText(/Connected/);
  const withExtension = { clicks: ours.clicks, seconds: ours.seconds };

  const app = await browser.context.newPage();
  await app.setContent(await readFile(new URL('saleshandy-app.html', import.meta.url), 'utf8'));
  const byHand = await manual(app);
  const row = ({ clicks, seconds }: { clicks: number; seconds: number }) => ({
    clicks,
    seconds: Number(seconds.toFixed(1)),
  });
  console.table({ 'with the extension': row(withExtension), 'by hand': row(byHand) });
  console.log(
    `By hand ${(byHand.seconds / withExtension.seconds).toFixed(1)} times as long, ${byHand.clicks} clicks for ${withExtension.clicks}.`,
  );
} finally {
  await browser.close().catch(() => {});
  await world.stop();
}

async function manual(app: Page): Promise<{ clicks: number; seconds: number }> {
  const person = new Person();
  // The code is selected (three clicks in a row are one way to), copied, and another tab is brought up.
  person.click();
  person.keys(2);
  person.click();
  const press = async (name: string): Promise<void> => {
    person.click();
    await app.getByRole('button', { name, exact: true }).click();
  };
  /** The first one is pointed at; from there the Tab key leads on. What is pasted costs two keys. */
  const fill = async (label: string, text: string, keys = text.length): Promise<void> => {
    person.keys(keys + 1);
    await app.getByLabel(label).fill(text);
  };
  person.click();
  await fill('Login email', 'owner@company.example');
  await fill('Login password', 'not-a-real-password');
  for (const name of ['Log in', 'Settings', 'Email accounts', 'Add', 'SMTP/IMAP']) await press(name);
  person.click();
  await fill('From name', 'Test Person');
  await fill('Email address', ADDRESS);
  for (const [protocol, host, port] of [
    ['IMAP', 'imap.gmail.com', '993'],
    ['SMTP', 'smtp.gmail.com', '465'],
  ] as const) {
    await fill(`${protocol} host`, host);
    await fill(`${protocol} port`, port);
    await fill(`${protocol} user`, ADDRESS);
    await fill(`${protocol} password`, CODE, 2);
  }
  await press('Save');
  await app.getByRole('heading', { name: 'Saved' }).waitFor();
  return { clicks: person.clicks, seconds: person.seconds };
}
