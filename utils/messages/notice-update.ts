import type { ProviderGuide } from '../../providers/registry/types.ts';
import type { CaptureView } from '../captures/view.ts';
import type { Words } from '../i18n.ts';
import type { Settings } from '../settings.ts';

/**
 * From the worker to the notice of a tab: what there is to show has changed. It says no more, since whatever page is in that
 * tab by now may hear it; the notice asks what it is, and the answer depends on who asks.
 */
export const NOTICE_UPDATE = 'notice-update';

/** What a notice is told when it asks: what to show, and how. Carries views, so no code. */
export interface NoticeAnswer extends Pick<Settings, 'theme'> {
  views: readonly CaptureView[];
  /** Of the provider of the one that is shown. The notice does not carry those of all. */
  guide?: ProviderGuide | undefined;
  /** Of the language chosen in the settings; a page may not read them from the extension itself. */
  words?: Words;
}
