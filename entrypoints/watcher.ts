import { browser } from 'wxt/browser';
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { pageHere } from '../providers/registry/page-script.ts';
import { shadowRootOf } from '../utils/closed-roots.ts';
import { onRoute } from '../utils/detection/route.ts';
import { watchPage } from '../utils/detection/watch.ts';
import type { Sighting } from '../utils/messaging/messages.ts';

/** On providers' hosts: looks at app-password pages only, and tells the worker what it sees there. */
export default defineUnlistedScript(() => {
  const page = pageHere();
  if (!page) return;
  // An extension that was updated puts its new watcher beside the old one.
  const world = globalThis as { watching?: AbortController };
  world.watching?.abort();
  const watching = new AbortController();
  world.watching = watching;

  onRoute(
    page,
    (leaving) => {
      const visit = crypto.randomUUID();
      const tell = (seen: Omit<Sighting, 'type' | 'visit'>): void => {
        // A worker that can't be reached belongs to an extension that was updated or removed.
        if (!browser.runtime?.id) watching.abort();
        else
          browser.runtime
            .sendMessage({ type: 'sighting', visit, ...seen } satisfies Sighting)
            .catch(() => {});
      };
      leaving.addEventListener('abort', () => tell({ state: 'left' }), { once: true });
      watchPage(document, page, tell, leaving, shadowRootOf);
    },
    watching.signal,
  );
});
