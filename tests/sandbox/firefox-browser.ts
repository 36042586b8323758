import { once } from 'node:events';
import { resolve } from 'node:path';
import puppeteer, { type Page } from 'puppeteer-core';
import type { Chrome } from './chrome.ts';
import { startConnectProxy } from './connect-proxy.ts';
import { findFirefox } from './firefox.ts';
import { FirefoxView } from './firefox-view.ts';
import { readDisk } from './on-disk.ts';

const ADD_ON = 'mailbox-connect@saleshandy.example';
/** Firefox gives each installation an address of its own; here it is fixed. */
const UUID = '6f2f1d3e-0000-4000-8000-5b1de0000001';
/** Firefox names the toolbar's buttons after their add-on, in letters it can use in an id. */
const BUTTON = ADD_ON.replace(/[^a-z0-9_-]/g, '_');

export interface FirefoxOptions {
  profile: string;
  /** Where the providers' pages are served. */
  pages: { port: number };
}

/** Puppeteer's own types leave out the connection, on which it can be asked for more than it knows. */
type Launched = Awaited<ReturnType<typeof puppeteer.launch>> & {
  connection: { send(method: string, parameters: object): Promise<{ result: unknown }> };
};

/**
 * A real Firefox with the built extension. Pages are driven with the browser's own input; what only the browser itself can
 * reach, as the toolbar and the questions it asks, over its own scope.
 */
export class FirefoxBrowser {
  readonly #browser: Launched;
  readonly #proxy: { stop(): Promise<void> };
  /** The browser's own window, as the protocol calls it. */
  #window = '';
  /** A page of the extension that stays open, from which its storage can be read. It sends nothing and waits for nothing. */
  #desk: Page | undefined;

  private constructor(browser: Launched, proxy: { stop(): Promise<void> }) {
    this.#browser = browser;
    this.#proxy = proxy;
  }

  /**
   * An extension that is installed for a test is gone when Firefox is started again, whatever the profile: it is installed
   * anew, under the same id and address, and finds what its storage had on disk.
   */
  static async launch({ profile, pages }: FirefoxOptions): Promise<FirefoxBrowser> {
    const executablePath = findFirefox();
    if (!executablePath) throw new Error('No Firefox was found: install it, or set FIREFOX_PATH to one');
    const proxy = await startConnectProxy(pages.port);
    const launched = await puppeteer.launch({
      browser: 'firefox',
      executablePath,
      headless: true,
      acceptInsecureCerts: true,
      userDataDir: profile,
      defaultViewport: null,
      args: ['--remote-allow-system-access', '--width=1100', '--height=900'],
      extraPrefsFirefox: {
        'extensions.webextensions.uuids': JSON.stringify({ [ADD_ON]: UUID }),
        'extensions.webextensions.keepStorageOnUninstall': true,
        'extensions.webextensions.keepUuidOnUninstall': true,
        'network.proxy.type': 1,
        'network.proxy.ssl': '127.0.0.1',
        'network.proxy.ssl_port': proxy.port,
        'network.proxy.http': '127.0.0.1',
        'network.proxy.http_port': proxy.port,
        // Its questions take no answer until they have been on screen for a while.
        'security.notification_enable_delay': 0,
        'browser.download.folderList': 2,
        'browser.download.dir': profile,
      },
    });
    const browser = new FirefoxBrowser(launched as Launched, proxy);
    await browser.#install();
    return browser;
  }

  async #install(): Promise<void> {
    const { result } = await this.#browser.connection.send('browsingContext.getTree', {
      'moz:scope': 'chrome',
    });
    const { contexts } = result as { contexts: { context: string; url: string }[] };
    const window = contexts.find(({ url }) => url.endsWith('/browser.xhtml'));
    if (!window) throw new Error('Firefox has no window');
    this.#window = window.context;
    await this.#browser.installExtension(resolve('.output/firefox-mv3'));
    await this.inBrowser((id) => {
      const { CustomizableUI } = globalThis as unknown as {
        CustomizableUI: { addWidgetToArea(id: string, area: string): void };
      };
      CustomizableUI.addWidgetToArea(`${id}-browser-action`, 'nav-bar');
    }, BUTTON);
    this.#desk = await this.openOwn('sent');
  }

  /** Runs a function with the rights of the browser itself. It takes and gives what JSON can carry. */
  async inBrowser<Result, Arguments extends unknown[]>(
    inside: (...given: Arguments) => Result | Promise<Result>,
    ...given: Arguments
  ): Promise<Result> {
    const { result } = await this.#browser.connection.send('script.evaluate', {
      expression: `(async () => JSON.stringify((await (${inside})(...${JSON.stringify(given)})) ?? null))()`,
      target: { context: this.#window },
      awaitPromise: true,
    });
    const { exceptionDetails, result: value } = result as {
      exceptionDetails?: { text: string };
      result: { value: string };
    };
    if (exceptionDetails) throw new Error(`In Firefox: ${exceptionDetails.text}`);
    return JSON.parse(value.value);
  }

  /** Runs a function in a page of the extension, with its rights. */
  async inExtension<Result, Arguments extends unknown[]>(
    inside: (...given: Arguments) => Result | Promise<Result>,
    ...given: Arguments
  ): Promise<Result> {
    if (!this.#desk) throw new Error('The extension is not there');
    return (await this.#desk.evaluate(inside as never, ...(given as unknown as never[]))) as Result;
  }

  /** One of the extension's own pages, in a tab. */
  async openOwn(name: string): Promise<Page> {
    const page = await this.#browser.newPage();
    // Load events of extension pages do not reach the driver; what is waited for is on the page itself.
    await page.goto(`moz-extension://${UUID}/${name}.html`, { waitUntil: [] });
    await page.waitForSelector('#app > *');
    return page;
  }

  async openPage(url: string): Promise<Page> {
    const page = await this.#browser.newPage();
    await page.goto(url);
    return page;
  }

  /** Closes the popup, the sidebar and every tab but the one that is needed. */
  async closePages(): Promise<void> {
    for (const place of ['popup', 'sidebar'] as const) await FirefoxView.close(this, place);
    for (const page of await this.#browser.pages()) if (page !== this.#desk) await page.close();
  }

  /** A click on the icon in the toolbar. */
  async openPopup(): Promise<FirefoxView> {
    await this.inBrowser((id) => {
      const button = document.getElementById(`${id}-BAP`);
      if (!button) throw new Error('There is no such button in the toolbar');
      button.click();
    }, BUTTON);
    return this.popup();
  }

  /** The popup that is open, or opens next. */
  popup(): Promise<FirefoxView> {
    return FirefoxView.popup(this, `moz-extension://${UUID}/popup.html`);
  }

  /** The list beside the page, once it is open. */
  sidebar(): Promise<FirefoxView> {
    return FirefoxView.sidebar(this, `moz-extension://${UUID}/sidepanel.html`);
  }

  async badge(): Promise<string> {
    return this.inExtension(() =>
      (globalThis as unknown as { browser: Chrome }).browser.action.getBadgeText({}),
    );
  }

  async inMemory(): Promise<Record<string, unknown>> {
    return this.inExtension(() =>
      (globalThis as unknown as { browser: Chrome }).browser.storage.session.get(),
    );
  }

  onDisk(): Promise<Record<string, unknown>> {
    return this.inExtension(readDisk);
  }

  /** Answers what the browser asks its user: whether the extension may have a host. */
  async answer(yes: boolean): Promise<void> {
    await this.inBrowser(async (isAllowed) => {
      const { PopupNotifications } = globalThis as unknown as {
        PopupNotifications: { panel: Element & { state: string } };
      };
      const { panel } = PopupNotifications;
      const asked = (): Asked | null =>
        panel.state === 'open' ? panel.querySelector<Asked>('#addon-webext-permissions-notification') : null;
      while (!asked())
        await new Promise((resolve) => panel.addEventListener('popupshown', resolve, { once: true }));
      const gone = new Promise((resolve) => panel.addEventListener('popuphidden', resolve, { once: true }));
      asked()?.[isAllowed ? 'button' : 'secondaryButton'].click();
      await gone;
      type Asked = Element & Record<'button' | 'secondaryButton', HTMLElement>;
    }, yes);
  }

  /** Takes a host back, as its user does on the browser's page for the extension. */
  async withdraw(origin: string): Promise<void> {
    await this.inBrowser(
      async (id, pattern) => {
        const { ChromeUtils, WebExtensionPolicy } = globalThis as unknown as {
          ChromeUtils: { importESModule(url: string): { ExtensionPermissions: Permissions } };
          WebExtensionPolicy: { getByID(id: string): { extension: object } };
        };
        type Permissions = { remove(id: string, what: object, from: object): Promise<void> };
        const { ExtensionPermissions } = ChromeUtils.importESModule(
          'resource://gre/modules/ExtensionPermissions.sys.mjs',
        );
        const { extension } = WebExtensionPolicy.getByID(id);
        await ExtensionPermissions.remove(id, { permissions: [], origins: [pattern] }, extension);
      },
      ADD_ON,
      `${origin}/*`,
    );
  }

  /** Lets the extension into private windows, as its user does on the browser's page for it. It starts anew. */
  async allowInPrivate(): Promise<void> {
    await this.inBrowser(async (id) => {
      const { ChromeUtils, AddonManager } = globalThis as unknown as {
        ChromeUtils: { importESModule(url: string): { ExtensionPermissions: Permissions } };
        AddonManager: { getAddonByID(id: string): Promise<{ reload(): Promise<void> }> };
      };
      type Permissions = { add(id: string, what: object): Promise<void> };
      const { ExtensionPermissions } = ChromeUtils.importESModule(
        'resource://gre/modules/ExtensionPermissions.sys.mjs',
      );
      await ExtensionPermissions.add(id, { permissions: ['internal:privateBrowsingAllowed'], origins: [] });
      await (await AddonManager.getAddonByID(id)).reload();
    }, ADD_ON);
    this.#desk = await this.openOwn('sent');
  }

  /** Opens a private window. Its page is closed with it. */
  async openPrivate(): Promise<Page> {
    await this.inBrowser(() => {
      (globalThis as unknown as { OpenBrowserWindow(how: object): void }).OpenBrowserWindow({
        private: true,
      });
    });
    return this.pageAt(/^about:privatebrowsing/);
  }

  /** Whether the browser lets the extension into this origin for good. */
  isAllowed(origin: string): Promise<boolean> {
    return this.inExtension(
      (pattern) =>
        (globalThis as unknown as { browser: Chrome }).browser.permissions.contains({ origins: [pattern] }),
      `${origin}/*`,
    );
  }

  /** Chooses the extension's entry in the menu over what is selected at this place of the page. */
  async chooseInMenu(page: Page, { x, y }: { x: number; y: number }): Promise<void> {
    await page.mouse.click(x, y, { button: 'right' });
    await this.inBrowser(async (id) => {
      const menu = document.getElementById('contentAreaContextMenu') as Menu | null;
      type Menu = HTMLElement & { state: string; activateItem(item: Element): void };
      if (!menu) throw new Error('There is no such menu');
      if (menu.state !== 'open')
        await new Promise((resolve) => menu.addEventListener('popupshown', resolve, { once: true }));
      const item = menu.querySelector(`[id^="${id}-menuitem"]`);
      if (!item) throw new Error('The extension has no entry in it');
      menu.activateItem(item);
    }, BUTTON);
  }

  /** The extension's own key with this letter, as the window takes it. */
  async pressKey(letter: string): Promise<void> {
    await this.inBrowser(
      (id, wanted) => {
        const key = document.querySelector(`keyset[id$="${id}"] key[key="${wanted}"]`);
        if (!key) throw new Error(`The extension has no key ${wanted}`);
        key.dispatchEvent(new Event('command', { bubbles: true }));
      },
      BUTTON,
      letter,
    );
  }

  /** Sets one of the browser's preferences. */
  async prefer(name: string, isOn: boolean): Promise<void> {
    await this.inBrowser(
      (preference, value) => {
        const { Services } = globalThis as unknown as {
          Services: { prefs: { setBoolPref(name: string, value: boolean): void } };
        };
        Services.prefs.setBoolPref(preference, value);
      },
      name,
      isOn,
    );
  }

  async setOffline(isOffline: boolean): Promise<void> {
    await this.inBrowser((offline) => {
      const { Services } = globalThis as unknown as { Services: { io: { offline: boolean } } };
      Services.io.offline = offline;
    }, isOffline);
  }

  /** The page in a tab of this host, once it is there. */
  async pageAt(address: RegExp): Promise<Page> {
    const target = await this.#browser.waitForTarget(
      (one) => one.type() === 'page' && address.test(one.url()),
    );
    const page = await target.page();
    if (!page) throw new Error('It is no page');
    return page;
  }

  /** Ends the extension's event page, as Firefox does after half a minute of quiet. */
  async endWorker(): Promise<void> {
    await this.inBrowser(async (id) => {
      const { WebExtensionPolicy } = globalThis as unknown as {
        WebExtensionPolicy: {
          getByID(id: string): {
            extension: { backgroundState: string; terminateBackground(): Promise<void> };
          };
        };
      };
      const { extension } = WebExtensionPolicy.getByID(id);
      await extension.terminateBackground();
      if (extension.backgroundState === 'running') throw new Error('The event page is still there');
    }, ADD_ON);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#proxy.stop();
  }

  /** Kills it, as a crash or a power cut would, and waits until it is gone. */
  async kill(): Promise<void> {
    const child = this.#browser.process();
    if (!child) throw new Error('There is no process');
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    await this.#proxy.stop();
  }
}
