import type { FirefoxBrowser } from './firefox-browser.ts';
import { View } from './view.ts';

type Place = 'popup' | 'sidebar';

/** What of Firefox's own elements is used here. */
interface BrowserElement extends Element {
  currentURI?: { spec: string };
  messageManager: {
    addMessageListener(name: string, listener: (message: { data: Said }) => void): void;
    removeMessageListener(name: string, listener: (message: { data: Said }) => void): void;
    loadFrameScript(url: string, late: boolean): void;
  };
}
type Said = { value?: string; error?: string };

/**
 * The popup in Firefox's toolbar, or its sidebar: no tab, so that no driver lists it. It is reached from the browser's own
 * scope, by a script in the process that shows it.
 */
export class FirefoxView extends View {
  readonly #browser: FirefoxBrowser;
  readonly #place: Place;

  private constructor(browser: FirefoxBrowser, place: Place) {
    super();
    this.#browser = browser;
    this.#place = place;
  }

  static async popup(browser: FirefoxBrowser, url: string): Promise<FirefoxView> {
    return FirefoxView.#at(browser, 'popup', url);
  }

  static async sidebar(browser: FirefoxBrowser, url: string): Promise<FirefoxView> {
    return FirefoxView.#at(browser, 'sidebar', url);
  }

  static async #at(browser: FirefoxBrowser, place: Place, url: string): Promise<FirefoxView> {
    await browser.inBrowser(waitForElement, SELECTORS[place], url, 20_000);
    return new FirefoxView(browser, place);
  }

  async evaluate<Result, Arguments extends unknown[]>(
    inside: (...given: Arguments) => Result | Promise<Result>,
    ...given: Arguments
  ): Promise<Result> {
    // Within the page's own world: its window is what the function's names mean.
    return this.#run(`
      const box = new Cu.Sandbox(content, { sandboxPrototype: content, wantXrays: false });
      return Cu.evalInSandbox(${JSON.stringify(`(async () => JSON.stringify((await (${inside})(...${JSON.stringify(given)})) ?? null))()`)}, box);`);
  }

  protected async press({ x, y }: { x: number; y: number }): Promise<void> {
    // Firefox has moved it, some time before 153.
    await this.#run(`
      const { windowUtils } = content;
      for (const type of ['mousemove', 'mousedown', 'mouseup']) {
        const clicks = type === 'mousemove' ? 0 : 1;
        if (content.synthesizeMouseEvent)
          content.synthesizeMouseEvent(type, ${x}, ${y}, { button: 0, clickCount: clicks }, {});
        else windowUtils.sendMouseEvent(type, ${x}, ${y}, 0, clicks, 0);
      }`);
  }

  protected async insert(text: string): Promise<void> {
    await this.evaluate((typed) => {
      document.execCommand('insertText', false, typed);
    }, text);
  }

  close(): Promise<void> {
    return FirefoxView.close(this.#browser, this.#place);
  }

  /** Nothing happens where it is closed. */
  static async close(browser: FirefoxBrowser, place: Place): Promise<void> {
    await browser.inBrowser(closeElement, SELECTORS[place], place);
  }

  async #run<Result>(script: string): Promise<Result> {
    const { value, error } = await this.#browser.inBrowser(runInElement, SELECTORS[this.#place], script);
    if (error !== undefined) throw new Error(`In the page: ${error}`);
    return JSON.parse(value ?? 'null');
  }
}

/** The popup is loaded out of sight first, and moved. The sidebar's own is a document in a document. */
const SELECTORS: Record<Place, string[]> = {
  popup: ['panelview browser[webextension-view-type=popup]'],
  sidebar: ['#sidebar', '#webext-panels-browser'],
};

/* These run in the browser's own scope, so each names nothing from out here. */

function waitForElement(selectors: string[], url: string, limit: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const find = (): BrowserElement | undefined => {
      let within: ParentNode | null | undefined = document;
      let found: Element | null | undefined;
      for (const selector of selectors) {
        found = within?.querySelector(selector);
        within = (found as HTMLIFrameElement | null)?.contentDocument;
      }
      return (found as BrowserElement | null) ?? undefined;
    };
    const started = Date.now();
    const look = (): void => {
      const found = find();
      const panel = found?.closest('panel') as (Element & { state: string }) | null | undefined;
      if (found?.currentURI?.spec === url && (!panel || panel.state === 'open')) resolve();
      else if (Date.now() - started > limit) reject(new Error(`Nothing is open at ${url}`));
      else setTimeout(look, 20);
    };
    look();
  });
}

function runInElement(selectors: string[], script: string): Promise<Said> {
  let within: ParentNode | null | undefined = document;
  let found: Element | null | undefined;
  for (const selector of selectors) {
    found = within?.querySelector(selector);
    within = (found as HTMLIFrameElement | null)?.contentDocument;
  }
  if (!found) return Promise.resolve({ error: `It is closed: ${selectors.join(' ')}` });
  const { messageManager } = found as BrowserElement;
  const name = `answer ${crypto.randomUUID()}`;
  return new Promise((resolve) => {
    const gone = setInterval(() => {
      if (found?.isConnected) return;
      clearInterval(gone);
      resolve({ error: 'It was closed' });
    }, 50);
    messageManager.addMessageListener(name, function answered({ data }): void {
      clearInterval(gone);
      messageManager.removeMessageListener(name, answered);
      resolve(data);
    });
    const whole = `(async () => { ${script} })().then(
      (value) => sendAsyncMessage(${JSON.stringify(name)}, { value }),
      (error) => sendAsyncMessage(${JSON.stringify(name)}, { error: String(error) }));`;
    messageManager.loadFrameScript(
      `data:application/javascript;charset=utf-8,${encodeURIComponent(whole)}`,
      false,
    );
  });
}

async function closeElement(selectors: string[], place: Place): Promise<void> {
  const { SidebarController } = globalThis as unknown as { SidebarController: { hide(): void } };
  if (place === 'sidebar') return SidebarController.hide();
  const shown = document.querySelector(selectors[0] ?? '');
  const panel = shown?.closest('panel') as (Element & { hidePopup(): void }) | null | undefined;
  if (!panel || !shown) return;
  const gone = new Promise<void>((resolve) => {
    const observer = new MutationObserver(() => {
      if (shown.isConnected) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(document, { subtree: true, childList: true });
  });
  panel.hidePopup();
  await gone;
}
