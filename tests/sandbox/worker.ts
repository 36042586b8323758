import type { SandboxBrowser } from './browser.ts';

/** Ends the worker, as the browser does after half a minute of quiet. The next event starts another. */
export async function endWorker({ context }: SandboxBrowser): Promise<void> {
  const page = context.pages()[0] ?? (await context.newPage());
  const cdp = await context.newCDPSession(page);
  await cdp.send('ServiceWorker.enable');
  await cdp.send('ServiceWorker.stopAllWorkers');
  await cdp.detach();
}
