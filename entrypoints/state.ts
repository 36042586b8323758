import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { pageHere } from '../providers/registry/page-script.ts';
import { type PageState, pageState } from '../utils/detection/page-state.ts';
import { pageWorld } from '../utils/page-world.ts';

/** So long after it was arrived at, in ms, a page that has loaded has its controls. */
const SETTLED_AFTER = 2_000;

/** Put into a provider's page while the popup is open over it: tells whether app passwords can be made there. */
export default defineUnlistedScript((): PageState => {
  const page = pageHere();
  const { arrivedAt = performance.now() } = pageWorld;
  const isSettled = document.readyState === 'complete' && performance.now() - arrivedAt > SETTLED_AFTER;
  return page ? pageState(document, page, isSettled) : 'unknown';
});
