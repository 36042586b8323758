import type { ProviderGuide } from '../providers/registry/types.ts';
import { t } from '../utils/i18n.ts';

/** A provider of which nothing is known, and so nothing is claimed. */
export const otherProvider = (): ProviderGuide => ({
  name: t('other_provider'),
  mailboxes: '',
  before: [],
  unavailableBecause: [],
  fix: {},
});
