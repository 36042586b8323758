import { type Browser, browser } from 'wxt/browser';
import { pageOf } from '../../providers/registry/pages.ts';
import { draft } from '../draft.ts';
import type { Paste, Sighting } from '../messaging/messages.ts';
import type { PageSender } from '../messaging/sender.ts';
import { Secret } from '../secret.ts';
import { watchedAt } from '../watching.ts';
import type { Keeper } from './keeper.ts';
import { readPasted } from './pasted.ts';
import type { CaptureStore } from './store.ts';
import { isCrowded, OTHER } from './view.ts';

type Tab = Browser.tabs.Tab | undefined;

const MOST_DRAFTED = 500;

/** How codes come in: seen by a watcher, selected on any page, or pasted by the user. */
export class Intake {
  readonly #store: CaptureStore;
  readonly #keeper: Keeper;

  constructor(store: CaptureStore, keeper: Keeper) {
    this.#store = store;
    this.#keeper = keeper;
  }

  /** @returns whether a new code is held */
  async seen({ visit, account, code }: Sighting, who: PageSender): Promise<boolean> {
    if (account) {
      const ofThisVisit = this.#store
        .all()
        .filter((capture) => capture.tabId === who.tabId && capture.visit === visit);
      for (const { id } of ofThisVisit) await this.#keeper.dispatch(id, { type: 'account-seen', ...account });
    }
    if (!code || isCrowded(this.#store.all(), who.tabId)) return false;
    return this.#keeper.hold({
      provider: who.provider,
      pageHost: who.host,
      email: account?.email ?? '',
      account: account?.certainty ?? 'unknown',
      code: code.certainty,
      reasons: code.reasons,
      servers: serversOf(who.provider),
      password: code.code,
      private: who.private,
      tabId: who.tabId,
      visit,
    });
  }

  /** Works on any page in the world: the click itself tells what was selected, and where. */
  async selected(text: string, tab: Tab): Promise<void> {
    const { origin } = new URL(tab?.url ?? 'about:blank');
    const provider = (await watchedAt(origin))?.id ?? OTHER;
    const { code, problem } = readPasted(text, pageOf(provider)?.code);
    if (code === undefined) {
      const isPrivate = tab?.incognito ?? false;
      await draft.write({ provider, text: text.slice(0, MOST_DRAFTED), private: isPrivate });
    } else await this.#hold(provider, new Secret(code), problem ? 'likely' : 'confirmed', tab);
  }

  /** @returns whether it is held: it may look like anything but a code */
  async pasted({ provider, text, insist }: Paste): Promise<boolean> {
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

/** Where people run the mail server themselves, they alone know its name. */
const serversOf = (provider: string): 'needed' | undefined =>
  provider === OTHER || pageOf(provider)?.origins.length === 0 ? 'needed' : undefined;
