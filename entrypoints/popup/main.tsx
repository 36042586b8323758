import { render } from 'preact';
import { browser } from 'wxt/browser';
import { Popup } from '../../components/Popup.tsx';
import { guides, providerOf } from '../../providers/registry/guides.ts';
import { patternsOf, watcherScripts } from '../../providers/registry/page-script.ts';
import { originsOnRequest, pageOf } from '../../providers/registry/pages.ts';
import { captures, diskFull } from '../../utils/captures/store.ts';
import { byUrgency, type CaptureView, isShownIn, OTHER, viewsOf } from '../../utils/captures/view.ts';
import type { PageState } from '../../utils/detection/page-state.ts';
import { draft } from '../../utils/draft.ts';
import { direction, t } from '../../utils/i18n.ts';
import type { CaptureCommand, HostsAllowed, SaidPaste } from '../../utils/messaging/messages.ts';
import { acquaintance } from '../../utils/onboarding/acquaintance.ts';
import { markOfKey } from '../../utils/onboarding/key-mark.ts';
import type { Servers } from '../../utils/onboarding/server-name.ts';
import { openQueue } from '../../utils/open-queue.ts';
import { settings } from '../../utils/settings.ts';
import { wantedHosts, watchedAt } from '../../utils/watching.ts';

/** A page that is loading, or where something has to be switched on first, is asked this often, in ms. */
const ASK_EVERY = 1_000;
let again: ReturnType<typeof setTimeout> | undefined;

/** When nothing has changed for so long, in ms, the worker is asked to go on. */
const WAKE_AFTER = 3_000;
let wake: ReturnType<typeof setInterval> | undefined;

/** A view of the store: it shows what is there, sends what the user wants, and keeps nothing. */
async function show(): Promise<void> {
  const [all, isDiskFull, { address, token }, known, selected, [tab]] = await Promise.all([
    captures.read(),
    diskFull.read(),
    settings.read(),
    acquaintance.read(),
    draft.read(),
    browser.tabs.query({ active: true, currentWindow: true }),
  ]);
  // Told for the page on which the user opened the popup, and for providers' hosts.
  const { origin, host, protocol, pathname, hash } = new URL(tab?.url ?? 'about:blank');
  const watched = await watchedAt(origin);
  const isOnRoute = watched?.route.test(pathname + hash) ?? false;
  const state = isOnRoute ? await stateOf(tab?.id) : undefined;
  const keyMark = known?.otherKeys && (await markOfKey(known.otherKeys));
  // A worker that was ended in the middle of it is not to be waited for.
  const isMoving = Object.values(all).some((one) => one.state === 'queued' || one.state === 'verifying');
  clearInterval(wake);
  if (isMoving) wake = setInterval(countTime, WAKE_AFTER);
  clearTimeout(again);
  if (isOnRoute && state !== 'ready') again = setTimeout(show, ASK_EVERY);
  render(
    <Popup
      captures={viewsOf(Object.values(all))
        .filter(isShownIn(tab?.incognito ?? false))
        .sort(byUrgency)}
      isDiskFull={isDiskFull}
      keyMark={keyMark}
      guides={guides}
      here={{
        host: protocol === 'https:' ? host : undefined,
        provider: isOnRoute ? watched?.id : undefined,
        state,
        isWatched: watched !== undefined,
      }}
      shapeOf={(provider) => pageOf(provider)?.code}
      onRequest={originsOnRequest}
      draft={selected?.private === tab?.incognito ? selected : undefined}
      allow={(provider, origins = [origin]) => allow(provider, origins)}
      report={() => report(tab?.id, watched?.id)}
      paste={(provider, text, insist) => {
        void draft.write(undefined);
        void browser.runtime.sendMessage({ type: 'paste', provider, text, insist } satisfies SaidPaste);
      }}
      destination={address ? new URL(address).host : ''}
      isSetUp={address !== '' && token !== ''}
      appUrl={known?.workspace.app}
      actionsFor={actionsFor}
      openSettings={() => void browser.runtime.openOptionsPage()}
      openQueue={() => void openQueue(tab?.windowId).then(() => window.close())}
    />,
    document.getElementById('app') as HTMLElement,
  );
}

/** Whether app passwords can be made on the provider's page in front. */
async function stateOf(tabId: number | undefined): Promise<PageState> {
  if (tabId === undefined) return 'unknown';
  const injections = await browser.scripting
    .executeScript({ target: { tabId }, files: ['state.js'] as never })
    // An error page, or a host the user has not allowed.
    .catch(() => []);
  return (injections[0]?.result as PageState | undefined) ?? 'unknown';
}

/** It may be over by now; the worker looks only now and then. */
const countTime = (): void => void browser.runtime.sendMessage({ type: 'count' });

const command = (message: CaptureCommand): void => void browser.runtime.sendMessage(message);

/** Asked within the click, or the browser takes it for nobody's wish. It may close the popup to ask. */
function allow(provider: string, origins: readonly string[]): void {
  void wantedHosts.write(Object.fromEntries(origins.map((origin) => [origin, provider])));
  void browser.permissions
    .request({ origins: patternsOf(origins) })
    // Where it was allowed before, no event tells the worker.
    .then(
      (granted) =>
        granted &&
        browser.runtime.sendMessage({ type: 'hosts-allowed', origins: [...origins] } satisfies HostsAllowed),
    );
}

/** How the page in front is built. The browser lets us into it because the user has opened the popup there. */
async function report(tabId: number | undefined, provider: string | undefined): Promise<string> {
  if (tabId === undefined) throw new Error('There is no page');
  const facts = provider === undefined ? [] : watcherScripts(provider).slice(0, 1);
  const [injection] = await browser.scripting.executeScript({
    target: { tabId },
    files: [...facts, 'report.js'] as never,
  });
  return String(injection?.result);
}

function actionsFor({ id, provider }: CaptureView) {
  return {
    setAccount: (email: string, confirmed: boolean) =>
      command({
        type: 'set-account',
        id,
        email,
        confirmed,
        ...(confirmed && provider === OTHER ? { provider: providerOf(email) } : {}),
      }),
    setServers: (servers: Servers) => command({ type: 'set-servers', id, servers }),
    confirmCode: () => command({ type: 'confirm-code', id }),
    send: () => command({ type: 'send', id }),
    /** The second click is about the same code, so it is one: agree, and send. */
    agreeAndSend: async () => {
      await browser.runtime.sendMessage({ type: 'agree-to-keys' });
      command({ type: 'send', id });
    },
    keepLonger: () => command({ type: 'keep-longer', id }),
    timeIsOver: countTime,
    withdraw: () => command({ type: 'withdraw', id }),
    retry: () => command({ type: 'retry', id }),
    discard: () => command({ type: 'discard', id }),
    reveal: async () => (await captures.read())[id]?.password?.open() ?? '',
    openSettings: () => void browser.runtime.openOptionsPage(),
  };
}

document.documentElement.lang = browser.i18n.getUILanguage();
document.documentElement.dir = direction();
document.title = t('extension_name');
for (const store of [captures, diskFull, settings, draft]) store.watch(() => void show());
// It also wakes the worker, which goes on with what it was ended in.
countTime();
void show();
