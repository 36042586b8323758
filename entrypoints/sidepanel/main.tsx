import { render } from 'preact';
import { PrivateWindow } from '../../components/queue/PrivateWindow.tsx';
import { Queue } from '../../components/queue/Queue.tsx';
import { isClosed } from '../../components/queue/words.ts';
import { guides } from '../../providers/registry/guides.ts';
import { pageOf } from '../../providers/registry/pages.ts';
import { watchHosts } from '../../utils/allow-hosts.ts';
import { dress } from '../../utils/dress.ts';
import { ignoreHastyClicks } from '../../utils/hasty-clicks.ts';
import { keepMoving, keepWorkerAwake } from '../../utils/messages/capture-actions.ts';
import { readPopupState } from '../../utils/popup-state/popup-state.ts';
import { listActions, pageOfRow } from '../../utils/queue/list-actions.ts';
import { isInPrivateWindow, readList, watchList } from '../../utils/queue/list-state.ts';
import { MOST_ROWS } from '../../utils/queue/queue.ts';
import type { RowView } from '../../utils/queue/rows.ts';
import { runLatest } from '../../utils/run-latest.ts';
import { originsToAsk } from '../../utils/watching.ts';

const app = document.getElementById('app') as HTMLElement;
let rows: RowView[] = [];
let toAsk: ReadonlyMap<string, readonly string[]> = new Map();
const actions = listActions(() => toAsk);

/** A view of the stores. What it shows is there when it is closed and opened again. */
const show = runLatest(async () => {
  const { list, look } = await readList(rows, (provider) => isClosed(guides.get(provider)));
  rows = list.rows;
  await dress(look, 'queue_title');
  keepMoving(list.captures);
  render(
    <Queue
      {...list}
      most={MOST_ROWS}
      isOnline={navigator.onLine}
      guides={guides}
      shapeOf={(provider) => pageOf(provider)?.code}
      onRequest={toAsk}
      hasPage={(row) => pageOfRow(row) !== undefined}
      actions={actions}
    />,
    app,
  );
});

// The list is kept on disk, and of a private window nothing is.
if (await isInPrivateWindow()) {
  await dress((await readPopupState()) ?? { theme: 'system', language: '' }, 'queue_title');
  render(<PrivateWindow />, app);
} else {
  const showWithHosts = async (): Promise<void> => {
    toAsk = await originsToAsk();
    await show();
  };
  watchList(() => void show());
  watchHosts(() => void showWithHosts());
  ignoreHastyClicks(app);
  keepWorkerAwake();
  void showWithHosts();
}
