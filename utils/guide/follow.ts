import { browser } from 'wxt/browser';
import type { PageState } from '../detection/page-state.ts';
import { journey, notePage } from './guide.ts';

/** A page that has just been arrived at is looked at so often, and so many times, in ms. */
const LOOK_EVERY = 1_000;
const MOST_LOOKS = 15;

/** Somebody has come to the app-password page of a provider. If that is where the guide has sent them, it is noted. */
export async function guideArrived(provider: string, tabId: number): Promise<void> {
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    if ((await journey.read())?.provider !== provider) return;
    const state = await pageStateIn(tabId);
    await notePage(provider, state);
    if (state === 'ready') return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
}

/** Whether app passwords can be made on the provider's page in this tab. */
export async function pageStateIn(tabId: number | undefined): Promise<PageState> {
  if (tabId === undefined) return 'unknown';
  const injections = await browser.scripting
    .executeScript({ target: { tabId }, files: ['state.js'] as never })
    // An error page, or a host the user has not allowed.
    .catch(() => []);
  return (injections[0]?.result as PageState | undefined) ?? 'unknown';
}
