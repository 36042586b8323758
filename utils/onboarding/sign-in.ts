import { browser } from 'wxt/browser';
import { accounts } from './accounts.ts';
import { expectAllowed, meet } from './backend.ts';
import { OnboardingClient } from './client.ts';
import type { Workspace } from './contract.ts';
import { authorize } from './oauth.ts';

/**
 * Signs in at a backend, in a window of the browser's own. The workspace becomes the current one.
 * @param another asks which workspace, even if the backend knows us already
 * @returns the workspace; nothing where the user has closed the window or refused
 * @throws OnboardingError
 */
export async function signIn(address: string, another: boolean): Promise<Workspace | undefined> {
  // Firefox for Android and Safari have no such window; an access token does instead.
  if (!browser.identity) return undefined;
  await expectAllowed(address);
  const { url, finish } = await authorize(address, browser.identity.getRedirectURL(), another);
  const back = await browser.identity
    .launchWebAuthFlow({ url, interactive: true })
    // Each browser has words of its own for a window that was closed.
    .catch(() => undefined);
  const access = back === undefined ? undefined : await finish(back);
  if (!access) return undefined;
  const met = await meet(new OnboardingClient(address, async () => access.accessToken));
  await accounts.add({ address, access, met });
  return met.workspace;
}
