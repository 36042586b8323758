import type { ProviderGuide } from '../providers/registry/types.ts';
import { PRACTICE } from '../utils/captures/view.ts';
import { t } from '../utils/i18n.ts';

/** A provider's guide; of one that is not known, or is none, nothing is claimed but a name. */
export const guideOf = (provider: string | undefined, known: ProviderGuide | undefined): ProviderGuide =>
  known ?? {
    name: t(provider === PRACTICE ? 'practice_provider' : 'other_provider'),
    mailboxes: '',
    before: [],
    unavailableBecause: [],
    fix: {},
  };
