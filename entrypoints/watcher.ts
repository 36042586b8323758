import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { pageHere } from '../providers/registry/page-script.ts';
import { shadowRootOf } from '../utils/closed-roots.ts';
import { onRoute } from '../utils/detection/route.ts';
import type { Detected } from '../utils/detection/watch.ts';
import { sendUntilTaken } from '../utils/messages/send-until-taken.ts';
import { pageWorld } from '../utils/page-world.ts';

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
  const stop = (): void => watching.abort();

  onRoute(
    page,
    async (leaving) => {
      pageWorld.arrivedAt = performance.now();
      await sendUntilTaken({ type: 'page-opened' }, leaving, stop);
      if (leaving.aborted) return;
      const visit = crypto.randomUUID();
      // What was seen is told even when the page has been left meanwhile.
      const tell = (detected: Detected): void =>
        void sendUntilTaken({ visit, ...detected }, watching.signal, stop);
      pageWorld.watchPage?.(document, page, tell, leaving, shadowRootOf);
    },
    watching.signal,
  );
});
