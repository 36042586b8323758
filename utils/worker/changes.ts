import type { Keeper } from '../captures/keeper.ts';
import type { CaptureStore } from '../captures/store.ts';
import { settings } from '../settings.ts';
import { watchFromNow } from '../watching.ts';
import { speakChosenLanguage } from './language.ts';
import { offerInMenu } from './menu.ts';
import type { Publisher } from './publish.ts';

/** What follows from a change of the settings, or of the workspace in use. */
export class Changes {
  readonly #store: CaptureStore;
  readonly #keeper: Keeper;
  readonly #publisher: Publisher;
  /** As they were when they last changed. */
  #providersOff: string | undefined;
  #chosen: string | undefined;

  constructor(store: CaptureStore, keeper: Keeper, publisher: Publisher) {
    this.#store = store;
    this.#keeper = keeper;
    this.#publisher = publisher;
  }

  async settingsChanged(): Promise<void> {
    const now = await settings.read();
    void speakChosenLanguage();
    await offerInMenu();
    await this.keepSealed(now.keepSealed);
    if (now.providersOff.join() !== this.#providersOff) await watchFromNow();
    this.#providersOff = now.providersOff.join();
    await this.#goOn();
  }

  /** @param choice which of the workspaces is used, and how it is reached */
  async accountsChanged(choice: string): Promise<void> {
    if (choice === this.#chosen) return;
    this.#chosen = choice;
    await this.#goOn();
  }

  /** Whether what is held is kept on disk, sealed. */
  async keepSealed(on: boolean): Promise<void> {
    for (const { id } of this.#store.all()) await this.#keeper.dispatch(id, { type: 'keep-sealed', on });
  }

  /** What stood in the way may be fixed now. */
  async #goOn(): Promise<void> {
    await this.#publisher.publish();
    for (const { id, fault, retryAt, state } of this.#store.all()) {
      const isWaiting = retryAt !== undefined || (fault && state !== 'held');
      if (isWaiting) await this.#keeper.dispatch(id, { type: 'retry' });
    }
  }
}
