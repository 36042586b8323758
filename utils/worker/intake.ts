import { type Browser, browser } from 'wxt/browser';
import { pageOf } from '../../providers/registry/pages.ts';
import type { Keeper } from '../captures/keeper.ts';
import { readPasted } from '../captures/pasted.ts';
import type { CaptureStore } from '../captures/store.ts';
import { isCrowded, OTHER, PRACTICE } from '../captures/view.ts';
import { draft } from '../draft.ts';
import type { Message } from '../messages/protocol.ts';
import { Secret } from '../secret.ts';
import { isLetIn, watchedAt } from '../watching.ts';
import { announce } from './announce.ts';
import { endPrivate } from './private-windows.ts';
import type { PageSender } from './sender.ts';

type Tab = Browser.tabs.Tab | undefined;

/** As much of a selected text is kept, in characters. */
const MAX_DRAFTED = 500;

/** How codes come in: seen by a watcher, selected on any page, or pasted by the user. */
export class Intake {
  readonly #store: CaptureStore;
  readonly #keeper: Keeper;

  constructor(store: CaptureStore, keeper: Keeper) {
    this.#store = store;
    this.#keeper = keeper;
  }

  /** A code is shown: it is held and announced, unless it is known or the page has shown too many. */
  async codeDetected(detected: Message<'code-detected'>, who: PageSender): Promise<void> {
    if (!(await isHeard(who))) return;
    const { type: _, email, account, ...code } = detected;
    // The one tells nothing without the other.
    const found = email !== undefined && account !== undefined ? { email, account } : undefined;
    if (found) await this.#noteAccount({ ...found, visit: code.visit }, who);
    if (isCrowded(this.#store.all(), who.tabId)) return;
    const { provider, host, tabId, private: isPrivate } = who;
    const isNew = await this.#keeper.hold({
      ...code,
      ...(found ?? { email: '', account: 'unknown' }),
      provider,
      pageHost: host,
      servers: serversOf(provider),
      private: isPrivate,
      tabId,
    });
    if (!isNew) return;
    // Its window may have been closed while it was told.
    if (isPrivate) await endPrivate(this.#keeper);
    await announce(tabId);
  }

  /** Whose account it is, seen after the code was. */
  async accountDetected(detected: Message<'account-detected'>, who: PageSender): Promise<void> {
    if (await isHeard(who)) await this.#noteAccount(detected, who);
  }

  async #noteAccount(
    { visit, email, account }: Omit<Message<'account-detected'>, 'type'>,
    { tabId }: PageSender,
  ): Promise<void> {
    const ofThisVisit = this.#store
      .all()
      .filter((capture) => capture.tabId === tabId && capture.visit === visit);
    for (const { id } of ofThisVisit)
      await this.#keeper.dispatch(id, { type: 'account-detected', email, account });
  }

  /** Works on any page in the world: the click itself tells what was selected, and where. */
  async selected(text: string, tab: Tab): Promise<void> {
    const { origin } = new URL(tab?.url ?? 'about:blank');
    const provider = (await watchedAt(origin))?.id ?? OTHER;
    const { code, problem } = readPasted(text, pageOf(provider)?.code);
    if (code === undefined) {
      const isPrivate = tab?.incognito ?? false;
      await draft.write({ provider, text: text.slice(0, MAX_DRAFTED), private: isPrivate });
    } else await this.#hold(provider, new Secret(code), problem ? 'likely' : 'confirmed', tab);
  }

  /** @returns whether it is held: it may look like anything but a code */
  async pasted({ provider, text, insist }: Message<'paste'>): Promise<boolean> {
    const { code, problem } = readPasted(text.open(), pageOf(provider)?.code);
    if (code === undefined || (problem && !insist)) return false;
    const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
    await this.#hold(provider, new Secret(code), 'confirmed', tab);
    return true;
  }

  async #hold(provider: string, password: Secret, code: 'likely' | 'confirmed', tab: Tab): Promise<void> {
    const isPrivate = tab?.incognito ?? false;
    const servers = serversOf(provider);
    const unknown = { email: '', account: 'unknown', tabId: tab?.id } as const;
    await this.#keeper.hold({ ...unknown, provider, code, password, servers, private: isPrivate }, true);
  }
}

/** Whether the browser lets us into the sender's page now. The practice page is our own. */
const isHeard = async ({ provider, tabId, host }: PageSender): Promise<boolean> =>
  provider === PRACTICE || (await isLetIn(tabId, `https://${host}`));

/** Where people run the mail server themselves, they alone know its name. */
const serversOf = (provider: string): 'needed' | undefined =>
  provider === OTHER || pageOf(provider)?.origins.length === 0 ? 'needed' : undefined;
