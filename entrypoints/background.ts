import { type Browser, browser } from 'wxt/browser';
import { defineBackground } from 'wxt/utils/define-background';
import { guides } from '../providers/registry/guides.ts';
import { announce } from '../utils/announce.ts';
import { showBadge } from '../utils/badge.ts';
import type { Capture } from '../utils/captures/capture.ts';
import { eventOf } from '../utils/captures/commands.ts';
import { Intake } from '../utils/captures/intake.ts';
import { Keeper } from '../utils/captures/keeper.ts';
import { CaptureStore } from '../utils/captures/store.ts';
import { type CaptureView, PRACTICE, unsettled } from '../utils/captures/view.ts';
import { answerDisk, closeStorage } from '../utils/disk.ts';
import { draft } from '../utils/draft.ts';
import { forgetEverything, signOut } from '../utils/forget.ts';
import { guideArrived } from '../utils/guide/follow.ts';
import { journey } from '../utils/guide/guide.ts';
import { noteEnd } from '../utils/history.ts';
import { speak, t, wordsOf } from '../utils/i18n.ts';
import { type CaptureCommand, type Leave, Message, type Sighting } from '../utils/messaging/messages.ts';
import { NOTICE_UPDATE, type NoticeAnswer } from '../utils/messaging/notice-update.ts';
import { identify, mayCommand, type PageSender, type Sender } from '../utils/messaging/sender.ts';
import { hasNotice, tabsWithNotice } from '../utils/notice/notices.ts';
import { shownInNotice } from '../utils/notice/offered.ts';
import { accounts, choiceOf } from '../utils/onboarding/accounts.ts';
import { agreeToKeys, providerOfDomain } from '../utils/onboarding/backend.ts';
import { openPopup, openWelcome } from '../utils/pages.ts';
import { askPolicy } from '../utils/policy.ts';
import { buildPopupState } from '../utils/popup-state/build.ts';
import { writePopupState } from '../utils/popup-state/popup-state.ts';
import { noteOutcomes } from '../utils/queue/outcomes.ts';
import { settings } from '../utils/settings.ts';
import { allowed, isLetIn, putDetector, watchFromNow, withdrawn } from '../utils/watching.ts';

/** Wakes the worker while something is under way; the browser ends it after half a minute without events. */
const WAKE = 'wake';
const SELECTED = 'send-selected';
/** A command of the keyboard's, as the manifest calls it. */
const SEND_HELD = 'send-held';

export default defineBackground(() => {
  // Where it can't be, nothing of ours is there all the same.
  void closeStorage().catch(() => {});
  const store = new CaptureStore();
  const keeper = new Keeper(store, () => void publish(), ended);
  const intake = new Intake(store, keeper);
  let publishing: Promise<void> = Promise.resolve();

  // Listeners are registered before anything is awaited, or the event that woke the worker is missed.
  browser.runtime.onMessage.addListener((message: unknown, sender: Browser.runtime.MessageSender) => {
    const parsed = Message.safeParse(message);
    return parsed.success ? answer(parsed.data, sender) : undefined;
  });
  browser.alarms.onAlarm.addListener(({ name }) => {
    if (name === WAKE) void store.ready.then(wake);
  });
  settings.watch(() => void store.ready.then(settingsChanged));
  accounts.watch((now) => void store.ready.then(() => accountsChanged(choiceOf(now))));
  browser.runtime.onInstalled.addListener(({ reason }) => {
    void watchFromNow();
    void offerInMenu();
    if (reason === 'install') void openWelcome();
  });
  // Firefox for Android has neither keys nor this menu. Firefox opens the popup for either before anything is awaited only.
  browser.commands?.onCommand.addListener((command) => {
    if (command !== SEND_HELD) return;
    void openPopup();
    void store.ready.then(sendHeld);
  });
  browser.contextMenus?.onClicked.addListener(({ menuItemId, selectionText }, tab) => {
    if (menuItemId !== SELECTED) return;
    const opening = openPopup(tab?.windowId);
    void store.ready.then(() => selected(selectionText ?? '', tab, opening));
  });
  // What is held in memory does not outlive an update.
  browser.runtime.onUpdateAvailable?.addListener(() => void store.ready.then(() => keepSealed(true)));
  browser.permissions.onAdded.addListener(({ origins = [] }) => void allowed(origins.map(originOf)));
  browser.permissions.onRemoved.addListener(() => void withdrawn());
  // Firefox for Android has no windows, and Safari on a phone has some that do not close.
  browser.windows?.onRemoved?.addListener(() => void store.ready.then(leavePrivate));
  // Starts the worker with the browser, so that what was sent before goes on its way.
  browser.runtime.onStartup.addListener(() => {});
  let speaking = inChosenLanguage();
  /** As they were when they last changed. */
  let providersOff: string | undefined;
  let chosen: string | undefined;
  void Promise.all([store.ready, speaking]).then(wake).then(publish);
  void askPolicy();
  browser.storage.onChanged.addListener((_, area) => {
    if (area === 'managed') void askPolicy();
  });

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
        return who.from === 'page' ? arrived(who).then(taken) : undefined;
      case 'sighting':
        return who.from === 'page' ? seen(message, who).then(taken) : undefined;
      case 'paste':
        return who.from === 'extension' ? intake.pasted(message) : undefined;
      case 'hosts-allowed':
        return who.from === 'extension' ? allowed(message.origins) : undefined;
      case 'notice-ready':
        return who.from === 'page' ? noticeOf(who) : undefined;
      case 'count':
        return who.from === 'extension' ? wake() : undefined;
      case 'agree-to-keys':
        return who.from === 'extension' ? agreeToKeys() : undefined;
      case 'consent':
        return who.from === 'extension' ? settings.change({ agreedAt: Date.now() }) : undefined;
      case 'leave':
        return who.from === 'extension' ? leave(message) : undefined;
      case 'reveal':
        return who.from === 'extension' ? store.get(message.id)?.password?.open() : undefined;
      case 'provider-of':
        return who.from === 'extension' ? providerOfDomain(message.email) : undefined;
      case 'disk':
        return who.from === 'extension' ? answerDisk(message) : undefined;
      default:
        return mayCommand(message, who, await viewsFor(who)) ? obey(message) : undefined;
    }
  }

  async function obey(command: CaptureCommand): Promise<void> {
    const backend = await accounts.current();
    await keeper.dispatch(command.id, eventOf(command, backend?.id));
  }

  /** Of those that wait for nothing but the click; without one, the popup says what else is needed. */
  async function sendHeld(): Promise<void> {
    const ready = store.all().filter((capture) => capture.state === 'held' && !unsettled(capture));
    for (const { id } of ready) await obey({ type: 'send', id });
  }

  async function arrived({ tabId, provider }: PageSender): Promise<void> {
    await putDetector(tabId);
    void guideArrived(provider, tabId);
  }

  async function ended(capture: Capture): Promise<void> {
    if (capture.provider === PRACTICE) await settings.change({ hasPractised: true });
    const { all } = await accounts.read();
    await noteEnd(capture, all.find(({ id }) => id === capture.backend)?.met?.workspace.name);
  }

  async function offerInMenu(): Promise<void> {
    if (!browser.contextMenus) return;
    await speaking;
    // An update finds the one it made before.
    await browser.contextMenus.removeAll();
    browser.contextMenus.create({ id: SELECTED, title: t('menu_selected'), contexts: ['selection'] });
  }

  async function inChosenLanguage(): Promise<void> {
    speak(await wordsOf((await settings.read()).language));
  }

  async function seen(sighting: Sighting, who: PageSender): Promise<void> {
    if (who.provider !== PRACTICE && !(await isLetIn(who.tabId, `https://${who.host}`))) return;
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
    for (const memory of [draft, journey]) if ((await memory.read())?.private) await memory.write(undefined);
  }

  async function selected(
    text: string,
    tab: Browser.tabs.Tab | undefined,
    opening: Promise<boolean>,
  ): Promise<void> {
    await intake.selected(text, tab);
    if (tab?.id !== undefined && !(await opening)) await announce(tab.id);
  }

  async function settingsChanged(): Promise<void> {
    const now = await settings.read();
    speaking = inChosenLanguage();
    await offerInMenu();
    await keepSealed(now.keepSealed);
    if (now.providersOff.join() !== providersOff) await watchFromNow();
    providersOff = now.providersOff.join();
    await goOn();
  }

  async function accountsChanged(choice: string): Promise<void> {
    if (choice === chosen) return;
    chosen = choice;
    await goOn();
  }

  /** What stood in the way may be mended now. */
  async function goOn(): Promise<void> {
    await publish();
    for (const { id, fault, retryAt, state } of store.all()) {
      const isWaiting = retryAt !== undefined || (fault && state !== 'held');
      if (isWaiting) await keeper.dispatch(id, { type: 'retry' });
    }
  }

  async function keepSealed(on: boolean): Promise<void> {
    for (const { id } of store.all()) await keeper.dispatch(id, { type: 'keep-sealed', on });
  }

  async function leave({ account: id }: Leave): Promise<void> {
    const { all } = await accounts.read();
    const account = all.find((one) => one.id === id);
    // Signed out of it already, in another tab.
    if (id !== undefined && !account) return;
    // What is with another workspace stays.
    await (account && all.length > 1 ? keeper.signedOut(account.id) : keeper.forgetAll());
    await (account ? signOut(account) : forgetEverything());
    await publish();
  }

  /** One after the other, so that nothing older is shown last. */
  function publish(): Promise<void> {
    publishing = publishing.then(show, show);
    return publishing;
  }

  async function show(): Promise<void> {
    // As they are now: they may be put away while the rest is awaited.
    const captures = store.views();
    void noteOutcomes(captures);
    await writePopupState(await buildPopupState(captures));
    const next = keeper.nextDuty();
    if (next === undefined) await browser.alarms.clear(WAKE);
    else
      await browser.alarms.create(WAKE, { when: Math.max(next, Date.now() + 30_000), periodInMinutes: 0.5 });
    await showBadge(captures);
    // Closed tabs have no one who hears it.
    for (const tabId of await tabsWithNotice())
      browser.tabs.sendMessage(tabId, { type: NOTICE_UPDATE }, { frameId: 0 }).catch(() => {});
  }

  /** What a page may know: of what it has shown itself, and only where a notice of ours shows it there. */
  async function viewsFor(who: Sender): Promise<readonly CaptureView[] | undefined> {
    if (who.from !== 'page' || !(await hasNotice(who))) return undefined;
    const { tabId, provider, host } = who;
    return (
      store
        .views()
        .filter((capture) => capture.tabId === tabId && capture.provider === provider)
        // What was selected there by its user has none.
        .filter(({ pageHost }) => pageHost === undefined || pageHost === host)
    );
  }

  async function noticeOf(who: PageSender): Promise<NoticeAnswer> {
    const { theme, language } = await settings.read();
    const words = await wordsOf(language);
    const views = (await viewsFor(who)) ?? [];
    const shown = shownInNotice(views);
    return { views, guide: shown && guides.get(shown.provider), theme, ...(words ? { words } : {}) };
  }
});

/** A watcher repeats what is not answered so: a worker can be ended before it has written down what it was told. */
const taken = (): true => true;

/** Of a match pattern for a whole origin. */
const originOf = (pattern: string): string => pattern.replace(/\/\*$/, '');
