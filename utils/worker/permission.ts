import type { UserEvent, UserEventType } from '../captures/events.ts';
import type { CaptureView } from '../captures/view.ts';
import { type From, MESSAGES, type Message } from '../messages/protocol.ts';
import { offeredFor, shownInNotice } from '../notice/offered.ts';
import type { PageSender, Sender } from './sender.ts';

/** What the notice that we have put into a page shows now; nothing where there is none. */
export type NoticeViews = (who: PageSender) => Promise<readonly CaptureView[] | undefined>;

/** Whether this sender may say this, as the table of messages has it. */
export async function maySend(message: Message, who: Sender, viewsIn: NoticeViews): Promise<boolean> {
  const from: readonly From[] = MESSAGES[message.type].from;
  if (who.from === 'extension') return from.includes('extension');
  if (from.includes('page')) return true;
  return from.includes('notice') && isOffered(message as OfCapture, await viewsIn(who));
}

type OfCapture = Message<UserEventType>;

/**
 * A page has no say of its own: what a notice of ours offers in it is all that can be done from there, and only while it is
 * offered. Nothing there makes a capture go away, or keeps it.
 */
function isOffered(event: UserEvent & { id: string }, inNotice: readonly CaptureView[] | undefined): boolean {
  if (!inNotice) return false;
  if (event.type === 'dismiss') return inNotice.some(({ id }) => id === event.id);
  const shown = shownInNotice(inNotice);
  if (shown?.id !== event.id || offeredFor(shown) !== event.type) return false;
  return event.type !== 'set-account' || event.confirmed;
}
