import type { Page } from '@playwright/test';
import type { SandboxBrowser } from '../sandbox/browser.ts';
import { ExtensionWorld } from '../sandbox/extension-world.ts';
import { ActionPopup } from '../sandbox/popup.ts';
import { fakeCode } from '../sandbox/provider-pages.ts';
import { announceBy, capturesOf, expect, GMAIL, makeGoogleCode, type Sandbox, test } from './world.ts';

/* What a page does that means harm, or is broken. */

const MOST_HELD = 10;

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
  await popup.waitForText(/10 codes of one page are waiting/);

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
    await announceBy(browser, 'Show a notice in the page');
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
    page.evaluate(() => document.body.animate([], 650).finished.then(() => {}));

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
    'made tiny': (host) => host.style.setProperty('transform', 'scale(0.2)', 'important'),
    'made tiny by the property for it': (host) => host.style.setProperty('scale', '0.2', 'important'),
    'made tiny with the whole page': () => document.documentElement.style.setProperty('zoom', '0.2'),
    'made tiny by zooming': (host) => host.style.setProperty('zoom', '0.2', 'important'),
  };

  test('covered, faded, cut, moved or scaled by the page it takes no click', async ({
    browserWithExtension: browser,
    sandbox,
  }) => {
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
        CSS.registerProperty({ name, syntax: '<color>', inherits: true, initialValue: 'transparent' });
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
});

/** How many mailboxes were handed in to the backend. */
const puts = ({ backend }: Sandbox): number => backend.log().split('"method":"PUT"').length - 1;
