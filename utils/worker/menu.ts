import { type Browser, browser } from 'wxt/browser';
import { t } from '../i18n.ts';
import { announce } from './announce.ts';
import type { Intake } from './intake.ts';
import { languageIsSpoken } from './language.ts';

/** The context menu's entry for a selected text. */
export const SELECTED = 'send-selected';

/** Puts it into the menu, in the language that is spoken now. */
export async function offerInMenu(): Promise<void> {
  // Firefox for Android has no such menu.
  if (!browser.contextMenus) return;
  await languageIsSpoken();
  // An update finds the one it made before.
  await browser.contextMenus.removeAll();
  browser.contextMenus.create({ id: SELECTED, title: t('menu_selected'), contexts: ['selection'] });
}

/** @param opening whether the popup opens, which shows what came of it */
export async function takeSelected(
  intake: Intake,
  text: string,
  tab: Browser.tabs.Tab | undefined,
  opening: Promise<boolean>,
): Promise<void> {
  await intake.selected(text, tab);
  if (tab?.id !== undefined && !(await opening)) await announce(tab.id);
}
