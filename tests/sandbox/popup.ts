import { writeFile } from 'node:fs/promises';
import type { CDPSession } from '@playwright/test';
import type { SandboxBrowser } from './browser.ts';
import type { Chrome } from './chrome.ts';
import { View } from './view.ts';

/**
 * What Playwright has no page for, as the toolbar's popup and what is in a private window: driven over the browser's own
 * debugging protocol, with real mouse and key events.
 */
export class DrivenPage extends View {
  readonly #cdp: CDPSession;
  readonly #session: string;
  readonly #target: string;
  #next = 1;
  readonly #answers = new Map<number, (answer: { result?: never; error?: { message: string } }) => void>();
  readonly #gone: Promise<void>;

  private constructor(cdp: CDPSession, target: string, session: string) {
    super();
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
  async evaluate<Result, Arguments extends unknown[]>(
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

  protected async press({ x, y }: { x: number; y: number }): Promise<void> {
    for (const type of ['mousePressed', 'mouseReleased']) {
      await this.#send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 });
    }
  }

  protected async insert(text: string): Promise<void> {
    await this.#send('Input.insertText', { text });
  }

  /**
   * Clicks and presses Enter on a button in the moment in which it is drawn, with the browser's own events.
   * @returns how long that was after it was there, in ms
   */
  async atOnce(name: string): Promise<{ ms: number }> {
    const at = await this.evaluate(async (called) => {
      const find = () =>
        [...document.querySelectorAll<HTMLElement>('button')].find(({ innerText }) => innerText === called);
      while (!find()) await new Promise((resolve) => requestAnimationFrame(resolve));
      const { x, y, width, height } = (find() as HTMLElement).getBoundingClientRect();
      find()?.focus();
      return { x: x + width / 2, y: y + height / 2, since: performance.now() };
    }, name);
    await this.press(at);
    for (const type of ['keyDown', 'keyUp'])
      await this.#send('Input.dispatchKeyEvent', {
        type,
        key: 'Enter',
        code: 'Enter',
        windowsVirtualKeyCode: 13,
        text: '\r',
      });
    return this.evaluate((since) => ({ ms: performance.now() - since }), at.since);
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
