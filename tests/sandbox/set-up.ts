import type { Page } from '@playwright/test';
import type { BackendProcess } from '../servers/backend-process.ts';
import type { SandboxBrowser } from './browser.ts';

/** Tells the extension its backend, on its settings page, as a user does. Leaves the page open. */
export async function setUp(
  { context, extensionId }: SandboxBrowser,
  { url, token }: Pick<BackendProcess, 'url' | 'token'>,
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`chrome-extension://${extensionId}/options.html`);
  await page.getByLabel('Address').fill(url);
  await page.getByLabel('Access token').fill(token);
  await page.getByRole('button', { name: 'Save and test' }).click();
  await page.getByText('It works.').waitFor();
  return page;
}
