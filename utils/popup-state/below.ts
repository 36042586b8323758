import { browser } from 'wxt/browser';
import { guides, providerOf } from '../../providers/registry/guides.ts';
import { watcherScripts } from '../../providers/registry/page-script.ts';
import { pageOf } from '../../providers/registry/pages.ts';
import { allowHosts, watchHosts } from '../allow-hosts.ts';
import type { CaptureView } from '../captures/view.ts';
import type { PageState } from '../detection/page-state.ts';
import { draft } from '../draft.ts';
import { pageStateIn } from '../guide/follow.ts';
import { journey, notePage, stepsOf } from '../guide/guide.ts';
import { send } from '../messages/send.ts';
import { isGranted, originsToAsk, watchedAt } from '../watching.ts';

/** The page in front. */
export interface Here {
  /** Where the browser tells it. */
  host?: string | undefined;
  /** Whose app-password page it is, if it is one. */
  provider?: string | undefined;
  state?: PageState | undefined;
  isWatched: boolean;
  /** The provider whose host it is, while the browser does not let the extension in there. */
  keptOutOf?: string | undefined;
}

interface Tab {
  id?: number | undefined;
  url?: string | undefined;
  incognito: boolean;
}

/** What the popup shows below the captures, as it is now, and what can be done there. */
export async function readBelow(tab: Tab | undefined, captures: readonly CaptureView[]) {
  const isPrivate = tab?.incognito ?? false;
  const [here, drafted, anyone, toAsk] = await Promise.all([
    readHere(tab),
    draft.read(),
    journey.read(),
    originsToAsk(),
  ]);
  const begun = anyone?.private === isPrivate ? anyone : undefined;
  const guided = begun && guides.get(begun.provider);
  return {
    guides,
    here,
    hasCaptures: captures.length > 0,
    shapeOf: (provider: string) => pageOf(provider)?.code,
    onRequest: toAsk,
    draft: drafted?.private === isPrivate ? drafted : undefined,
    journey: begun,
    steps: begun && guided ? stepsOf(guided, begun, captures) : [],
    ...actionsIn(tab, isPrivate),
  };
}

/** A page that is loading, or where something has to be switched on first, may be another soon. */
export const mayChange = ({ provider, state }: Here): boolean => provider !== undefined && state !== 'ready';

async function readHere(tab: Tab | undefined): Promise<Here> {
  // Told for the page on which the user opened the popup, and for providers' hosts.
  const { origin, host, protocol, pathname, hash } = urlOf(tab);
  const watched = await watchedAt(origin);
  const isOnRoute = watched?.route.test(pathname + hash) ?? false;
  const state = isOnRoute ? await pageStateIn(tab?.id) : undefined;
  if (watched && state) await notePage(watched.id, state);
  const isKeptOut = watched !== undefined && !(await isGranted(origin));
  return {
    host: protocol === 'https:' ? host : undefined,
    provider: isOnRoute ? watched?.id : undefined,
    state,
    isWatched: watched !== undefined,
    keptOutOf: isKeptOut ? watched.id : undefined,
  };
}

const urlOf = (tab: Tab | undefined): URL => new URL(tab?.url ?? 'about:blank');

const actionsIn = (tab: Tab | undefined, isPrivate: boolean) => ({
  ask: async (email: string): Promise<string | undefined> =>
    providerOf(email) ?? (await send({ type: 'provider-of', email })) ?? undefined,
  begin: (provider: string, email: string) =>
    void journey.write({ provider, email, private: isPrivate, since: Date.now() }),
  leave: () => void journey.write(undefined),
  allow: (provider: string, origins: readonly string[] = [urlOf(tab).origin]) =>
    void allowHosts(provider, origins),
  report: () => report(tab),
  paste: (provider: string, text: string, insist: boolean) => {
    void draft.write(undefined);
    void send({ type: 'paste', provider, text, insist });
  },
});

/** Called when it shows something else, captures aside. */
export function watchBelow(changed: () => void): void {
  draft.watch(changed);
  journey.watch(changed);
  watchHosts(changed);
}

/** How the page in front is built. The browser lets us into it because the user has opened the popup there. */
async function report(tab: Tab | undefined): Promise<string> {
  if (tab?.id === undefined) throw new Error('There is no page');
  const provider = (await watchedAt(urlOf(tab).origin))?.id;
  const facts = provider === undefined ? [] : watcherScripts(provider).slice(0, 1);
  const [injection] = await browser.scripting.executeScript({
    target: { tabId: tab.id },
    files: [...facts, 'report.js'] as never,
  });
  return String(injection?.result);
}
