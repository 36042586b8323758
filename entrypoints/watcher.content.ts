import { browser } from 'wxt/browser';
import { defineContentScript } from 'wxt/utils/define-content-script';
import { matchPatterns, pageAt } from '../providers/registry/pages.ts';
import { onRoute } from '../utils/detection/route.ts';
import { watchPage } from '../utils/detection/watch.ts';
import type { Sighting } from '../utils/messaging/messages.ts';

/** On providers' hosts: looks at app-password pages only, and tells the worker what it sees there. */
export default defineContentScript({
  matches: matchPatterns,
  runAt: 'document_end',
  noScriptStartedPostMessage: true,
  main({ signal }) {
    const page = pageAt(location.origin);
    if (!page) return;
    onRoute(
      page,
      (leaving) => {
        const visit = crypto.randomUUID();
        const tell = (seen: Omit<Sighting, 'type' | 'visit'>): void => {
          // A worker that can't be reached belongs to an extension that was updated or removed.
          browser.runtime
            .sendMessage({ type: 'sighting', visit, ...seen } satisfies Sighting)
            .catch(() => {});
        };
        leaving.addEventListener('abort', () => tell({ state: 'left' }), { once: true });
        watchPage(document, page, tell, leaving, shadowRootOf);
      },
      signal,
    );
  },
});

/** Each browser has its own way to show an extension closed shadow roots. */
function shadowRootOf(element: Element): ShadowRoot | null {
  const { dom } = browser as { dom?: { openOrClosedShadowRoot(element: Element): ShadowRoot | null } };
  if (dom) return dom.openOrClosedShadowRoot(element);
  return (element as { openOrClosedShadowRoot?: ShadowRoot | null }).openOrClosedShadowRoot ?? null;
}
