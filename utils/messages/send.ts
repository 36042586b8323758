import { browser } from 'wxt/browser';
import type { Answer, MessageType, ToSend } from './protocol.ts';

/**
 * Says something to the worker.
 * @returns its answer; `undefined` where this page may not say it
 * @throws Error where there is no worker, because the extension was updated or removed
 */
export const send = <T extends MessageType>(message: ToSend<T>): Promise<Answer<T> | undefined> =>
  browser.runtime.sendMessage(message);
