import { browser } from 'wxt/browser';
import type { Keeper } from '../captures/keeper.ts';
import { clearDisk } from '../disk.ts';
import { type Account, accounts } from '../onboarding/accounts.ts';
import { revoke } from '../onboarding/oauth.ts';
import { askPolicy } from '../policy.ts';
import { queue } from '../queue/queue.ts';
import { senderTemplate } from '../queue/template.ts';

/**
 * Signs out of the workspace of this account, or, where none is named, resets the extension. What was sent goes with it here,
 * and stays with the backend.
 * @returns whether there was something to leave
 */
export async function leave(keeper: Keeper, id: string | undefined): Promise<boolean> {
  const { all } = await accounts.read();
  const account = all.find((one) => one.id === id);
  // Signed out of it already, in another tab.
  if (id !== undefined && !account) return false;
  // What is with another workspace stays.
  await (account && all.length > 1 ? keeper.signedOut(account.id) : keeper.forgetAll());
  await (account ? signOut(account) : resetExtension());
  return true;
}

/** Signs out of a workspace, and tells its backend so. */
async function signOut({ id, address, access }: Account): Promise<void> {
  await accounts.remove(id);
  // The list of mailboxes was for the workspaces that are left, if there are any.
  if ((await accounts.read()).all.length === 0) {
    await queue.change(() => []);
    await senderTemplate.write({});
  }
  if ('accessToken' in access) await revoke(address, access);
}

/** Leaves the extension as it was when it was installed. Hosts that were allowed tell where somebody has a mailbox. */
async function resetExtension(): Promise<void> {
  for (const account of (await accounts.read()).all) await signOut(account);
  const { origins: granted = [] } = await browser.permissions.getAll();
  // Those of the manifest can't be given back, and asking for that refuses the others with them.
  const { host_permissions: fixed = [], content_scripts: scripts = [] } = browser.runtime.getManifest();
  const kept = new Set([...fixed, ...scripts.flatMap(({ matches = [] }) => matches)]);
  const origins = granted.filter((origin) => !kept.has(origin));
  if (origins.length > 0) await browser.permissions.remove({ origins });
  // First what is on disk: the browser's memory is told of it.
  await clearDisk();
  await browser.storage.session.clear();
  // It is the organisation's, and stays.
  await askPolicy();
}
