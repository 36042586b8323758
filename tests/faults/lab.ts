import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import type { Page } from '@playwright/test';
import type { StoredCapture } from '../../utils/captures/capture.ts';
import { launchBrowser, type SandboxBrowser } from '../sandbox/browser.ts';
import type { Chrome } from '../sandbox/chrome.ts';
import { formsIn, leaksIn } from '../sandbox/leaks.ts';
import { setUp } from '../sandbox/set-up.ts';
import { startWorld, type World } from '../sandbox/world.ts';
import { backendCommand } from '../servers/backend-process.ts';
import { type DovecotUser, startDovecot } from '../servers/dovecot.ts';
import { mailRoutes } from '../servers/routes.ts';
import { type Line, startLine } from './line.ts';

const BACKEND_NAME = 'onboarding.test';
const BACKEND = `https://${BACKEND_NAME}`;

/** What the backend has of an address. */
export interface Kept {
  connections: number;
  mailboxes: number;
}

/** Everything a batch of trials needs, all of it real but the provider's page: it can be broken, and mended. */
export class Lab {
  readonly world: World;
  readonly line: Line;
  readonly profile: string;
  browser!: SandboxBrowser;
  /** Whether the backend's name leads nowhere, from the browser's next start on. */
  nameIsGone = false;
  #popup: Page | undefined;
  /** What every backend of this batch has printed. */
  readonly #logs: (() => string)[];

  private constructor(world: World, line: Line, profile: string) {
    this.world = world;
    this.line = line;
    this.profile = profile;
    this.#logs = [world.backend.log];
  }

  /** @param users the mailboxes there are, at a real mail server */
  static async open(users: readonly DovecotUser[]): Promise<Lab> {
    const port = await lowPort();
    const world = await startWorld({
      names: [BACKEND_NAME],
      env: { ONBOARDING_PUBLIC_URL: BACKEND, LOG_LEVEL: 'debug', PORT: String(port) },
      mail: async (certificate) => {
        const dovecot = await startDovecot({ certificate, users });
        return { routes: await mailRoutes(dovecot.ports), stop: () => dovecot.stop() };
      },
    });
    const line = await startLine(world.certificate, `http://127.0.0.1:${port}`);
    const lab = new Lab(world, line, await mkdtemp(join(tmpdir(), 'profile-')));
    await lab.startBrowser();
    await lab.connectBackend();
    return lab;
  }

  async restartBrowser(): Promise<void> {
    await this.browser.kill().catch(() => {});
    await this.startBrowser();
  }

  /** Else the browser switches an unpacked extension off when it is reloaded. */
  async #becomeDeveloper(): Promise<void> {
    const page = await this.browser.context.newPage();
    await page.goto('chrome://extensions');
    await page.evaluate(() => {
      type Private = { updateProfileConfiguration(changed: { inDeveloperMode: boolean }): Promise<void> };
      const { chrome } = globalThis as unknown as { chrome: { developerPrivate: Private } };
      return chrome.developerPrivate.updateProfileConfiguration({ inDeveloperMode: true });
    });
    await page.close();
  }

  async startBrowser(): Promise<void> {
    const { pages, spki } = this.world;
    const there = this.nameIsGone ? '~NOTFOUND' : `127.0.0.1:${this.line.port}`;
    this.#popup = undefined;
    this.browser = await launchBrowser({
      profile: this.profile,
      pages: { port: pages.port, spki },
      names: [`MAP ${BACKEND_NAME}:443 ${there}`],
      headless: true,
    });
    // A browser that was killed has not kept it.
    await this.#becomeDeveloper();
  }

  /** In the settings, as a user does; again, where the token was refused. */
  async connectBackend(): Promise<void> {
    const page = await setUp(this.browser, { url: BACKEND, token: this.world.backend.token });
    await page.close();
  }

  async killBackend(): Promise<void> {
    await this.world.backend.kill();
  }

  async restartBackend(): Promise<void> {
    await this.world.restartBackend();
    this.#logs.push(this.world.backend.log);
  }

  /** Gives the backend another key while it runs; the ones before can still be opened, unless they are revoked. */
  async changeKey(how: 'rotated' | 'revoked'): Promise<void> {
    await backendCommand(
      { ONBOARDING_DATA_DIR: this.#backendFolder },
      'rotate-key',
      ...(how === 'revoked' ? ['--revoke'] : []),
    );
  }

  /** The popup, in a tab of its own: opened where it is not, and again where the extension was reloaded. */
  async popup(): Promise<Page> {
    if (!this.#popup || this.#popup.isClosed()) this.#popup = await this.openPopup();
    return this.#popup;
  }

  async openPopup(): Promise<Page> {
    const page = await this.browser.context.newPage();
    // Where the extension is being reloaded, it is not there for a moment.
    for (let tries = 0; ; tries++) {
      const opened = await page
        .goto(`chrome-extension://${this.browser.extensionId}/popup.html`)
        .then(() => page.evaluate(() => 'storage' in (globalThis as unknown as { chrome: object }).chrome))
        .catch(() => false);
      if (opened) return page;
      if (tries > 50) throw new Error('The extension does not come back');
      await delay(100);
    }
  }

  /** What the browser holds in its memory, as the popup sees it. */
  async capturesOf(email: string): Promise<StoredCapture[]> {
    return (await this.#captures()).filter((capture) => capture.email === email);
  }

  async #captures(): Promise<StoredCapture[]> {
    const all = await inExtension(await this.popup(), async () => {
      const { chrome } = globalThis as unknown as { chrome: Chrome };
      return Object.values((await chrome.storage.session.get('captures')).captures ?? {});
    });
    return all as StoredCapture[];
  }

  /** Resolves when the backend was told all that it is to forget, at the latest after a minute. */
  async told(): Promise<void> {
    for (const until = Date.now() + 60_000; Date.now() < until; await delay(100)) {
      const captures = await this.#captures();
      if (captures.every(({ replaces }) => replaces === undefined)) return;
    }
  }

  /** Where the code of a trial lies on disk, in any form, while everything runs or just after a crash. */
  async leaksOnDisk(codes: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (const code of codes) {
      for (const folder of [this.profile, this.#backendFolder]) found.push(...(await leaksIn(folder, code)));
      for (const log of this.#logs)
        found.push(...formsIn(Buffer.from(log()), code).map((form) => `the backend's log: ${form}`));
    }
    return found;
  }

  /** Ends all but the data, and says what the backend has. The lab can only be closed after that. */
  async keptBy(): Promise<Map<string, Kept>> {
    await this.line.settled();
    await this.browser.close().catch(() => {});
    await this.world.backend.stop();
    const database = await PGlite.create(join(this.#backendFolder, 'database'));
    const kept = new Map<string, Kept>();
    for (const table of ['connections', 'mailboxes'] as const) {
      const { rows } = await database.query<{ email: string; count: number }>(
        `select email, count(*)::int as count from ${table} group by email`,
      );
      for (const { email, count } of rows) {
        const known = kept.get(email) ?? { connections: 0, mailboxes: 0 };
        kept.set(email, { ...known, [table]: count });
      }
    }
    await database.close();
    return kept;
  }

  async close(): Promise<void> {
    await this.browser.close().catch(() => {});
    await this.line.stop();
    await this.world.stop();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  get #backendFolder(): string {
    return join(this.world.folder, 'backend');
  }
}

/** Runs something in a page of the extension. Its worker need not be awake for that. */
export const inExtension = <T>(page: Page, inside: () => Promise<T>): Promise<T> => page.evaluate(inside);

/**
 * A port that is free, and stays so while the backend is down: below those that the system gives to whoever connects.
 */
async function lowPort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
