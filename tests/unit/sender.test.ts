import { describe, expect, test } from 'vitest';
import type { Browser } from 'wxt/browser';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import type { Capture } from '../../utils/captures/capture.ts';
import type { CaptureCommand } from '../../utils/messaging/messages.ts';
import { identify, mayCommand, type PageSender } from '../../utils/messaging/sender.ts';

const own = new URL(fakeBrowser.runtime.getURL('/' as never)).origin;
const id = fakeBrowser.runtime.id;
const tab = (incognito = false) => ({ id: 7, incognito }) as Browser.tabs.Tab;

const page = { from: 'page', tabId: 7, private: false } as const;
const watcher = { id, origin: 'https://myaccount.google.com', tab: tab(), frameId: 0 };

test('the extension itself', async () => {
  expect(await identify({ id, origin: own })).toEqual({ from: 'extension' });
  expect(await identify({ id, origin: own, tab: tab(), frameId: 0 })).toEqual({ from: 'extension' });
});

test('the watcher, with the provider its origin belongs to', async () => {
  expect(await identify(watcher)).toEqual({ ...page, provider: 'google', host: 'myaccount.google.com' });
  expect(await identify({ ...watcher, tab: tab(true) })).toMatchObject({ private: true });
});

test('the watcher at a host the user has allowed, with the provider the user said', async () => {
  const there = { ...watcher, origin: 'https://mail.company.example' };
  await fakeBrowser.storage.local.set({ allowedHosts: { [there.origin]: 'zimbra' } });
  expect(await identify(there)).toEqual({ ...page, provider: 'zimbra', host: 'mail.company.example' });
  await fakeBrowser.storage.local.clear();
  expect(await identify(there)).toBeUndefined();
});

describe('nobody we answer', () => {
  const strangers: Record<string, Browser.runtime.MessageSender> = {
    'another extension': { ...watcher, id: 'another' },
    'another extension that names our origin': { id: 'another', origin: own },
    'no extension at all': { origin: own },
    'an origin that is not told': { ...watcher, origin: undefined },
    'a page of no provider': { ...watcher, origin: 'https://example.com' },
    'a host that only begins like a provider': {
      ...watcher,
      origin: 'https://myaccount.google.com.example.com',
    },
    'the provider without encryption': { ...watcher, origin: 'http://myaccount.google.com' },
    'a frame': { ...watcher, frameId: 3 },
    'no tab': { ...watcher, tab: undefined },
  };
  for (const [who, sender] of Object.entries(strangers)) {
    test(who, async () => expect(await identify(sender)).toBeUndefined());
  }
});

describe('what a page may have done', () => {
  const who: PageSender = { ...page, provider: 'google', host: 'myaccount.google.com' };
  const own = { tabId: 7, provider: 'google' } as Capture;
  const command = (type: string) => ({ type, id }) as CaptureCommand;

  test('its own capture sent, told apart and tried again, but not thrown away', () => {
    for (const type of ['send', 'set-account', 'confirm-code', 'retry']) {
      expect(mayCommand(command(type), own, who)).toBe(true);
    }
    for (const type of ['discard', 'withdraw', 'set-servers', 'keep-longer'])
      expect(mayCommand(command(type), own, who)).toBe(false);
  });

  test('nothing with a capture of another tab or another provider, or none', () => {
    for (const other of [
      { ...own, tabId: 8 },
      { ...own, provider: 'yahoo' },
      { ...own, tabId: undefined },
      undefined,
    ]) {
      expect(mayCommand(command('send'), other, who)).toBe(false);
    }
  });

  test("the extension's own pages may do all", () => {
    expect(mayCommand(command('discard'), own, { from: 'extension' })).toBe(true);
  });
});
