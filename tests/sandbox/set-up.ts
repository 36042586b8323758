import type { Page } from '@playwright/test';
import type { BackendProcess } from '../servers/backend-process.ts';
import type { SandboxBrowser } from './browser.ts';

/** Agrees to what is read and sent, and connects the backend with its access token, on the first page. Leaves it open. */
export async function setUp(
  { context, extensionId }: SandboxBrowser,
  backend: Pick<BackendProcess, 'url' | 'token'>,
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`chrome-extension://${extensionId}/welcome.html`);
  const agree = page.getByRole('button', { name: 'I agree' });
  await agree.or(page.getByText('You’ve agreed to this.')).waitFor();
  if (await agree.isVisible()) await agree.click();
  const offer = page.getByText('Backend address and access token');
  await offer.or(page.getByText('Workspace “')).waitFor();
  // Once it is connected, it is connected anew in the settings.
  const isFirst = await offer.isVisible();
  if (!isFirst) await page.goto(`chrome-extension://${extensionId}/options.html`);
  await connectWithToken(page, backend);
  await page.getByText(isFirst ? 'Workspace “' : 'It works.').waitFor();
  return page;
}

/** Fills in what connects a backend with an access token, on the first page or the settings. */
export async function connectWithToken(
  page: Page,
  { url, token }: Pick<BackendProcess, 'url' | 'token'>,
): Promise<void> {
  if (!(await page.getByLabel('Access token').isVisible()))
    await page.getByText('Backend address and access token').click();
  await page.getByLabel('Address').fill(url);
  await page.getByLabel('Access token').fill(token);
  await page.getByRole('button', { name: 'Save and test' }).click();
}
