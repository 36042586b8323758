import type { Browser } from 'wxt/browser';
import { browser } from 'wxt/browser';
import { pageAt } from '../../providers/registry/pages.ts';
import type { Capture } from '../captures/capture.ts';
import type { CaptureCommand } from './messages.ts';

/** Who sent a message, as the browser says it, never as the message does. */
export type Sender = { from: 'extension' } | PageSender;

/** A watcher or notice: only as trustworthy as the page it stands in. */
export interface PageSender {
  from: 'page';
  tabId: number;
  provider: string;
  private: boolean;
}

/**
 * `undefined`, and so no answer, for: another extension; a frame; a page of no provider; a sender whose origin the
 * browser does not tell.
 */
export function identify(sender: Browser.runtime.MessageSender): Sender | undefined {
  if (sender.id !== browser.runtime.id || !sender.origin) return undefined;
  if (sender.origin === new URL(browser.runtime.getURL('/')).origin) return { from: 'extension' };
  const tabId = sender.tab?.id;
  const page = pageAt(sender.origin);
  if (tabId === undefined || sender.frameId !== 0 || !page) return undefined;
  return { from: 'page', tabId, provider: page.id, private: sender.tab?.incognito ?? false };
}

/** A page has a say about its own tab's capture only, and can't make it go away. */
export function mayCommand({ type }: CaptureCommand, capture: Capture | undefined, who: Sender): boolean {
  if (who.from === 'extension') return true;
  const isOwn = capture?.tabId === who.tabId && capture.provider === who.provider;
  return isOwn && type !== 'discard' && type !== 'withdraw';
}
