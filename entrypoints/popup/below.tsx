import { browser } from 'wxt/browser';
import { Below, type Here } from '../../components/Below.tsx';
import { guides, providerOf } from '../../providers/registry/guides.ts';
import { watcherScripts } from '../../providers/registry/page-script.ts';
import { pageOf } from '../../providers/registry/pages.ts';
import { allowHosts, watchHosts } from '../../utils/allow-hosts.ts';
import type { CaptureView } from '../../utils/captures/view.ts';
import { draft } from '../../utils/draft.ts';
import { pageStateIn } from '../../utils/guide/follow.ts';
import { journey, notePage, stepsOf } from '../../utils/guide/guide.ts';
import type { SaidPaste } from '../../utils/messaging/messages.ts';
import { isGranted, originsToAsk, watchedAt } from '../../utils/watching.ts';

/** A page that is loading, or where something has to be switched on first, is asked this often, in ms. */
const ASK_EVERY = 1_000;
let again: ReturnType<typeof setTimeout> | undefined;

type Tab = { id?: number | undefined; url?: string | undefined; incognito: boolean };

/**
 * What is below the captures, as it is now.
 * @param changed called when it is something else
 */
export async function below(
  tab: Tab | undefined,
  captures: readonly CaptureView[],
  appUrl: string | undefined,
  changed: () => void,
) {
  // Told for the page on which the user opened the popup, and for providers' hosts.
  const { origin, host, protocol, pathname, hash } = new URL(tab?.url ?? 'about:blank');
  const [watched, drafted, anyone, toAsk] = await Promise.all([
    watchedAt(origin),
    draft.read(),
    journey.read(),
    originsToAsk(),
  ]);
  const isPrivate = tab?.incognito ?? false;
  const selected = drafted?.private === isPrivate ? drafted : undefined;
  const begun = anyone?.private === isPrivate ? anyone : undefined;
  const isOnRoute = watched?.route.test(pathname + hash) ?? false;
  const state = isOnRoute ? await pageStateIn(tab?.id) : undefined;
  if (watched && state) await notePage(watched.id, state);
  const isKeptOut = watched !== undefined && !(await isGranted(origin));
  clearTimeout(again);
  if (isOnRoute && state !== 'ready') again = setTimeout(changed, ASK_EVERY);
  const here: Here = {
    host: protocol === 'https:' ? host : undefined,
    provider: isOnRoute ? watched?.id : undefined,
    state,
    isWatched: watched !== undefined,
    keptOutOf: isKeptOut ? watched.id : undefined,
  };
  const guided = begun && guides.get(begun.provider);
  return (
    <Below
      guides={guides}
      here={here}
      hasCaptures={captures.length > 0}
      shapeOf={(provider) => pageOf(provider)?.code}
      onRequest={toAsk}
      draft={selected}
      journey={begun}
      steps={begun && guided ? stepsOf(guided, begun, captures) : []}
      appUrl={appUrl}
      ask={async (email) =>
        providerOf(email) ?? (await browser.runtime.sendMessage({ type: 'provider-of', email })) ?? undefined
      }
      begin={(provider, email) =>
        void journey.write({ provider, email, private: isPrivate, since: Date.now() })
      }
      leave={() => void journey.write(undefined)}
      allow={(provider, origins = [origin]) => void allowHosts(provider, origins)}
      report={() => report(tab?.id, watched?.id)}
      paste={(provider, text, insist) => {
        void draft.write(undefined);
        void browser.runtime.sendMessage({ type: 'paste', provider, text, insist } satisfies SaidPaste);
      }}
    />
  );
}

/** What it shows beyond the captures has changed. */
export function watchBelow(changed: () => void): void {
  draft.watch(changed);
  journey.watch(changed);
  watchHosts(changed);
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
