import type { CDPSession, Page } from '@playwright/test';
import type { CaptureView } from '../../utils/captures/view.ts';
import type { NoticeAnswer } from '../../utils/messages/notice-update.ts';
import type { SandboxBrowser } from './browser.ts';
import type { Chrome } from './chrome.ts';

/** The world that the browser gives the extension's scripts in a page: what the page's own scripts can't reach. */
export class ExtensionWorld {
  readonly #cdp: CDPSession;
  readonly #context: number;

  private constructor(cdp: CDPSession, context: number) {
    this.#cdp = cdp;
    this.#context = context;
  }

  /** That of the document which is there now. */
  static async of(page: Page, { extensionId }: SandboxBrowser): Promise<ExtensionWorld> {
    const cdp = await page.context().newCDPSession(page);
    const found = new Promise<number>((resolve) => {
      cdp.on('Runtime.executionContextCreated', ({ context }) => {
        if (context.origin === `chrome-extension://${extensionId}`) resolve(context.id);
      });
    });
    await cdp.send('Runtime.enable');
    return new ExtensionWorld(cdp, await found);
  }

  /** Runs a script there, as the extension's own are run: its names are that world's. */
  async run(source: string): Promise<void> {
    const { exceptionDetails } = await this.#cdp.send('Runtime.evaluate', {
      expression: source,
      contextId: this.#context,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description);
  }

  async evaluate<Result, Arguments extends unknown[]>(
    inside: (...given: Arguments) => Result | Promise<Result>,
    ...given: Arguments
  ): Promise<Result> {
    const { result, exceptionDetails } = await this.#cdp.send('Runtime.evaluate', {
      expression: `(${inside})(...${JSON.stringify(given)})`,
      contextId: this.#context,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description);
    return result.value as Result;
  }

  /** Says these to the worker, one after the other, as the extension's own scripts in the page do. */
  async say(...messages: object[]): Promise<void> {
    for (const message of messages)
      await this.evaluate(
        (it) => (globalThis as unknown as { chrome: Chrome }).chrome.runtime.sendMessage(it).catch(() => {}),
        message,
      );
  }

  /** What the worker tells the notice. It answers after all that was said to it from this page before. */
  async views(): Promise<readonly CaptureView[]> {
    const { views } = await this.evaluate(
      () =>
        (globalThis as unknown as { chrome: Chrome }).chrome.runtime.sendMessage({
          type: 'notice-ready',
        }) as Promise<NoticeAnswer>,
    );
    return views;
  }

  /** The middle of the notice's first button that stands out, where it is now, and how it looks. */
  button(): Promise<{ x: number; y: number; look: string }> {
    return this.evaluate(() => {
      const { dom } = (globalThis as unknown as { chrome: Chrome }).chrome;
      const root = dom.openOrClosedShadowRoot(document.querySelector('html > div') as HTMLElement);
      const button = (root as ShadowRoot | null)?.querySelector('.primary');
      if (!button) throw new Error('The notice has no such button');
      const { x, y, width, height } = button.getBoundingClientRect();
      const style = getComputedStyle(button);
      const look = [
        style.backgroundColor,
        style.color,
        style.webkitTextFillColor,
        style.fontSize,
        style.textIndent,
      ];
      return { x: x + width / 2, y: y + height / 2, look: look.join(' ') };
    });
  }
}
