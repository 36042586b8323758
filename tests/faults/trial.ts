import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import words from '../../public/_locales/en/messages.json' with { type: 'json' };
import type { StoredCapture } from '../../utils/captures/capture.ts';
import type { Chrome } from '../sandbox/chrome.ts';
import { FAULTS, type FaultName, type Moment } from './faults.ts';
import type { Lab } from './lab.ts';

export interface Injection {
  fault: FaultName;
  moment: Moment;
}

/** How a trial ended. */
export type End =
  | 'verified'
  /** The code is gone, and its user is asked for another. */
  | 'asked again'
  /** It was only held, in memory, and its user had not sent it. */
  | 'gone unsent'
  | 'discarded'
  | 'lost'
  | 'stuck';

/** What the user does, by the words on the button. */
const BUTTONS = [
  words.code_yes,
  words.account_confirm,
  words.key_agree_send,
  words.send,
  words.send_again,
  words.retry_now,
  words.retry,
].map(({ message }) => message);

/** A trial must end within this time after the last fault was mended, in ms. */
const ENDS_WITHIN = 60_000;
/** A fault is given so long to be felt before it is mended, in ms. */
const FELT_WITHIN = 2_500;
/** What is on screen is seen anew by a watcher that was put in again, within this time, in ms. */
const SEEN_AGAIN_WITHIN = 5_000;
const LOOK_EVERY = 40;

/** One code's whole life, with faults that strike in the middle of it. */
export class Trial {
  readonly email: string;
  readonly code: string;
  readonly injections: readonly Injection[];
  /** Where the code lay in clear when the browser had just been killed. */
  readonly foundOnDisk: string[] = [];
  isDiscarded = false;
  /** What went wrong in the trial itself. */
  readonly notes: string[] = [];
  #page: Page | undefined;
  /** Whether the code is still on screen. */
  #isShown = false;
  #wasSent = false;
  #struck = new Set<FaultName>();
  #id: string | undefined;

  constructor(email: string, code: string, injections: readonly Injection[]) {
    this.email = email;
    this.code = code;
    this.injections = injections;
  }

  async run(lab: Lab): Promise<End> {
    const onLine = new Set<Moment>(['handing in', 'accepted', 'asking', 'decided']);
    const strikes: Promise<void>[] = [];
    for (const moment of onLine) {
      const due = this.#at(moment);
      if (due.length === 0) continue;
      lab.line.at(moment as 'accepted', () => {
        // From here on the backend has it, or is being told.
        this.#wasSent = true;
        const struck = this.#strike(lab, due);
        strikes.push(struck);
        return struck;
      });
    }

    await lab.popup();
    await this.#show(lab);
    await this.#strike(lab, this.#at('shown'));
    await this.#seen(lab, 'held', 1_500);
    await this.#strike(lab, this.#at('held'));
    await this.#click(lab);
    await this.#strike(lab, this.#at('sent'));
    await this.#seen(lab, 'verified', FELT_WITHIN);
    await this.#strike(lab, this.#at('verified'));
    await Promise.all(strikes);
    await this.#felt(lab);

    lab.line.clear();
    // What is still striking is not to outlast its mending.
    await Promise.all(strikes);
    // A token is tried when it is entered, and that needs all else to be whole.
    const last = (fault: FaultName): number => (fault === 'token refused' ? 1 : 0);
    for (const fault of [...this.#struck].sort((a, b) => last(a) - last(b))) await FAULTS[fault]?.mend?.(lab);
    const end = await this.#end(lab);
    await this.#cleanUp(lab);
    return end;
  }

  /** As a click on the button would, whether it is shown at this moment or not. */
  async command(lab: Lab, type: 'send' | 'withdraw' | 'discard', times: number, page?: Page): Promise<void> {
    const id = (await this.#find(lab))?.id;
    if (!id) return;
    await (page ?? (await lab.popup())).evaluate(
      async ([what, of, often]) => {
        const { runtime } = (globalThis as unknown as { chrome: Chrome }).chrome;
        await Promise.all(
          Array.from({ length: often as number }, () => runtime.sendMessage({ type: what, id: of })),
        );
      },
      [type, id, times],
    );
  }

  async closeTab(): Promise<void> {
    this.#isShown = false;
    await this.#page?.close();
  }

  async leavePage(): Promise<void> {
    this.#isShown = false;
    await this.#page?.goto('https://myaccount.google.com/security');
  }

  async closeDialog(): Promise<void> {
    this.#isShown = false;
    await this.#page?.getByRole('button', { name: 'Done' }).click();
  }

  #at(moment: Moment): FaultName[] {
    return this.injections.filter((one) => one.moment === moment).map(({ fault }) => fault);
  }

  async #strike(lab: Lab, faults: readonly FaultName[]): Promise<void> {
    for (const name of faults) {
      const fault = FAULTS[name];
      if (!fault) continue;
      this.#struck.add(name);
      if (fault.wipesMemory) await this.#noteSent(lab);
      const isBrowserGone = name === 'browser killed' || name === 'name gone';
      if (isBrowserGone) this.#isShown = false;
      await fault.strike(lab, this).catch((error: Error) => this.notes.push(`${name}: ${error.message}`));
    }
  }

  async #noteSent(lab: Lab): Promise<void> {
    const capture = await this.#find(lab).catch(() => undefined);
    this.#wasSent ||= capture !== undefined && capture.state !== 'held';
  }

  /** Waits until a disorder of the line has been met, where there is one. */
  async #felt(lab: Lab): Promise<void> {
    const until = Date.now() + FELT_WITHIN;
    while (lab.line.disorder && lab.line.met < 2 && Date.now() < until) await delay(LOOK_EVERY);
    const isSlow = [...this.#struck].some((name) => FAULTS[name]?.isSlow);
    // Until the extension has given up waiting.
    if (isSlow && lab.line.met > 0) await delay(13_500);
  }

  async #show(lab: Lab): Promise<void> {
    const { pages } = lab.world;
    pages.signIn('google', this.email);
    pages.giveCodes('google', this.code);
    const page = await lab.browser.context.newPage();
    this.#page = page;
    await page.goto('https://myaccount.google.com/apppasswords');
    await page.getByLabel('App name').fill('Saleshandy');
    await page.getByRole('button', { name: 'Create' }).click();
    this.#isShown = true;
  }

  async #find(lab: Lab): Promise<StoredCapture | undefined> {
    const captures = await lab.capturesOf(this.email);
    const capture = captures.find(({ id }) => id === this.#id) ?? captures[0];
    this.#id = capture?.id;
    return capture;
  }

  /** Waits for a state, or a later one, and not for ever: a fault may have seen to it that it never comes. */
  async #seen(lab: Lab, state: 'held' | 'verified', within: number): Promise<void> {
    const until = Date.now() + within;
    for (;;) {
      const now = (await this.#find(lab).catch(() => undefined))?.state;
      if (now === 'verified' || (state === 'held' && now) || (this.isDiscarded && !now)) return;
      if (Date.now() > until || (state === 'verified' && lab.line.met > 1)) return;
      await delay(LOOK_EVERY);
    }
  }

  /** Clicks what the popup offers to do next, as a user would. */
  async #click(lab: Lab): Promise<void> {
    try {
      const capture = await this.#find(lab);
      if (!capture || this.isDiscarded) return;
      const page = await lab.popup();
      const card = page.getByRole('region').filter({ hasText: this.email });
      for (const name of BUTTONS) {
        const button = card.getByRole('button', { name, exact: true });
        if ((await button.count()) === 0) continue;
        await button.first().click({ timeout: 2_000 });
        return;
      }
    } catch (error) {
      // The popup was closed under the pointer; the user opens it again.
      this.notes.push(`click: ${(error as Error).message.split('\n')[0]}`);
    }
  }

  /** The user goes on, now that nothing is broken any more, until it has come to an end. */
  async #end(lab: Lab): Promise<End> {
    const until = Date.now() + ENDS_WITHIN;
    let goneSince: number | undefined;
    let wait = LOOK_EVERY;
    for (; Date.now() < until; await delay(wait)) {
      const capture = await this.#find(lab).catch(() => undefined);
      if (!capture) {
        if (this.isDiscarded) return 'discarded';
        goneSince ??= Date.now();
        const patience = this.#isShown ? SEEN_AGAIN_WITHIN : 1_000;
        if (Date.now() - goneSince > patience) return this.#wasSent ? 'lost' : 'gone unsent';
        continue;
      }
      goneSince = undefined;
      const { state, fault, password } = capture;
      if (state === 'verified') return 'verified';
      if (state === 'failed' && !password && fault) return 'asked again';
      if (state === 'queued' || state === 'verifying') this.#wasSent = true;
      if (state === 'held' || state === 'failed' || fault) {
        await this.#click(lab);
        wait = 200;
      }
    }
    return 'stuck';
  }

  async #cleanUp(lab: Lab): Promise<void> {
    lab.line.disorder = undefined;
    // What it asked for again, or shows as done, is put away.
    await this.command(lab, 'discard', 1).catch(() => {});
    await this.#page?.close().catch(() => {});
    // The next trial begins with the key there is.
    if (this.#struck.has('key rotated') || this.#struck.has('key revoked')) await lab.connectBackend();
  }

  /** Whether this end is allowed, after what has happened. */
  judge(end: End): 'kept' | 'by design' | 'lost' | 'stuck' {
    const hasWiped = [...this.#struck].some((fault) => FAULTS[fault]?.wipesMemory);
    const hasRevoked = this.#struck.has('key revoked');
    // Then it is kept in memory only, and its user told so.
    const hadNoDisk = this.#struck.has('disk full');
    switch (end) {
      case 'verified':
      case 'discarded':
        return 'kept';
      case 'gone unsent':
        return hasWiped ? 'by design' : 'lost';
      case 'asked again':
        // Nothing opens what was sealed to a key that is gone, and the code itself went with the memory.
        return hasWiped && (hasRevoked || hadNoDisk) ? 'by design' : 'lost';
      case 'lost':
        return hasWiped && hadNoDisk ? 'by design' : 'lost';
      default:
        return end;
    }
  }
}
