import { browser } from 'wxt/browser';
import type { ToSend } from './protocol.ts';
import { send } from './send.ts';

/** The worker may be ended while it handles a message; then it is said again after this time, in ms. */
const RETRY_AFTER_MS = 500;
const MAX_TRIES = 10;

/**
 * For what is seen once: repeated until the worker has taken note of it, which it answers with `true`.
 * @param gone called where there is no worker any more, because the extension was updated or removed
 */
export async function sendUntilTaken(
  message: ToSend<'page-opened' | 'code-detected' | 'account-detected'>,
  signal: AbortSignal,
  gone: () => void,
): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES && !signal.aborted; tries++) {
    if (tries > 0) await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
    if (!browser.runtime?.id) return gone();
    if (await send(message).catch(() => false)) return;
  }
}
