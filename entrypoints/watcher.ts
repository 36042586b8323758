import { browser } from 'wxt/browser';
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { pageHere } from '../providers/registry/page-script.ts';
import { shadowRootOf } from '../utils/closed-roots.ts';
import { onRoute } from '../utils/detection/route.ts';
import type { Arrival, SaidSighting } from '../utils/messaging/messages.ts';
import { pageWorld } from '../utils/page-world.ts';

/** The worker may be ended in the middle of it, in ms. */
const TRY_AGAIN_AFTER = 500;
const MOST_TRIES = 10;

/**
 * On providers' hosts: knows their app-password pages by the address, has what looks for codes put into those, and tells
 * the worker of each code seen there. It is all that the hosts' other pages pay for.
 */
export default defineUnlistedScript(() => {
  const page = pageHere();
  if (!page) return;
  pageWorld.watching?.abort();
  const watching = new AbortController();
  pageWorld.watching = watching;
  // The detector of a watcher that was here before.
  pageWorld.watchPage = undefined;

  /** Until the worker has taken note of it. One that can't be reached for good belongs to an extension that is gone. */
  const say = async (message: Arrival | SaidSighting, signal = watching.signal): Promise<void> => {
    for (let tries = 0; tries < MOST_TRIES && !signal.aborted; tries++) {
      if (tries > 0) await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_AFTER));
      if (!browser.runtime?.id) return watching.abort();
      if (await browser.runtime.sendMessage(message).catch(() => false)) return;
    }
  };

  onRoute(
    page,
    async (leaving) => {
      pageWorld.arrivedAt = performance.now();
      await say({ type: 'arrival' }, leaving);
      if (leaving.aborted) return;
      const visit = crypto.randomUUID();
      const tell = (seen: Omit<SaidSighting, 'type' | 'visit'>): void =>
        void say({ type: 'sighting', visit, ...seen });
      pageWorld.watchPage?.(document, page, tell, leaving, shadowRootOf);
    },
    watching.signal,
  );
});
