import type { ProviderGuide } from '../../providers/registry/types.ts';
import { type MessageKey, t } from '../../utils/i18n.ts';
import type { RowView } from '../../utils/queue/rows.ts';
import { refusal } from '../refusal.ts';

/** Whether no app password opens this provider's mailboxes, or not wholly. */
export const isClosed = (guide: ProviderGuide | undefined): boolean =>
  guide !== undefined && (refusal(guide) !== undefined || guide.opensWith === 'nothing');

/** That, in a sentence. */
function closedWords(guide: ProviderGuide): string {
  const warning = refusal(guide);
  return t(warning ? `${warning}_title` : 'opens_with_nothing');
}

/** How it stands with a mailbox, in a sentence. */
export function stateWords({ state, cause, open, email }: RowView, guide: ProviderGuide): string {
  if (state === 'closed') return closedWords(guide);
  if (cause && (state === 'needs' || state === 'waiting' || state === 'held'))
    return causeWords(cause, guide.name, email);
  if (state === 'needs') return t('verdict_unknown');
  return t(`queue_state_${state === 'held' && open ? 'open' : state}`);
}

/** Codes of the mail servers are in capitals, faults of the backend in small letters. */
export const causeWords = (cause: NonNullable<RowView['cause']>, provider: string, emails: string): string =>
  t(`${cause === cause.toUpperCase() ? 'code' : 'fault'}_${cause}` as MessageKey, provider, emails);
