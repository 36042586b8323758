import { describe, expect, test, vi } from 'vitest';
import type { Browser } from 'wxt/browser';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { hasNotice, putNotice } from '../../utils/notice/notices.ts';
import { identify, type PageSender } from '../../utils/worker/sender.ts';
import { putOnDisk } from './indexed-db.ts';

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
  putOnDisk({ allowedHosts: { [there.origin]: 'zimbra' } });
  expect(await identify(there)).toEqual({ ...page, provider: 'zimbra', host: 'mail.company.example' });
  putOnDisk({ allowedHosts: {} });
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

describe('where the worker has put a notice', () => {
  const who: PageSender = { ...page, provider: 'google', host: 'myaccount.google.com', documentId: 'first' };
  const documentIs = (documentId: string | undefined) =>
    vi
      .spyOn(fakeBrowser.scripting, 'executeScript')
      .mockImplementation((async () => [{ frameId: 0, documentId }]) as never);

  test('its document is known, and no other of the same tab is taken for it', async () => {
    documentIs('first');
    expect(await hasNotice(who)).toBe(false);
    await putNotice(who.tabId);
    expect(await hasNotice(who)).toBe(true);
    expect(await hasNotice({ ...who, documentId: 'second' })).toBe(false);
    expect(await hasNotice({ ...who, documentId: undefined })).toBe(false);
    expect(await hasNotice({ ...who, tabId: 8 })).toBe(false);
  });

  test.each([
    ['the user wants the icon marked only', { settings: { announce: 'badge' } }],
    ['the user wants none', { settings: { notice: false } }],
    ['the organisation wants none', { policy: { disableNotice: true } }],
  ])('it counts for nothing once %s', async (_, chosen) => {
    documentIs('first');
    await putNotice(who.tabId);
    expect(await hasNotice(who)).toBe(true);
    putOnDisk(chosen);
    expect(await hasNotice(who)).toBe(false);
  });
});
