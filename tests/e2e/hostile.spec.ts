import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { SandboxBrowser } from '../sandbox/browser.ts';
import type { Chrome } from '../sandbox/chrome.ts';
import { ExtensionWorld } from '../sandbox/extension-world.ts';
import { ActionPopup } from '../sandbox/popup.ts';
import { fakeCode } from '../sandbox/provider-pages.ts';
import {
  announceBy,
  capturesOf,
  expect,
  GMAIL,
  GMAIL_SECOND,
  makeGoogleCode,
  onDisk,
  type Sandbox,
  startBrowser,
  test,
} from './world.ts';

/* What a page does that means harm, or is broken. */

const MOST_HELD = 10;

/** What is held, without the time that is counted off it. */
const settled = async (browser: SandboxBrowser) =>
  (await capturesOf(browser)).map(({ left: _, countedAt: __, ...rest }) => rest);

test('code after code on one page: the first ones are held, and the user is told', async ({
  browserWithExtension: browser,
}) => {
  await announceBy(browser, 'Only mark the icon');
  const page = await browser.context.newPage();
  await page.goto('https://myaccount.google.com/apppasswords');
  const show = (code: string) =>
    page.evaluate((letters) => {
      document.body.innerHTML = `<div role="dialog"><strong>${[...letters].map((l) => `<span>${l}</span>`).join('')}</strong></div>`;
    }, code);
  const codes = Array.from({ length: MOST_HELD + 1 }, fakeCode);
  const [refused] = codes.splice(MOST_HELD);
  for (const [count, code] of codes.entries()) {
    await show(code);
    await expect.poll(() => capturesOf(browser)).toHaveLength(count + 1);
  }
  await show(refused as string);
  const popup = await ActionPopup.open(browser);
  await popup.waitForText(/10 codes from one page are waiting/);

  // Once there is room the next one is taken; so the one before it was looked at, and refused.
  await popup.click('Discard');
  await expect.poll(() => capturesOf(browser)).toHaveLength(MOST_HELD - 1);
  const next = fakeCode();
  await show(next);
  await expect.poll(() => capturesOf(browser)).toHaveLength(MOST_HELD);
  const passwords = (await capturesOf(browser)).map(({ password }) => password);
  expect(passwords).toContain(next);
  expect(passwords).not.toContain(refused);
  expect(codes.filter((code) => passwords.includes(code))).toHaveLength(MOST_HELD - 1);
});

test('an element with a name that means something else does not blind it', async ({
  browserWithExtension: browser,
}) => {
  const page = await browser.context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto('https://myaccount.google.com/apppasswords');
  await page.evaluate(() => {
    document.body.innerHTML = `<p id="host">x</p><p id="nodeType">x</p><button id="make">Create</button>
      <form><input name="parentElement"><input name="nodeName"><input name="children"></form><div id="place"></div>`;
    document.getElementById('make')?.addEventListener('click', () => {
      const place = document.getElementById('place');
      if (place) place.innerHTML = '<div role="dialog"><strong>qzxj kvbw pygh mfdl</strong></div>';
    });
  });
  await page.getByRole('button', { name: 'Create' }).click();
  await expect.poll(() => capturesOf(browser)).toMatchObject([{ password: 'qzxjkvbwpyghmfdl' }]);
  expect(errors).toEqual([]);
});

test.describe('with the notice on screen', () => {
  /** A code is held, and the notice offers to send it. */
  async function withNotice(browser: SandboxBrowser, sandbox: Sandbox, page?: Page) {
    await announceBy(browser, 'Show a notice on the page');
    const shown = await makeGoogleCode(browser, sandbox, GMAIL, page);
    await expect(shown.locator('html > div')).toBeVisible();
    const world = await ExtensionWorld.of(shown, browser);
    await expect.poll(() => world.button().catch(() => undefined)).toBeDefined();
    return { page: shown, world };
  }

  /** The user's own click on the button, where it is, until it is taken: the notice wants to be seen for a moment. */
  async function clickUntilTaken(page: Page, world: ExtensionWorld): Promise<void> {
    await expect
      .poll(async () => {
        const at = await world.button().catch(() => undefined);
        if (at) await page.mouse.click(at.x, at.y);
        return (await world.views())[0]?.state;
      })
      .not.toBe('held');
  }

  const outlast = (page: Page): Promise<unknown> =>
    page.evaluate(() => document.body.animate([], 1_300).finished.then(() => {}));

  /** Each is done by the page, and undone again. They find the notice as `host`, and what they add is `addition`. */
  const lasting: Record<string, (host: HTMLElement, addition: HTMLElement) => void> = {
    'covered by what is as good as transparent and lets clicks through': (_, cover) => {
      cover.style.cssText = 'position:fixed;inset:0;z-index:2147483647;opacity:.01;pointer-events:none';
      cover.style.background = 'white';
      document.documentElement.append(cover);
    },
    'covered by a picture of something else': (_, cover) => {
      cover.style.cssText = 'position:fixed;inset:0;z-index:2147483647;background:white;pointer-events:none';
      document.documentElement.append(cover);
    },
    'covered from the top layer': (_, cover) => {
      cover.style.cssText =
        'position:fixed;inset:0;width:auto;height:auto;background:white;pointer-events:none';
      cover.popover = 'manual';
      document.body.append(cover);
      cover.showPopover();
    },
    "covered by a part of the notice's own element": (_, sheet) => {
      sheet.innerHTML = `<style>html > div::after { content: 'Next'; position: fixed; inset: 0; background: white;
        pointer-events: none }</style>`;
      document.body.append(sheet);
    },
    faded: (host) => host.style.setProperty('opacity', '0.02', 'important'),
    'faded with the whole page': () => document.documentElement.style.setProperty('opacity', '0.02'),
    filtered: (host) => host.style.setProperty('filter', 'opacity(2%)', 'important'),
    'filtered with the whole page': () => document.documentElement.style.setProperty('filter', 'blur(20px)'),
    'cut out': (host) => host.style.setProperty('clip-path', 'inset(80% 30% 4% 30%)', 'important'),
    masked: (host) =>
      host.style.setProperty('mask-image', 'linear-gradient(transparent, transparent)', 'important'),
    blended: (host) => host.style.setProperty('mix-blend-mode', 'difference', 'important'),
    'made a peephole onto its button': (host) => {
      const { style } = host;
      for (const [property, value] of Object.entries({ overflow: 'hidden', height: '40px', width: '120px' }))
        style.setProperty(property, value, 'important');
      host.scrollTo(110, 1000);
    },
    'hidden by a box image as its mask': (host) =>
      host.style.setProperty(
        '-webkit-mask-box-image',
        'linear-gradient(transparent, transparent) 1',
        'important',
      ),
    'hidden by a mask with the whole page': () =>
      document.documentElement.style.setProperty(
        '-webkit-mask-box-image',
        'linear-gradient(transparent, transparent) 1',
      ),
    'masked with the whole page': () =>
      document.documentElement.style.setProperty('mask', 'linear-gradient(transparent, transparent)'),
    'cut out with the whole page': () =>
      document.documentElement.style.setProperty('clip-path', 'inset(0 0 99% 0)'),
    'blended with the whole page': () =>
      document.documentElement.style.setProperty('mix-blend-mode', 'difference'),
    'cut out by the old property for it': (host) =>
      host.style.setProperty('clip', 'rect(0,0,0,0)', 'important'),
    'with its content switched off': (host) =>
      host.style.setProperty('content-visibility', 'hidden', 'important'),
    'invisible, with only its content switched on again': (host) =>
      host.style.setProperty('visibility', 'hidden', 'important'),
    'moved along a path': (host) => host.style.setProperty('offset-path', 'path("M0,0 L1,1")', 'important'),
    'drawn in three dimensions': (host) => host.style.setProperty('perspective', '1px', 'important'),
    'drawn upside down beside itself': (host) =>
      host.style.setProperty('-webkit-box-reflect', 'above -100px', 'important'),
    'blurred by what lies behind': (host) =>
      host.style.setProperty('backdrop-filter', 'blur(9px)', 'important'),
    'kept from painting outside of a box': (host) => {
      host.style.setProperty('contain', 'strict', 'important');
      host.style.setProperty('width', '40px', 'important');
    },
    'made a box that scrolls': (host) => host.style.setProperty('overflow', 'clip', 'important'),
    'in slow transition': (host) => host.style.setProperty('transition', 'all 9s', 'important'),
    'on its way back from where it was invisible': (host) => {
      const { cssText } = host.style;
      const mask = (place: string): void => {
        host.style.setProperty('mask-position', place, 'important');
        getComputedStyle(host).getPropertyValue('mask-position');
      };
      mask('99px 99px');
      host.style.setProperty('transition', 'all 2s', 'important');
      mask('0% 0%');
      host.style.cssText = cssText;
    },
    'made tiny': (host) => host.style.setProperty('transform', 'scale(0.2)', 'important'),
    'made tiny by the property for it': (host) => host.style.setProperty('scale', '0.2', 'important'),
    'made tiny with the whole page': () => document.documentElement.style.setProperty('zoom', '0.2'),
    'made tiny by zooming': (host) => host.style.setProperty('zoom', '0.2', 'important'),
  };

  test('covered, faded, cut, moved or scaled by the page it takes no click', async ({
    browserWithExtension: browser,
    sandbox,
  }) => {
    // Each is given the time in which it would be taken.
    test.setTimeout(180_000);
    const putsBefore = puts(sandbox);
    const { page, world } = await withNotice(browser, sandbox);
    await page.mouse.move(1, 1);
    const { look } = await world.button();

    for (const [name, trick] of Object.entries(lasting)) {
      await page.evaluate(`
        window.host ??= document.querySelector('html > div');
        window.hostStyle ??= host.style.cssText;
        window.addition = document.createElement('aside');
        (${trick})(host, addition);`);
      await outlast(page);
      const { x, y } = await world.button();
      await page.mouse.click(x, y);
      expect.soft(await world.views(), name).toMatchObject([{ state: 'held' }]);
      await page.evaluate(() => {
        const { host, hostStyle, addition } = window as never as Record<string, HTMLElement>;
        addition?.remove();
        document.documentElement.removeAttribute('style');
        if (host) host.style.cssText = hostStyle as never;
      });
    }

    // Moved under the pointer, once or to and fro, it is in a place where the user has not seen it.
    const bait = { x: 300, y: 300 };
    const move = (x: number, y: number) =>
      page.evaluate(
        ([right, bottom]) => {
          const { style } = document.querySelector('html > div') as HTMLElement;
          style.setProperty('inset-inline-end', `${16 + (right as number)}px`, 'important');
          style.setProperty('inset-block-end', `${16 + (bottom as number)}px`, 'important');
        },
        [x, y],
      );
    const home = await world.button();
    for (const wait of [false, true, false]) {
      await page.mouse.move(bait.x, bait.y);
      await outlast(page);
      await move(home.x - bait.x, home.y - bait.y);
      await page.mouse.down();
      await page.mouse.up();
      expect(await world.button()).toMatchObject(bait);
      expect(await world.views()).toMatchObject([{ state: 'held' }]);
      if (wait) await outlast(page);
      await move(0, 0);
    }
    // The button goes down on something else of the page, and up on the notice.
    await page.evaluate(() =>
      addEventListener(
        'mousedown',
        () =>
          document
            .querySelector<HTMLElement>('html > div')
            ?.style.setProperty('inset', '0 auto auto 0', 'important'),
        { once: true },
      ),
    );
    await page.mouse.move(bait.x, bait.y);
    await page.mouse.down();
    const moved = await world.button();
    await page.mouse.move(moved.x, moved.y);
    await outlast(page);
    await page.mouse.up();
    expect(await world.views()).toMatchObject([{ state: 'held' }]);
    await move(0, 0);

    // What it would inherit, and the colours it is made of, are out of the page's reach.
    await page.evaluate(() => {
      const host = document.querySelector('html > div') as HTMLElement;
      host.removeAttribute('style');
      const names = ['--surface', '--text', '--brand', '--on-brand'];
      for (const name of names) {
        CSS.registerProperty({ name, syntax: '<color>', inherits: false, initialValue: 'transparent' });
        host.style.setProperty(name, 'transparent', 'important');
      }
      host.style.cssText += `position: fixed; right: 16px; bottom: 16px; z-index: 2147483647; color: transparent;
        -webkit-text-fill-color: transparent; font-size: 1px; text-indent: -999px; visibility: visible`;
    });
    await page.mouse.move(1, 1);
    expect((await world.button()).look).toBe(look);
    expect(puts(sandbox)).toBe(putsBefore);

    await clickUntilTaken(page, world);
    await expect.poll(() => capturesOf(browser)).toMatchObject([{ state: 'verified' }]);
    expect(puts(sandbox)).toBe(putsBefore + 1);
  });

  test('moved by the page, or under another window until then, it takes a click only after it was seen again', async ({
    browserWithExtension: browser,
    sandbox,
  }) => {
    const { page, world } = await withNotice(browser, sandbox);
    const lasts = (ms: number): Promise<unknown> =>
      page.evaluate((time) => document.body.animate([], time).finished.then(() => {}), ms);
    await outlast(page);

    // No test has another window over a page: the document is told that it does not have the focus.
    const { x, y } = await world.button();
    await world.evaluate(() => {
      document.hasFocus = () => false;
    });
    await outlast(page);
    await world.evaluate(() => Reflect.deleteProperty(document, 'hasFocus'));
    await page.mouse.click(x, y);
    expect(await world.views()).toMatchObject([{ state: 'held' }]);

    // The pointer rests where it comes to.
    const bait = { x: 300, y: 300 };
    await page.mouse.move(bait.x, bait.y);
    await outlast(page);
    await page.evaluate(
      ([right, bottom]) => {
        const { style } = document.querySelector('html > div') as HTMLElement;
        style.setProperty('right', `${16 + (right as number)}px`, 'important');
        style.setProperty('bottom', `${16 + (bottom as number)}px`, 'important');
      },
      [x - bait.x, y - bait.y],
    );
    await lasts(650);
    expect(await world.button()).toMatchObject(bait);
    await page.mouse.down();
    await page.mouse.up();
    expect(await world.views()).toMatchObject([{ state: 'held' }]);

    await clickUntilTaken(page, world);
  });

  test('three tabs and Enter from a field that the page has focused send nothing', async ({
    browserWithExtension: browser,
    sandbox,
  }) => {
    const { page, world } = await withNotice(browser, sandbox);
    await page.evaluate(() => {
      const field = document.createElement('input');
      document.body.append(field);
      field.focus();
    });
    await outlast(page);
    for (let tabs = 0; tabs < 3; tabs++) await page.keyboard.press('Tab');
    const focused = () =>
      world.evaluate(() => {
        const { dom } = (globalThis as unknown as { chrome: Chrome }).chrome;
        const root = dom.openOrClosedShadowRoot(document.querySelector('html > div') as HTMLElement);
        return (root as ShadowRoot | null)?.activeElement?.textContent;
      });
    expect(await focused()).toBe('Send to Saleshandy');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Space');
    expect(await world.views()).toMatchObject([{ state: 'held' }]);
    // Who goes by keys, and has seen where the focus is, gets there all the same.
    await outlast(page);
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await world.views())[0]?.state).not.toBe('held');
  });

  test("what a page's process says beyond what its notice offers is not done", async ({
    browserWithExtension: browser,
    sandbox,
  }) => {
    const { world } = await withNotice(browser, sandbox);
    const [held] = await capturesOf(browser);
    const id = held?.id as string;
    await world.say(
      { type: 'set-account', id, email: 'other.person@gmail.com', confirmed: true },
      ...['confirm-code', 'retry', 'discard', 'withdraw', 'keep-longer'].map((type) => ({ type, id })),
    );
    expect(await world.views()).toMatchObject([{ state: 'held', email: GMAIL.email, account: 'certain' }]);
    // What it offers is all that it can do: the notice stands in that process.
    await world.say({ type: 'send', id });
    await expect.poll(async () => (await world.views())[0]?.state).not.toBe('held');
  });

  test('taken away, put elsewhere, copied, or clicked and focused by scripts it sends nothing', async ({
    browserWithExtension: browser,
    sandbox,
  }) => {
    const putsBefore = puts(sandbox);
    const { page, world } = await withNotice(browser, sandbox);
    const home = await world.button();

    /** How it is taken to another place; where the page's own click then falls. */
    const places: Record<string, (host: HTMLElement, addition: HTMLElement) => void> = {
      'taken away': (host) => host.remove(),
      'put into the page': (host) => document.body.append(host),
      "put into a shadow root of the page's own": (host, addition) => {
        document.documentElement.append(addition);
        const root = addition.attachShadow({ mode: 'open' });
        root.innerHTML = '<div style="opacity: 0.01"></div>';
        root.firstElementChild?.append(host);
      },
      'put into a frame': (host, addition) => {
        addition.innerHTML = '<iframe style="position:fixed;inset:0;width:100%;height:100%"></iframe>';
        document.body.append(addition);
        addition.querySelector('iframe')?.contentDocument?.documentElement.append(host);
      },
      'put into a form and a label': (host, addition) => {
        addition.innerHTML = '<form><label></label><button>Go</button></form>';
        document.body.append(addition);
        addition.querySelector('label')?.append(host);
        addition.querySelector('label')?.click();
        addition.querySelector('form')?.addEventListener('submit', (event) => event.preventDefault());
        addition.querySelector('form')?.requestSubmit();
      },
      'replaced by a copy': (host, addition) => {
        addition.append(host.cloneNode(true));
        document.documentElement.append(addition);
        host.remove();
      },
    };
    for (const [name, trick] of Object.entries(places)) {
      await page.evaluate(`
        window.host ??= document.querySelector('html > div');
        window.addition = document.createElement('aside');
        (${trick})(host, addition);`);
      await outlast(page);
      await page.mouse.click(home.x, home.y);
      await page.keyboard.press('Enter');
      expect.soft(await world.views(), name).toMatchObject([{ state: 'held' }]);
      await page.evaluate(() => {
        const { host, addition } = window as never as Record<string, HTMLElement>;
        document.documentElement.append(host as HTMLElement);
        addition?.remove();
      });
    }

    await outlast(page);
    await page.evaluate(({ x, y }) => {
      const host = document.querySelector('html > div') as HTMLElement;
      const at = document.elementFromPoint(x, y) as HTMLElement;
      const init = { bubbles: true, composed: true, cancelable: true, clientX: x, clientY: y, detail: 1 };
      for (const target of [host, at]) {
        for (const type of ['pointerdown', 'pointerup']) target.dispatchEvent(new PointerEvent(type, init));
        for (const type of ['mousedown', 'mouseup', 'click'])
          target.dispatchEvent(new MouseEvent(type, init));
        target.click();
        target.tabIndex = 0;
        target.focus();
        for (const type of ['keydown', 'keypress', 'keyup'])
          target.dispatchEvent(new KeyboardEvent(type, { ...init, key: 'Enter' }));
        target.removeAttribute('tabindex');
      }
    }, home);
    // What the page has put the focus on is as far as its user's keys reach.
    await page.evaluate(() => {
      const host = document.querySelector('html > div') as HTMLElement;
      host.tabIndex = 0;
      host.focus();
    });
    await page.keyboard.press('Enter');
    await page.keyboard.press('Space');
    expect(await world.views()).toMatchObject([{ state: 'held' }]);
    expect(puts(sandbox)).toBe(putsBefore);

    await clickUntilTaken(page, world);
    await expect.poll(() => capturesOf(browser)).toMatchObject([{ state: 'verified' }]);
    expect(puts(sandbox)).toBe(putsBefore + 1);
  });

  test('a notice that the page took away comes back with the next code', async ({
    browserWithExtension: browser,
    sandbox,
  }) => {
    const { page } = await withNotice(browser, sandbox);
    const code = fakeCode();
    await page.evaluate((letters) => {
      document.querySelector('html > div')?.remove();
      document.body.innerHTML = `<div role="dialog"><strong>${[...letters].map((l) => `<span>${l}</span>`).join('')}</strong></div>`;
    }, code);
    await expect(page.locator('html > div')).toBeVisible();
    expect(await capturesOf(browser)).toMatchObject([{ password: GMAIL.code }, { password: code }]);
  });

  test('a page that has rewritten the language gets nothing of ours, and hides nothing', async ({
    browserWithExtension: browser,
    sandbox,
  }) => {
    const page = await browser.context.newPage();
    // Before anything of ours is there. Everything that passes through is kept.
    await page.addInitScript(() => {
      const loot: unknown[] = [];
      Object.assign(window, { loot });
      const tap = (owner: object, name: string): void => {
        const genuine = Reflect.get(owner, name) as (...given: unknown[]) => unknown;
        const { apply } = Reflect;
        Reflect.defineProperty(owner, name, {
          configurable: true,
          writable: true,
          value(this: unknown, ...given: unknown[]) {
            const result = apply(genuine, this, given);
            loot[loot.length] = [name, this, given, result];
            return result;
          },
        });
      };
      tap(Element.prototype, 'attachShadow');
      for (const name of ['push', 'map', 'filter', 'sort', 'join', 'concat']) tap(Array.prototype, name);
      for (const name of ['replace', 'replaceAll', 'match', 'trim', 'normalize', 'split'])
        tap(String.prototype, name);
      for (const name of ['call', 'bind']) tap(Function.prototype, name);
      for (const name of ['stringify', 'parse']) tap(JSON, name);
      for (const name of ['append', 'appendChild', 'insertBefore', 'setAttribute']) {
        for (const { prototype } of [Element, Node, Document])
          if (Object.hasOwn(prototype, name)) tap(prototype, name);
      }
      tap(EventTarget.prototype, 'addEventListener');
      tap(document, 'createElement');
      tap(crypto, 'randomUUID');
      for (const name of ['setTimeout', 'fetch', 'postMessage']) tap(window, name);
      for (const name of ['IntersectionObserver', 'MutationObserver', 'AbortController'])
        Reflect.defineProperty(window, name, { value: class {} });
      for (const name of ['id', 'type', 'code', 'password', 'visit', 'views', 'then'])
        Reflect.defineProperty(Object.prototype, name, {
          configurable: true,
          set(value) {
            loot[loot.length] = [name, value];
          },
          get: () => undefined,
        });
      addEventListener('message', ({ data }) => {
        loot[loot.length] = data;
      });
      // Names that a document gives to what is in it.
      addEventListener('DOMContentLoaded', () => {
        for (const name of ['querySelector', 'querySelectorAll', 'documentElement', 'elementFromPoint'])
          document.head.insertAdjacentHTML(
            'beforeend',
            `<img name="${name}" hidden><form name="${name}"></form>`,
          );
      });
    });
    const { world } = await withNotice(browser, sandbox, page);
    const [held] = await capturesOf(browser);
    expect(held).toMatchObject({ password: GMAIL.code, email: GMAIL.email, account: 'certain' });
    await clickUntilTaken(page, world);
    await expect.poll(() => capturesOf(browser)).toMatchObject([{ state: 'verified' }]);

    const taken = await page.evaluate(() => {
      const { loot } = window as never as { loot: unknown[] };
      let text = '';
      const seen = new WeakSet<object>();
      const look = (one: unknown): void => {
        if (typeof one === 'string') text += `${one}\n`;
        if (typeof one !== 'object' || one === null || seen.has(one)) return;
        seen.add(one);
        if (one instanceof ShadowRoot) text += 'a shadow root\n';
        else if (!(one instanceof Node)) for (const key of Reflect.ownKeys(one)) look(Reflect.get(one, key));
      };
      look(loot);
      return text;
    });
    expect(taken).toContain('addEventListener');
    for (const ours of [
      held?.id,
      held?.visit,
      'a shadow root',
      'Send to Saleshandy',
      'code-detected',
      'notice-ready',
    ])
      expect(taken).not.toContain(ours);
  });
});

test("a page's process has no say where no notice was put into it", async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  const putsBefore = puts(sandbox);
  await announceBy(browser, 'Only mark the icon');
  const page = await makeGoogleCode(browser, sandbox, GMAIL);
  await expect.poll(() => settled(browser)).toMatchObject([{ sealed: expect.any(String) }]);
  const world = await ExtensionWorld.of(page, browser);
  const [held] = await settled(browser);
  expect(await world.views()).toEqual([]);
  const id = held?.id as string;
  await world.say({ type: 'send', id }, { type: 'set-account', id, email: 'x@gmail.com', confirmed: true });
  expect(await settled(browser)).toEqual([held]);

  // A code that never was, for a mailbox of the page's choice.
  const visit = '6f2f1d3e-0000-4000-8000-0000000000ff';
  const made = {
    email: GMAIL_SECOND.email,
    account: 'certain',
    password: GMAIL_SECOND.code,
    code: 'certain',
  };
  await world.say({ type: 'code-detected', visit, ...made, reasons: [] });
  await expect.poll(() => capturesOf(browser)).toHaveLength(2);
  const other = (await capturesOf(browser)).find(({ email }) => email === GMAIL_SECOND.email)?.id as string;
  await world.say({ type: 'send', id: other }, { type: 'retry', id: other });
  await world.views();
  expect((await capturesOf(browser)).map(({ state }) => state)).toEqual(['held', 'held']);
  expect(puts(sandbox)).toBe(putsBefore);
});

test('a page is told nothing of what another provider’s page showed in the same tab', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  await announceBy(browser, 'Show a notice on the page');
  const page = await makeGoogleCode(browser, sandbox, GMAIL);
  await expect(page.locator('html > div')).toBeVisible();
  sandbox.pages.signIn('yahoo', 'somebody.else@yahoo.com');
  sandbox.pages.giveCodes('yahoo', fakeCode());
  await page.goto('https://login.yahoo.com/account/security/app-passwords');
  const world = await ExtensionWorld.of(page, browser);
  await world.evaluate(() => {
    const told: unknown[] = [];
    Object.assign(globalThis, { told });
    (globalThis as unknown as { chrome: Chrome }).chrome.runtime.onMessage.addListener((message: unknown) => {
      told.push(message);
    });
  });
  expect(await world.views()).toEqual([]);
  await page.getByPlaceholder('App name').fill('Saleshandy');
  await page.getByRole('button', { name: 'Generate password' }).click();
  await expect(page.locator('html > div')).toBeVisible();
  await expect.poll(() => world.views()).toMatchObject([{ provider: 'yahoo' }]);
  expect(await world.views()).toHaveLength(1);
  const told = await world.evaluate(() => JSON.stringify((globalThis as never as { told: unknown }).told));
  expect(told).not.toContain(GMAIL.email);
  expect(await capturesOf(browser)).toHaveLength(2);
});

test("a page's process reads and writes nothing that the extension keeps", async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  await announceBy(browser, 'Only mark the icon');
  const page = await makeGoogleCode(browser, sandbox, GMAIL);
  await expect.poll(() => settled(browser)).toMatchObject([{ sealed: expect.any(String) }]);
  const before = await onDisk(browser);
  expect(before).toContain(sandbox.backend.token);
  const world = await ExtensionWorld.of(page, browser);
  const reached = await world.evaluate(async () => {
    const { chrome } = globalThis as unknown as { chrome: Chrome };
    const found: unknown[] = [];
    for (const area of [chrome.storage.local, chrome.storage.session, chrome.storage.sync]) {
      found.push(await area.get().catch((error: Error) => error.message));
      await area.set({ accounts: { all: [] }, captures: {} }).catch(() => {});
    }
    found.push((await indexedDB.databases()).map(({ name }) => name));
    return found;
  });
  const closed = expect.stringMatching('Access to storage is not allowed from this context');
  expect(reached).toEqual([closed, closed, {}, []]);
  expect(await onDisk(browser)).toBe(before);
  expect(await capturesOf(browser)).toHaveLength(1);
});

test('the popup that a page has opened just as its user clicks sends nothing by that click', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  const putsBefore = puts(sandbox);
  const { opened } = await ActionPopup.next(browser);
  const page = await makeGoogleCode(browser, sandbox, GMAIL);
  const popup = await opened;
  // As soon as it is there, by the mouse, then by keys.
  const sent = await popup.atOnce('Send to Saleshandy');
  expect(sent.ms).toBeLessThan(500);
  expect(await capturesOf(browser)).toMatchObject([{ state: 'held' }]);
  expect(puts(sandbox)).toBe(putsBefore);
  await popup.click('Send to Saleshandy');
  await popup.waitForText(/Connected/);

  // And when another code comes while it is open.
  const sentBefore = puts(sandbox);
  await page.evaluate((code) => {
    const strong = document.querySelector('strong');
    if (strong) strong.textContent = code;
  }, fakeCode());
  expect((await popup.atOnce('Send to Saleshandy')).ms).toBeLessThan(500);
  expect(await capturesOf(browser)).toMatchObject([{ state: 'verified' }, { state: 'held' }]);
  expect(puts(sandbox)).toBe(sentBefore);
});

test('what a page shows later does not replace what is held, nor its account', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  await announceBy(browser, 'Only mark the icon');
  const page = await makeGoogleCode(browser, sandbox, GMAIL);
  await expect.poll(() => capturesOf(browser)).toHaveLength(1);
  await expect.poll(() => settled(browser)).toMatchObject([{ sealed: expect.any(String) }]);
  const [first] = await settled(browser);
  expect(first).toMatchObject({ email: GMAIL.email, account: 'certain' });

  const second = fakeCode();
  await page.evaluate((code) => {
    document.querySelector('[aria-label^="Google Account"]')?.removeAttribute('aria-label');
    const strong = document.querySelector('strong');
    if (strong) strong.textContent = code;
  }, second);
  await expect.poll(() => capturesOf(browser)).toHaveLength(2);
  await page.evaluate(() =>
    document
      .querySelector('[href*=SignOutOptions]')
      ?.setAttribute('aria-label', 'Google Account: Other (other.person@gmail.com)'),
  );
  // The one that had no account yet gets it; so both were told.
  await expect
    .poll(async () => (await capturesOf(browser)).map(({ password, email }) => [password, email]))
    .toEqual([
      [GMAIL.code, GMAIL.email],
      [second, 'other.person@gmail.com'],
    ]);
  expect((await settled(browser))[0]).toEqual(first);
});

test('a page has no way in: no message, no port, no page of ours in a frame', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  await announceBy(browser, 'Only mark the icon');
  const page = await makeGoogleCode(browser, sandbox, GMAIL);
  await expect.poll(() => settled(browser)).toMatchObject([{ sealed: expect.any(String) }]);
  const before = await settled(browser);
  const world = await ExtensionWorld.of(page, browser);
  const id = before[0]?.id as string;

  const came = await page.evaluate(
    async ([extension, capture]) => {
      const messages = ['send', 'discard', 'confirm-code', 'retry', 'withdraw', 'notice-ready'].map(
        (type) => ({
          type,
          id: capture,
        }),
      );
      const answers: unknown[] = [];
      addEventListener('message', ({ data, source }) => {
        if (source !== window) answers.push(data);
      });
      const { chrome } = window as {
        chrome?: { runtime?: Record<string, (...given: unknown[]) => unknown> };
      };
      for (const message of messages) {
        for (const target of [window, parent, top]) target?.postMessage(message, '*');
        document.dispatchEvent(new CustomEvent(message.type, { detail: message }));
        new BroadcastChannel('runtime').postMessage(message);
        try {
          answers.push(await chrome?.runtime?.sendMessage?.(extension, message));
        } catch {}
      }
      try {
        const port = chrome?.runtime?.connect?.(extension) as { name: string } | undefined;
        if (port) answers.push(port.name);
      } catch {}

      const url = (file: string): string => `chrome-extension://${extension}/${file}`;
      const read: string[] = [];
      for (const file of [
        'popup.html',
        'options.html',
        'notice.js',
        'watcher.js',
        'icons/16.png',
        'manifest.json',
      ]) {
        const response = await fetch(url(file)).catch(() => undefined);
        if (response) read.push(`fetched ${file}`);
        await new Promise((resolve) => {
          const image = Object.assign(new Image(), { src: url(file), onerror: resolve });
          image.onload = () => resolve(read.push(`loaded ${file}`));
        });
      }
      const frames: string[] = [];
      for (const file of ['popup.html', 'options.html']) {
        const frame = document.createElement('iframe');
        frame.src = url(file);
        const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
        document.body.append(frame);
        await loaded;
      }
      return { answers: answers.filter((one) => one !== undefined), read, frames };
    },
    [browser.extensionId, id] as const,
  );
  expect(came).toEqual({ answers: [], read: [], frames: [] });
  // What stands in the frames is the browser's own refusal.
  expect(page.frames().map((frame) => frame.url())).not.toContainEqual(
    expect.stringMatching(/popup|options/),
  );
  await world.views();
  expect(await settled(browser)).toEqual(before);
});

test('another extension gets no answer and no port, and changes nothing', async ({ sandbox, profile }) => {
  const stranger = join(profile, 'stranger');
  await mkdir(stranger);
  const manifest = {
    manifest_version: 3,
    name: 'Stranger',
    version: '1',
    background: { service_worker: 'stranger.js' },
  };
  await writeFile(join(stranger, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(stranger, 'stranger.js'), '');
  const browser = await startBrowser(sandbox, join(profile, 'of-the-browser'), [stranger]);
  try {
    await announceBy(browser, 'Only mark the icon');
    await makeGoogleCode(browser, sandbox, GMAIL);
    // There is no backend to seal it for, which is noted.
    await expect.poll(() => settled(browser)).toMatchObject([{ tries: 1 }]);
    const before = await settled(browser);
    const id = before[0]?.id as string;

    const isStranger = (url: string): boolean => url.endsWith('/stranger.js');
    const worker =
      browser.context.serviceWorkers().find((one) => isStranger(one.url())) ??
      (await browser.context.waitForEvent('serviceworker', (one) => isStranger(one.url())));
    const servers = { imap: { host: 'mail.example.com' }, smtp: { host: 'mail.example.com' } };
    const messages: Record<string, unknown>[] = [
      { type: 'page-opened' },
      { type: 'account-detected', visit: id, email: 'other@example.com', account: 'certain' },
      { type: 'paste', provider: 'google', text: fakeCode(), insist: true },
      { type: 'hosts-allowed', origins: ['https://example.com'] },
      { type: 'notice-ready' },
      { type: 'set-account', id, email: 'other@example.com', confirmed: true },
      { type: 'set-servers', id, servers },
      ...['confirm-code', 'send', 'withdraw', 'retry', 'discard'].map((type) => ({ type, id })),
    ];
    const answers = await worker.evaluate(
      async ([extension, all]) => {
        const { chrome } = globalThis as unknown as { chrome: Chrome };
        const told: string[] = [];
        for (const message of all) {
          const answer = chrome.runtime.sendMessage(extension, message);
          told.push(await answer.then((it) => `answered: ${JSON.stringify(it)}`, String));
        }
        const port = chrome.runtime.connect(extension);
        await new Promise<void>((resolve) =>
          port.onDisconnect.addListener(() => {
            told.push(String(chrome.runtime.lastError?.message));
            resolve();
          }),
        );
        return told;
      },
      [browser.extensionId, messages] as const,
    );
    expect(answers).toHaveLength(messages.length + 1);
    for (const answer of answers) expect(answer).toContain('Receiving end does not exist');
    expect(await settled(browser)).toEqual(before);
  } finally {
    await browser.close();
  }
});

/** How many mailboxes were handed in to the backend. */
const puts = ({ backend }: Sandbox): number => backend.log().split('"method":"PUT"').length - 1;
