import { readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BrowserContext, chromium, type Worker } from '@playwright/test';
import { chromiumPath } from './chromium.ts';

export interface SandboxBrowser {
  context: BrowserContext;
  /** The extension's worker, as it is now: a worker that was ended comes back as another. */
  worker(): Promise<Worker>;
  extensionId: string;
  profile: string;
  close(): Promise<void>;
  /** Kills it, as a crash or a power cut would, and waits until it is gone. */
  kill(): Promise<void>;
}

export interface BrowserOptions {
  /** Folder of the browser's profile; the same again is the same browser restarted. */
  profile: string;
  /** Where the providers' pages are served, and the key of their certificate. */
  pages: { port: number; spki: string };
  headless: boolean;
  /** Rules of Chromium's for more names, before the others: `MAP name:443 127.0.0.1:port`. */
  names?: readonly string[];
  /** The built extension. */
  extension?: string;
  /** Folders of other extensions that are there too. */
  others?: string[];
  colorScheme?: 'light' | 'dark';
  /** A language code of the interface, where the system has it. */
  language?: string;
}

/**
 * Starts a real Chromium with the built extension. Every name but localhost leads to the stand-in's pages or nowhere,
 * so that nothing leaves the machine.
 */
export async function launchBrowser({
  profile,
  pages,
  headless,
  names = [],
  extension = '.output/chrome-mv3',
  others = [],
  colorScheme = 'light',
  language,
}: BrowserOptions): Promise<SandboxBrowser> {
  const paths = [extension, ...others].map((folder) => resolve(folder)).join();
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    headless,
    colorScheme,
    // A person's window has the size the person gives it.
    viewport: headless ? { width: 1100, height: 720 } : null,
    ...(language ? { env: { ...(process.env as Record<string, string>), LANGUAGE: language } } : {}),
    args: [
      `--disable-extensions-except=${paths}`,
      `--load-extension=${paths}`,
      `--host-resolver-rules=${[...names, `MAP *:443 127.0.0.1:${pages.port}`, 'MAP * ~NOTFOUND', 'EXCLUDE localhost', 'EXCLUDE 127.0.0.1'].join(', ')}`,
      `--ignore-certificate-errors-spki-list=${pages.spki}`,
      // Chromium's own sandbox can't be set up by root, which is who runs in containers.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
  const isOurs = (worker: Worker): boolean => worker.url().endsWith('/background.js');
  const worker = async (): Promise<Worker> =>
    context.serviceWorkers().find(isOurs) ?? (await context.waitForEvent('serviceworker', isOurs));
  const extensionId = new URL((await worker()).url()).host;
  const kill = async (): Promise<void> => {
    const closed = new Promise((resolve) => context.once('close', resolve));
    process.kill(Number(readlinkSync(join(profile, 'SingletonLock')).split('-').pop()), 'SIGKILL');
    await closed;
  };
  return { context, worker, extensionId, profile, close: () => context.close(), kill };
}
