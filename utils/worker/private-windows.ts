import { browser } from 'wxt/browser';
import type { Keeper } from '../captures/keeper.ts';
import { draft } from '../draft.ts';
import { journey } from '../guide/guide.ts';

/** Once no private window is left, nothing of one is. */
export async function endPrivate(keeper: Keeper): Promise<void> {
  // Firefox for Android has no windows.
  if (!browser.windows) return;
  const windows = await browser.windows.getAll();
  if (windows.some(({ incognito }) => incognito)) return;
  await keeper.privateWindowsClosed();
  for (const memory of [draft, journey]) if ((await memory.read())?.private) await memory.write(undefined);
}
