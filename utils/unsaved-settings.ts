import { type Settings, settings } from './settings.ts';

/** What was just changed and may not be on disk yet. */
let unsaved: Partial<Settings> = {};

/** Settings as a page shows them: a control must not jump back while what it was set to is being written. */
export const withUnsaved = (saved: Settings): Settings => ({ ...saved, ...unsaved });

export async function changeSettings(changed: Partial<Settings>): Promise<void> {
  const mine = { ...unsaved, ...changed };
  unsaved = mine;
  await settings.change(changed);
  if (unsaved === mine) unsaved = {};
}
