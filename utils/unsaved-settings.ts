import { type Settings, settings } from './settings.ts';

/** What was just changed and may not be on disk yet. */
let unsaved: Partial<Settings> = {};

/** Settings as a page shows them: a control must not jump back while what it was set to is being written. */
export const withUnsaved = (saved: Settings): Settings => ({ ...saved, ...unsaved });

export async function changeSettings(changed: Partial<Settings>): Promise<void> {
  const mine = { ...unsaved, ...changed };
  unsaved = mine;
  try {
    await settings.change(changed);
  } finally {
    // Also where the disk takes no more: then the control shows what is saved.
    if (unsaved === mine) unsaved = {};
  }
}
