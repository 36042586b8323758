import { browser } from 'wxt/browser';
import { defineBackground } from 'wxt/utils/define-background';
import { closeStorage } from '../utils/disk.ts';
import { accounts, choiceOf } from '../utils/onboarding/accounts.ts';
import { openPopup, openWelcome } from '../utils/pages.ts';
import { askPolicy } from '../utils/policy.ts';
import { settings } from '../utils/settings.ts';
import { allowedPatterns, watchFromNow, withdrawn } from '../utils/watching.ts';
import { offerInMenu, SELECTED, takeSelected } from '../utils/worker/menu.ts';
import { endPrivate } from '../utils/worker/private-windows.ts';
import { SEND_HELD, sendHeld } from '../utils/worker/shortcut.ts';
import { WAKE, wake } from '../utils/worker/wake.ts';
import { createWorker } from '../utils/worker/worker.ts';

export default defineBackground(() => {
  // Where it can't be closed, nothing of ours is in it all the same.
  void closeStorage().catch(() => {});
  const worker = createWorker();
  const { ready, store, keeper, intake, changes } = worker;

  // Listeners are registered before anything is awaited, or the event that woke the worker is missed.
  browser.runtime.onMessage.addListener(worker.onMessage);
  browser.alarms.onAlarm.addListener(({ name }) => {
    if (name === WAKE) void ready.then(() => wake(keeper));
  });
  settings.watch(() => void ready.then(() => changes.settingsChanged()));
  accounts.watch((now) => void ready.then(() => changes.accountsChanged(choiceOf(now))));
  browser.runtime.onInstalled.addListener(({ reason }) => {
    void watchFromNow();
    void offerInMenu();
    if (reason === 'install') void openWelcome();
  });
  // Firefox for Android has neither keys nor this menu. Firefox opens the popup for either only before anything is awaited.
  browser.commands?.onCommand.addListener((command) => {
    if (command !== SEND_HELD) return;
    void openPopup();
    void ready.then(() => sendHeld(store, keeper));
  });
  browser.contextMenus?.onClicked.addListener(({ menuItemId, selectionText = '' }, tab) => {
    if (menuItemId !== SELECTED) return;
    const opening = openPopup(tab?.windowId);
    void ready.then(() => takeSelected(intake, selectionText, tab, opening));
  });
  // What is held in memory does not outlive an update.
  browser.runtime.onUpdateAvailable?.addListener(() => void ready.then(() => changes.keepSealed(true)));
  browser.permissions.onAdded.addListener(({ origins = [] }) => void allowedPatterns(origins));
  browser.permissions.onRemoved.addListener(() => void withdrawn());
  // Firefox for Android has no windows, and Safari on a phone has some that do not close.
  browser.windows?.onRemoved?.addListener(() => void ready.then(() => endPrivate(keeper)));
  browser.storage.onChanged.addListener((_, area) => {
    if (area === 'managed') void askPolicy();
  });
  // Starts the worker with the browser, so that what was sent before goes on its way.
  browser.runtime.onStartup.addListener(() => {});

  void worker.start();
  void askPolicy();
});
