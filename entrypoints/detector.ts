import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { watchPage } from '../utils/detection/watch.ts';
import { pageWorld } from '../utils/page-world.ts';

/** What looks for codes. The worker puts it into a provider's page when its watcher arrives where they are made. */
export default defineUnlistedScript(() => {
  pageWorld.watchPage = watchPage;
});
