import { type Browser, browser } from 'wxt/browser';
import { defineBackground } from 'wxt/utils/define-background';
import { announce } from '../utils/announce.ts';
import { showBadge } from '../utils/badge.ts';
import { eventOf } from '../utils/captures/commands.ts';
import { Intake } from '../utils/captures/intake.ts';
import { Keeper } from '../utils/captures/keeper.ts';
import { CaptureStore } from '../utils/captures/store.ts';
import { viewsOf } from '../utils/captures/view.ts';
import { draft } from '../utils/draft.ts';
import { forgetEverything, signOut } from '../utils/forget.ts';
import { t } from '../utils/i18n.ts';
import { type Leave, Message, type Sighting } from '../utils/messaging/messages.ts';
import { NOTICE_UPDATE } from '../utils/messaging/notice-update.ts';
import { identify, mayCommand, type PageSender, type Sender } from '../utils/messaging/sender.ts';
import { agreeToKeys } from '../utils/onboarding/backend.ts';
import { noteOutcomes } from '../utils/queue/outcomes.ts';
import { type Settings, settings } from '../utils/settings.ts';
import { allowed, putDetector, watchFromNow, withdrawn } from '../utils/watching.ts';

/** Wakes the worker while something is under way; the browser ends it after half a minute without events. */
const WAKE = 'wake';
const SELECTED = 'send-selected';

export default defineBackground(() => {
  const store = new CaptureStore();
  const keeper = new Keeper(store, () => void publish());
  const intake = new Intake(store, keeper);

  // Listeners are registered before anything is awaited, or the event that woke the worker is missed.
  browser.runtime.onMessage.addListener((message: unknown, sender: Browser.runtime.MessageSender) => {
    const parsed = Message.safeParse(message);
    return parsed.success ? answer(parsed.data, sender) : undefined;
  });
  browser.alarms.onAlarm.addListener(({ name }) => {
    if (name === WAKE) void store.ready.then(wake);
  });
  settings.watch((now) => void store.ready.then(() => settingsChanged(now)));
  browser.runtime.onInstalled.addListener(() => {
    void watchFromNow();
    // An update finds the one it made before.
    void browser.contextMenus
      .removeAll()
      .then(() =>
        browser.contextMenus.create({ id: SELECTED, title: t('menu_selected'), contexts: ['selection'] }),
      );
  });
  browser.contextMenus.onClicked.addListener(({ menuItemId, selectionText }, tab) => {
    if (menuItemId === SELECTED) void store.ready.then(() => selected(selectionText ?? '', tab));
  });
  // What is held in memory does not outlive an update.
  browser.runtime.onUpdateAvailable.addListener(() => void store.ready.then(() => keepSealed(true)));
  browser.permissions.onAdded.addListener(({ origins = [] }) => void allowed(origins.map(originOf)));
  browser.permissions.onRemoved.addListener(({ origins = [] }) => void withdrawn(origins.map(originOf)));
  // Firefox for Android has no windows.
  browser.windows?.onRemoved.addListener(() => void store.ready.then(leavePrivate));
  // Starts the worker with the browser, so that what was sent before goes on its way.
  browser.runtime.onStartup.addListener(() => {});
  void store.ready.then(wake).then(publish);

  /** Does what is to be done now. Safe to call at any time. */
  async function wake(): Promise<void> {
    keeper.work();
    for (const { tabId } of await keeper.count()) if (tabId !== undefined) await announce(tabId);
    await leavePrivate();
  }

  async function answer(message: Message, sender: Browser.runtime.MessageSender): Promise<unknown> {
    const [who] = await Promise.all([identify(sender), store.ready]);
    return who && handle(message, who);
  }

  async function handle(message: Message, who: Sender): Promise<unknown> {
    switch (message.type) {
      case 'arrival':
        return who.from === 'page' ? putDetector(who.tabId).then(taken) : undefined;
      case 'sighting':
        return who.from === 'page' ? seen(message, who).then(taken) : undefined;
      case 'paste':
        return who.from === 'extension' ? intake.pasted(message) : undefined;
      case 'hosts-allowed':
        return who.from === 'extension' ? allowed(message.origins) : undefined;
      case 'notice-ready':
        return who.from === 'page' ? viewsIn(who.tabId) : undefined;
      case 'count':
        return who.from === 'extension' ? wake() : undefined;
      case 'agree-to-keys':
        return who.from === 'extension' ? agreeToKeys() : undefined;
      case 'leave':
        return who.from === 'extension' ? leave(message) : undefined;
      default:
        return mayCommand(message, store.get(message.id), who)
          ? keeper.dispatch(message.id, eventOf(message))
          : undefined;
    }
  }

  async function seen(sighting: Sighting, who: PageSender): Promise<void> {
    if (!(await intake.seen(sighting, who))) return;
    // Its window may have been closed while it was told.
    if (who.private) await leavePrivate();
    await announce(who.tabId);
  }

  /** Once no private window is left, nothing of one is. */
  async function leavePrivate(): Promise<void> {
    if (!browser.windows) return;
    const windows = await browser.windows.getAll();
    if (windows.some(({ incognito }) => incognito)) return;
    await keeper.privateWindowsClosed();
    if ((await draft.read())?.private) await draft.write(undefined);
  }

  async function selected(text: string, tab: Browser.tabs.Tab | undefined): Promise<void> {
    await intake.selected(text, tab);
    if (tab?.id !== undefined) await announce(tab.id);
  }

  /** They may be right now. */
  async function settingsChanged(changed: Settings): Promise<void> {
    await keepSealed(changed.keepSealed);
    for (const { id, fault, retryAt, state } of store.all()) {
      const isWaiting = retryAt !== undefined || (fault && state !== 'held');
      if (isWaiting) await keeper.dispatch(id, { type: 'retry' });
    }
  }

  async function keepSealed(on: boolean): Promise<void> {
    for (const { id } of store.all()) await keeper.dispatch(id, { type: 'keep-sealed', on });
  }

  async function leave({ everything }: Leave): Promise<void> {
    await keeper.forgetAll();
    await (everything ? forgetEverything() : signOut());
  }

  async function publish(): Promise<void> {
    // As they are now: they may be put away while the rest is awaited.
    void noteOutcomes(viewsOf(store.all()));
    const next = keeper.nextDuty();
    if (next === undefined) await browser.alarms.clear(WAKE);
    else
      await browser.alarms.create(WAKE, { when: Math.max(next, Date.now() + 30_000), periodInMinutes: 0.5 });
    await showBadge(viewsOf(store.all()));
    for (const tabId of new Set(store.all().map((capture) => capture.tabId))) {
      // Most tabs have no notice, and closed tabs no one at all.
      if (tabId !== undefined)
        browser.tabs.sendMessage(tabId, { type: NOTICE_UPDATE, views: viewsIn(tabId) }).catch(() => {});
    }
  }

  const viewsIn = (tabId: number) => viewsOf(store.all().filter((capture) => capture.tabId === tabId));
});

/** A watcher repeats what is not answered so: a worker can be ended before it has written down what it was told. */
const taken = (): true => true;

/** Of a match pattern for a whole origin. */
const originOf = (pattern: string): string => pattern.replace(/\/\*$/, '');
