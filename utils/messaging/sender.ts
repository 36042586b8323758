import type { Browser } from 'wxt/browser';
import { browser } from 'wxt/browser';
import { type CaptureView, PRACTICE } from '../captures/view.ts';
import { offeredFor, shownInNotice } from '../notice/offered.ts';
import { watchedAt } from '../watching.ts';
import type { CaptureCommand } from './messages.ts';

/** Who sent a message, as the browser says it, never as the message does. */
export type Sender = { from: 'extension' } | PageSender;

/** A watcher or notice: only as trustworthy as the page it stands in. */
export interface PageSender {
  from: 'page';
  tabId: number;
  provider: string;
  host: string;
  private: boolean;
  /** Of the document that it stands in, where the browser tells that. */
  documentId?: string | undefined;
}

/**
 * `undefined`, and so no answer, for: another extension; a frame; a page of no provider; a sender whose origin the
 * browser does not tell.
 */
export async function identify(sender: Browser.runtime.MessageSender): Promise<Sender | undefined> {
  if (sender.id !== browser.runtime.id || !sender.origin) return undefined;
  const tabId = sender.tab?.id;
  if (sender.origin === new URL(browser.runtime.getURL('/')).origin) {
    // Our own page, but what it shows is seen as a provider's page is.
    const isPractice = tabId !== undefined && sender.url === browser.runtime.getURL('/practice.html');
    return isPractice
      ? { ...PRACTICE_PAGE, tabId, private: sender.tab?.incognito ?? false }
      : { from: 'extension' };
  }
  if (tabId === undefined || sender.frameId !== 0) return undefined;
  const page = await watchedAt(sender.origin);
  if (!page) return undefined;
  // Without a port: it is the mail servers' region that this tells.
  const { hostname: host } = new URL(sender.origin);
  const { documentId } = sender as { documentId?: string };
  return {
    from: 'page',
    tabId,
    provider: page.id,
    host,
    private: sender.tab?.incognito ?? false,
    ...(documentId === undefined ? {} : { documentId }),
  };
}

const PRACTICE_PAGE = { from: 'page', provider: PRACTICE, host: 'practice' } as const;

/**
 * A page has no say of its own: what a notice of ours offers in it is all that can be done from there, and only while it is
 * offered. Nothing there makes a capture go away, or keeps it.
 *
 * @param inNotice what the notice that we have put into this page shows now; nothing where there is none
 */
export function mayCommand(
  command: CaptureCommand,
  who: Sender,
  inNotice: readonly CaptureView[] | undefined,
): boolean {
  if (who.from === 'extension') return true;
  if (!inNotice) return false;
  if (command.type === 'dismiss') return inNotice.some(({ id }) => id === command.id);
  const shown = shownInNotice(inNotice);
  if (shown?.id !== command.id || offeredFor(shown) !== command.type) return false;
  return command.type !== 'set-account' || command.confirmed;
}
