import type { UserEventType } from '../captures/events.ts';
import type { Keeper } from '../captures/keeper.ts';
import type { Message } from '../messages/protocol.ts';
import { accounts } from '../onboarding/accounts.ts';

/** What the user does is what happens to the capture: the worker only adds new ids and the time. */
export async function dispatchUserEvent(
  keeper: Keeper,
  { id, ...event }: Message<UserEventType>,
): Promise<void> {
  const backend = (await accounts.current())?.id;
  const added = { connectionId: crypto.randomUUID(), backend, now: Date.now() };
  await keeper.dispatch(id, { ...event, ...added });
}
