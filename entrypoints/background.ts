import { type Browser, browser } from 'wxt/browser';
import { defineBackground } from 'wxt/utils/define-background';
import { pageAt } from '../providers/registry/pages.ts';
import { announce } from '../utils/announce.ts';
import { showBadge } from '../utils/badge.ts';
import { Keeper } from '../utils/captures/keeper.ts';
import { CaptureStore } from '../utils/captures/store.ts';
import { viewOf } from '../utils/captures/view.ts';
import { type CaptureCommand, Message, type Sighting } from '../utils/messaging/messages.ts';
import { NOTICE_UPDATE } from '../utils/messaging/notice-update.ts';
import { identify, mayCommand, type PageSender, type Sender } from '../utils/messaging/sender.ts';
import { watchOpenTabs } from '../utils/open-tabs.ts';
import { setOpenPage } from '../utils/pages.ts';
import { settings } from '../utils/settings.ts';

/** Wakes the worker while something is under way; the browser ends it after half a minute without events. */
const WAKE = 'wake';

export default defineBackground(() => {
  const store = new CaptureStore();
  const keeper = new Keeper(store, () => void publish());

  // Listeners are registered before anything is awaited, or the event that woke the worker is missed.
  browser.runtime.onMessage.addListener((message: unknown, sender: Browser.runtime.MessageSender) => {
    const who = identify(sender);
    const parsed = Message.safeParse(message);
    if (who && parsed.success) return store.ready.then(() => handle(parsed.data, who));
    return undefined;
  });
  browser.alarms.onAlarm.addListener(({ name }) => {
    if (name === WAKE) void store.ready.then(() => keeper.work());
  });
  browser.tabs.onUpdated.addListener((tabId, { status, url }) => {
    // The address is told for providers' hosts only. A step to an app-password page inside an application is not leaving.
    const { origin, pathname, hash } = new URL(url ?? 'about:blank');
    if (status === 'loading' && !pageAt(origin)?.route.test(pathname + hash))
      void setOpenPage(tabId, undefined);
  });
  browser.tabs.onRemoved.addListener((tabId) => void setOpenPage(tabId, undefined));
  settings.watch(() => void store.ready.then(tryAgain));
  browser.runtime.onInstalled.addListener(() => void watchOpenTabs());
  // Starts the worker with the browser, so that what was sent before goes on its way.
  browser.runtime.onStartup.addListener(() => {});
  void store.ready.then(() => {
    keeper.work();
    return publish();
  });

  async function handle(message: Message, who: Sender): Promise<unknown> {
    switch (message.type) {
      case 'sighting':
        return who.from === 'page' ? seen(message, who) : undefined;
      case 'notice-ready':
        return who.from === 'page' ? viewsOf(who.tabId) : undefined;
      default:
        return mayCommand(message, store.get(message.id), who) ? obey(message) : undefined;
    }
  }

  async function seen({ state, visit, account, code }: Sighting, who: PageSender): Promise<void> {
    const page = state === 'left' ? undefined : { provider: who.provider, state };
    const noted = setOpenPage(who.tabId, page); // not waited for: a code is held first
    if (account) {
      const ofThisVisit = store
        .all()
        .filter((capture) => capture.tabId === who.tabId && capture.visit === visit);
      for (const { id } of ofThisVisit) await keeper.dispatch(id, { type: 'account-seen', ...account });
    }
    if (!code) return noted;
    const isNew = await keeper.hold({
      provider: who.provider,
      email: account?.email ?? '',
      account: account?.certainty ?? 'unknown',
      code: code.certainty,
      password: code.code,
      private: who.private,
      tabId: who.tabId,
      visit,
    });
    await noted;
    if (isNew) await announce(who.tabId);
  }

  async function obey(command: CaptureCommand): Promise<void> {
    const { id } = command;
    switch (command.type) {
      case 'set-account': {
        const email = command.email.trim();
        const connectionId = crypto.randomUUID();
        return keeper.dispatch(id, {
          type: 'account-set',
          email,
          confirmed: command.confirmed,
          connectionId,
        });
      }
      case 'confirm-code':
        return keeper.dispatch(id, { type: 'code-confirmed' });
      default:
        return keeper.dispatch(id, { type: command.type });
    }
  }

  /** The settings may be right now. */
  async function tryAgain(): Promise<void> {
    for (const { id, fault, state } of store.all()) {
      if (fault && state !== 'held') await keeper.dispatch(id, { type: 'retry' });
    }
  }

  async function publish(): Promise<void> {
    const next = keeper.nextDuty();
    if (next === undefined) await browser.alarms.clear(WAKE);
    else
      await browser.alarms.create(WAKE, { when: Math.max(next, Date.now() + 30_000), periodInMinutes: 0.5 });
    await showBadge(store.all().map(viewOf));
    for (const tabId of new Set(store.all().map((capture) => capture.tabId))) {
      // Most tabs have no notice, and closed tabs no one at all.
      if (tabId !== undefined)
        browser.tabs.sendMessage(tabId, { type: NOTICE_UPDATE, views: viewsOf(tabId) }).catch(() => {});
    }
  }

  const viewsOf = (tabId: number) =>
    store
      .all()
      .filter((capture) => capture.tabId === tabId)
      .map(viewOf);
});
