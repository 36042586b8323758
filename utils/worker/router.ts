import type { Browser } from 'wxt/browser';
import {
  type Answer,
  type MESSAGES,
  type Message,
  type MessageType,
  parseMessage,
} from '../messages/protocol.ts';
import { maySend, type NoticeViews } from './permission.ts';
import { type ExtensionSender, identify, type PageSender } from './sender.ts';

interface Senders {
  extension: ExtensionSender;
  page: PageSender;
  notice: PageSender;
}
/** Whoever may send it. */
type SenderOf<T extends MessageType> = Senders[(typeof MESSAGES)[T]['from'][number]];

/** What is done when a message arrives, and what it is answered: one a message. */
export type Handlers = {
  [T in MessageType]: (message: Message<T>, who: SenderOf<T>) => Promise<Answer<T>> | Answer<T>;
};

interface Options {
  handlers: Handlers;
  /** Nothing is handled before. */
  ready: Promise<unknown>;
  viewsIn: NoticeViews;
}

/**
 * The worker's listener for messages: parses, identifies the sender by what the browser says, checks whether that one may say
 * it, and hands it on. What fails one of these is answered `undefined`.
 */
export function createRouter({ handlers, ready, viewsIn }: Options) {
  return (said: unknown, sender: Browser.runtime.MessageSender): Promise<unknown> | undefined => {
    const message = parseMessage(said);
    return message && route(message, sender);
  };

  async function route(message: Message, sender: Browser.runtime.MessageSender): Promise<unknown> {
    const [who] = await Promise.all([identify(sender), ready]);
    if (!who || !(await maySend(message, who, viewsIn))) return undefined;
    // Both are of the same entry of the table.
    return handlers[message.type](message as never, who as never);
  }
}
