import { browser } from 'wxt/browser';

/** Opens the place where the browser lets its user choose the keys. */
export function openKeys(): void {
  const { openShortcutSettings } = browser.commands as { openShortcutSettings?(): Promise<void> };
  if (openShortcutSettings) void openShortcutSettings();
  else void browser.tabs.create({ url: 'chrome://extensions/shortcuts' });
}

/** The extension's commands with the keys they have now. Firefox for Android has none. */
export async function readKeys(): Promise<{ name: string; keys: string }[]> {
  const commands = (await browser.commands?.getAll()) ?? [];
  return commands.map(({ name = '', shortcut = '' }) => ({ name, keys: shortcut }));
}
