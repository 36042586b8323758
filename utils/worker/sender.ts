import type { Browser } from 'wxt/browser';
import { browser } from 'wxt/browser';
import { PRACTICE } from '../captures/view.ts';
import { watchedAt } from '../watching.ts';

/** Who sent a message, as the browser says it, never as the message does. */
export type Sender = ExtensionSender | PageSender;

/** A page of our own. */
export interface ExtensionSender {
  from: 'extension';
}

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
