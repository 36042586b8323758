import { type Browser, browser } from 'wxt/browser';
import { defineBackground } from 'wxt/utils/define-background';
import { pageOf } from '../providers/registry/pages.ts';
import { announce } from '../utils/announce.ts';
import { showBadge } from '../utils/badge.ts';
import { Keeper } from '../utils/captures/keeper.ts';
import { readPasted } from '../utils/captures/pasted.ts';
import { CaptureStore } from '../utils/captures/store.ts';
import { isCrowded, OTHER, viewsOf } from '../utils/captures/view.ts';
import { draft } from '../utils/draft.ts';
import { forgetEverything, signOut } from '../utils/forget.ts';
import { t } from '../utils/i18n.ts';
import {
  type CaptureCommand,
  type Leave,
  Message,
  type Paste,
  type Sighting,
} from '../utils/messaging/messages.ts';
import { NOTICE_UPDATE } from '../utils/messaging/notice-update.ts';
import { identify, mayCommand, type PageSender, type Sender } from '../utils/messaging/sender.ts';
import { agreeToKeys } from '../utils/onboarding/backend.ts';
import { Secret } from '../utils/secret.ts';
import { type Settings, settings } from '../utils/settings.ts';
import { allowed, putDetector, watchedAt, watchFromNow, withdrawn } from '../utils/watching.ts';

/** Wakes the worker while something is under way; the browser ends it after half a minute without events. */
const WAKE = 'wake';
const SELECTED = 'send-selected';
const MOST_DRAFTED = 500;

export default defineBackground(() => {
  const store = new CaptureStore();
  const keeper = new Keeper(store, () => void publish());

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
        return who.from === 'extension' ? pasted(message) : undefined;
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
        return mayCommand(message, store.get(message.id), who) ? obey(message) : undefined;
    }
  }

  async function seen({ visit, account, code }: Sighting, who: PageSender): Promise<void> {
    if (account) {
      const ofThisVisit = store
        .all()
        .filter((capture) => capture.tabId === who.tabId && capture.visit === visit);
      for (const { id } of ofThisVisit) await keeper.dispatch(id, { type: 'account-seen', ...account });
    }
    if (!code || isCrowded(store.all(), who.tabId)) return;
    const isNew = await keeper.hold({
      provider: who.provider,
      pageHost: who.host,
      email: account?.email ?? '',
      account: account?.certainty ?? 'unknown',
      code: code.certainty,
      reasons: code.reasons,
      servers: serversOf(who.provider),
      password: code.code,
      private: who.private,
      tabId: who.tabId,
      visit,
    });
    // Its window may have been closed while it was told.
    if (isNew && who.private) await leavePrivate();
    if (isNew) await announce(who.tabId);
  }

  /** Once no private window is left, nothing of one is. */
  async function leavePrivate(): Promise<void> {
    if (!browser.windows) return;
    const windows = await browser.windows.getAll();
    if (windows.some(({ incognito }) => incognito)) return;
    await keeper.privateWindowsClosed();
    if ((await draft.read())?.private) await draft.write(undefined);
  }

  /** Works on any page in the world: the click itself tells what was selected, and where. */
  async function selected(text: string, tab: Browser.tabs.Tab | undefined): Promise<void> {
    const { origin } = new URL(tab?.url ?? 'about:blank');
    const provider = (await watchedAt(origin))?.id ?? OTHER;
    const { code, problem } = readPasted(text, pageOf(provider)?.code);
    if (code === undefined) {
      const isPrivate = tab?.incognito ?? false;
      await draft.write({ provider, text: text.slice(0, MOST_DRAFTED), private: isPrivate });
    } else await holdPasted(provider, new Secret(code), problem ? 'likely' : 'confirmed', tab);
    if (tab?.id !== undefined) await announce(tab.id);
  }

  async function pasted({ provider, text, insist }: Paste): Promise<boolean> {
    const { code, problem } = readPasted(text.open(), pageOf(provider)?.code);
    if (code === undefined || (problem && !insist)) return false;
    const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
    await holdPasted(provider, new Secret(code), 'confirmed', tab);
    return true;
  }

  async function holdPasted(
    provider: string,
    password: Secret,
    code: 'likely' | 'confirmed',
    tab: Browser.tabs.Tab | undefined,
  ): Promise<void> {
    const isPrivate = tab?.incognito ?? false;
    const servers = serversOf(provider);
    const unknown = { email: '', account: 'unknown', tabId: tab?.id } as const;
    await keeper.hold({ ...unknown, provider, code, password, servers, private: isPrivate }, true);
  }

  async function obey(command: CaptureCommand): Promise<void> {
    const { id } = command;
    switch (command.type) {
      case 'set-account': {
        const email = command.email.trim();
        const connectionId = crypto.randomUUID();
        const { confirmed, provider } = command;
        return keeper.dispatch(id, { type: 'account-set', email, confirmed, provider, connectionId });
      }
      case 'set-servers': {
        const { servers } = command;
        return keeper.dispatch(id, { type: 'servers-set', servers, connectionId: crypto.randomUUID() });
      }
      case 'confirm-code':
        return keeper.dispatch(id, { type: 'code-confirmed' });
      case 'withdraw':
        return keeper.dispatch(id, { type: 'withdraw', connectionId: crypto.randomUUID() });
      default:
        return keeper.dispatch(id, { type: command.type });
    }
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

/** Where people run the mail server themselves, they alone know its name. */
const serversOf = (provider: string): 'needed' | undefined =>
  provider === OTHER || pageOf(provider)?.origins.length === 0 ? 'needed' : undefined;

/** Of a match pattern for a whole origin. */
const originOf = (pattern: string): string => pattern.replace(/\/\*$/, '');
