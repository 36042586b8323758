import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { pageHere } from '../providers/registry/page-script.ts';
import { shadowRootOf } from '../utils/closed-roots.ts';
import { structureOf } from '../utils/report/structure.ts';

/** Put into a page when the user asks for a report of it: tells how the page is built, and none of its text. */
export default defineUnlistedScript(() => structureOf(document, pageHere(), shadowRootOf));
