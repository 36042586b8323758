import { writeFile } from 'node:fs/promises';
import type { CDPSession } from '@playwright/test';
import type { SandboxBrowser } from './browser.ts';
import type { Chrome } from './chrome.ts';

/**
 * What Playwright has no page for, as the toolbar's popup and what is in a private window: driven over the browser's own
 * debugging protocol, with real mouse and key events.
 */
export class DrivenPage {
  readonly #cdp: CDPSession;
  readonly #session: string;
  readonly #target: string;
  #next = 1;
  readonly #answers = new Map<number, (answer: { result?: never; error?: { message: string } }) => void>();
  readonly #gone: Promise<void>;

  private constructor(cdp: CDPSession, target: string, session: string) {
    this.#cdp = cdp;
    this.#target = target;
    this.#session = session;
    cdp.on('Target.receivedMessageFromTarget', ({ sessionId, message }) => {
      if (sessionId !== session) return;
      const answer = JSON.parse(message);
      this.#answers.get(answer.id)?.(answer);
      this.#answers.delete(answer.id);
    });
    this.#gone = new Promise((resolve) => {
      cdp.on('Target.targetDestroyed', ({ targetId }) => {
        if (targetId === target) resolve();
      });
    });
    void this.#gone.then(() => {
      for (const answer of this.#answers.values()) answer({ error: { message: 'The page was closed' } });
    });
  }

  /** Begins to wait for a page to open at this address. Call it before what opens one. */
  static async at(url: string, { context }: SandboxBrowser): Promise<{ opened: Promise<DrivenPage> }> {
    const browser = context.browser();
    if (!browser) throw new Error('The browser is gone');
    const cdp = await browser.newBrowserCDPSession();
    const { targetInfos } = await cdp.send('Target.getTargets');
    const before = new Set(targetInfos.map(({ targetId }) => targetId));
    const target = new Promise<string>((resolve) => {
      const look = ({
        targetInfo,
      }: {
        targetInfo: { targetId: string; url: string; type: string };
      }): void => {
        if (targetInfo.type === 'page' && targetInfo.url === url && !before.has(targetInfo.targetId))
          resolve(targetInfo.targetId);
      };
      cdp.on('Target.targetCreated', look);
      cdp.on('Target.targetInfoChanged', look);
    });
    await cdp.send('Target.setDiscoverTargets', { discover: true });
    const opened = target.then(async (targetId) => {
      const { sessionId } = await cdp.send('Target.attachToTarget', { targetId, flatten: false });
      return new DrivenPage(cdp, targetId, sessionId);
    });
    return { opened };
  }

  /** Runs a function inside the page. It takes and gives what JSON can carry. */
  async evaluate<Arguments extends unknown[], Result>(
    inside: (...given: Arguments) => Result | Promise<Result>,
    ...given: Arguments
  ): Promise<Result> {
    const { result, exceptionDetails } = await this.#send<{
      result: { value: Result };
      exceptionDetails?: { exception?: { description?: string } };
    }>('Runtime.evaluate', {
      expression: `(${inside})(...${JSON.stringify(given)})`,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    });
    if (exceptionDetails) throw new Error(`In the page: ${exceptionDetails.exception?.description}`);
    return result.value;
  }

  text(): Promise<string> {
    return this.evaluate(() => document.body.innerText);
  }

  /** Resolves with the page's text as soon as it matches. */
  waitForText(pattern: RegExp, timeoutMs = 40_000): Promise<string> {
    const inside = (source: string, limit: number): Promise<string> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const text = document.body?.innerText ?? '';
          if (!new RegExp(source).test(text)) return;
          observer.disconnect();
          resolve(text);
        };
        const observer = new MutationObserver(look);
        observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
        setTimeout(() => reject(new Error(`No /${source}/ in: ${document.body.innerText}`)), limit);
        look();
      });
    return this.evaluate(inside, pattern.source, timeoutMs);
  }

  /** A real click of the mouse in the middle of the button, link or disclosure with this name. */
  async click(name: string): Promise<void> {
    await this.waitForText(new RegExp(name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
    const { x, y } = await this.evaluate((called: string) => {
      const button = [...document.querySelectorAll<HTMLButtonElement>('button, a, summary')].find(
        (one) => one.innerText.trim() === called && !one.disabled,
      );
      if (!button) throw new Error(`No button "${called}" in: ${document.body.innerText}`);
      button.scrollIntoView({ block: 'nearest' });
      const box = button.getBoundingClientRect();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    }, name);
    for (const type of ['mousePressed', 'mouseReleased']) {
      await this.#send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 });
    }
  }

  /** Puts the focus into the first text field, or that with this label, and replaces what is in it by typing. */
  async type(text: string, label?: string): Promise<void> {
    await this.evaluate((called: string | null) => {
      const field = [...document.querySelectorAll('input')].find(
        ({ labels }) => called === null || [...(labels ?? [])].some((one) => one.innerText === called),
      );
      if (!field) throw new Error(`No field "${called}" in: ${document.body.innerText}`);
      field.focus();
      field.select();
    }, label ?? null);
    await this.#send('Input.insertText', { text });
  }

  /** Chooses from the list with this label. */
  async choose(option: string, label: string): Promise<void> {
    await this.evaluate(
      (name: string, called: string) => {
        const list = [...document.querySelectorAll('select')].find(
          ({ labels }) => labels[0]?.innerText === called,
        );
        const wanted = [...(list?.options ?? [])].find(({ text }) => text.trim() === name);
        if (!list || !wanted) throw new Error(`No "${name}" under "${called}"`);
        list.value = wanted.value;
        list.dispatchEvent(new Event('change', { bubbles: true }));
      },
      option,
      label,
    );
  }

  async screenshot(file: string): Promise<void> {
    const { data } = await this.#send<{ data: string }>('Page.captureScreenshot', { format: 'png' });
    await writeFile(file, Buffer.from(data, 'base64'));
  }

  async close(): Promise<void> {
    await this.#cdp.send('Target.closeTarget', { targetId: this.#target });
    await this.#gone;
  }

  async #send<T>(method: string, params: object): Promise<T> {
    const id = this.#next++;
    const answered = new Promise<{ result?: T; error?: { message: string } }>((resolve) => {
      this.#answers.set(id, resolve as never);
    });
    await this.#cdp.send('Target.sendMessageToTarget', {
      sessionId: this.#session,
      message: JSON.stringify({ id, method, params }),
    });
    const { result, error } = await answered;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }
}

/** The toolbar's real popup. */
export type ActionPopup = DrivenPage;
export const ActionPopup = {
  /** Begins to wait for a popup to open, by itself or by `openPopup`. Call it before what opens one. */
  next: (browser: SandboxBrowser): Promise<{ opened: Promise<ActionPopup> }> =>
    DrivenPage.at(`chrome-extension://${browser.extensionId}/popup.html`, browser),

  /** Opens it as a click on the toolbar icon of a window does; of the one in front where none is named. */
  async open(browser: SandboxBrowser, windowId?: number): Promise<ActionPopup> {
    const { opened } = await ActionPopup.next(browser);
    const worker = await browser.worker();
    await worker.evaluate(
      (id) =>
        (globalThis as unknown as { chrome: Chrome }).chrome.action.openPopup(id ? { windowId: id } : {}),
      windowId,
    );
    return opened;
  },
};
