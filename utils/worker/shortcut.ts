import type { Keeper } from '../captures/keeper.ts';
import type { CaptureStore } from '../captures/store.ts';
import { unsettled } from '../captures/view.ts';
import { dispatchUserEvent } from './user-event.ts';

/** The keyboard shortcut's command, as the manifest calls it. */
export const SEND_HELD = 'send-held';

/** Sends all that waits for nothing but the click; where there is nothing, the popup says what else is needed. */
export async function sendHeld(store: CaptureStore, keeper: Keeper): Promise<void> {
  const ready = store.all().filter((capture) => capture.state === 'held' && !unsettled(capture));
  for (const { id } of ready) await dispatchUserEvent(keeper, { type: 'send', id });
}
