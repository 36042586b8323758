import type { ProviderGuide } from '../../providers/registry/types.ts';
import { plural, t } from '../../utils/i18n.ts';
import type { Progress, RowView } from '../../utils/queue/rows.ts';
import { guideFor } from './QueueRow.tsx';
import { causeWords } from './words.ts';

interface Props {
  rows: readonly RowView[];
  progress: Progress;
  guides: ReadonlyMap<string, ProviderGuide>;
  onExport: () => void;
}

/** So many addresses with the same cause are named. */
const MOST_NAMED = 3;

/** What became of all of them. */
export function Summary({ rows, progress, guides, onExport }: Props) {
  const { connected, needs, skipped, closed } = progress;
  return (
    <section class={`banner stack ${needs > 0 ? 'warn' : 'ok'}`} aria-labelledby="summary">
      <h2 id="summary">{t('queue_done')}</h2>
      <ul class="stack tight">
        <li>{plural('queue_sum_connected', connected)}</li>
        {needs > 0 && (
          <li class="stack tight">
            {plural('queue_needs', needs)}
            <ul class="causes hint">
              {byCause(rows, guides).map((words) => (
                <li key={words}>{words}</li>
              ))}
            </ul>
          </li>
        )}
        {closed > 0 && <li>{plural('queue_sum_closed', closed)}</li>}
        {skipped > 0 && <li>{plural('queue_sum_skipped', skipped)}</li>}
      </ul>
      <div>
        <button type="button" class="primary" onClick={onExport}>
          {t('queue_export')}
        </button>
      </div>
    </section>
  );
}

/** One sentence for each cause at each provider, with the addresses it is about. */
function byCause(rows: readonly RowView[], guides: Props['guides']): string[] {
  const groups = new Map<string, RowView[]>();
  for (const row of rows) {
    if (row.state !== 'needs') continue;
    const key = `${row.cause} ${row.provider}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const named = group.slice(0, MOST_NAMED).map(({ email }) => email);
    const more = group.length > MOST_NAMED ? [plural('queue_more', group.length - MOST_NAMED)] : [];
    const emails = [...named, ...more].join(', ');
    const words = first.cause
      ? causeWords(first.cause, guideFor(first, guides).name, emails)
      : t('verdict_unknown');
    // Not every sentence has a place for them.
    return words.includes(emails) ? words : `${emails}: ${words}`;
  });
}
