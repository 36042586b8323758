import { browser } from 'wxt/browser';
import { acquaintance } from './onboarding/acquaintance.ts';
import { changeQueue } from './queue/queue.ts';
import { senderTemplate } from './queue/template.ts';
import { settings } from './settings.ts';

/** Forgets who we are at the backend. Its address, and what the user has chosen beside, stay. */
export async function signOut(): Promise<void> {
  await acquaintance.write(undefined);
  await settings.write({ ...(await settings.read()), token: '' });
  await changeQueue(() => []);
  await senderTemplate.write({});
}

/** Leaves the extension as it was when it was installed. Hosts that were allowed tell where somebody has a mailbox. */
export async function forgetEverything(): Promise<void> {
  const { origins: granted = [] } = await browser.permissions.getAll();
  // Those of the manifest can't be given back, and asking for that refuses the others with them.
  const { host_permissions: fixed = [], content_scripts: scripts = [] } = browser.runtime.getManifest();
  const kept = new Set([...fixed, ...scripts.flatMap(({ matches = [] }) => matches)]);
  const origins = granted.filter((origin) => !kept.has(origin));
  if (origins.length > 0) await browser.permissions.remove({ origins });
  await Promise.all([browser.storage.local.clear(), browser.storage.session.clear()]);
}
