import { describe, expect, test, vi } from 'vitest';
import type { Browser } from 'wxt/browser';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import type { CaptureView } from '../../utils/captures/view.ts';
import type { CaptureCommand } from '../../utils/messaging/messages.ts';
import { identify, mayCommand, type PageSender } from '../../utils/messaging/sender.ts';
import { hasNotice, putNotice } from '../../utils/notice/notices.ts';
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

describe('what a page may have done', () => {
  const who: PageSender = { ...page, provider: 'google', host: 'myaccount.google.com' };
  const held = {
    id,
    provider: 'google',
    email: 'ann@gmail.com',
    account: 'certain',
    code: 'certain',
    state: 'held',
    capturedAt: 1,
  } as CaptureView;
  const command = (type: string, of = id) =>
    ({ type, id: of, email: 'ann@gmail.com', confirmed: true }) as CaptureCommand;
  const TYPES = ['send', 'set-account', 'confirm-code', 'retry', 'discard', 'withdraw', 'set-servers'];
  const allowedWith = (inNotice: CaptureView[] | undefined): string[] =>
    [...TYPES, 'keep-longer'].filter((type) => mayCommand(command(type), who, inNotice));

  test.each<[string, Partial<CaptureView>, string[]]>([
    ['a code that can be sent', {}, ['send']],
    ['a code that may be none', { code: 'likely' }, ['confirm-code']],
    ['a code whose account is not sure', { account: 'likely' }, ['set-account']],
    ['one that failed', { state: 'failed' }, ['retry']],
    ['one that is checked', { state: 'verifying' }, []],
    ['one that works', { state: 'verified' }, []],
    ['one that something keeps from going on', { fault: { code: 'key_changed' } }, []],
    ['one whose notice its user has put away', { dismissed: true }, []],
  ])('with the notice over %s, what it offers and nothing else', (_, changed, offered) => {
    expect(allowedWith([{ ...held, ...changed } as CaptureView])).toEqual(offered);
  });

  test('nothing at all without a notice of ours in it', () => {
    expect(allowedWith(undefined)).toEqual([]);
    expect(allowedWith([])).toEqual([]);
    expect(mayCommand(command('dismiss'), who, undefined)).toBe(false);
  });

  test('nothing with another one than its notice shows', () => {
    const other = { ...held, id: 'another', capturedAt: 0 } as CaptureView;
    expect(mayCommand(command('send', 'another'), who, [held, other])).toBe(false);
    expect(mayCommand(command('send'), who, [held, other])).toBe(true);
    expect(mayCommand(command('send', 'made up'), who, [held])).toBe(false);
  });

  test('the notice put away, with all that it would show', () => {
    const other = { ...held, id: 'another' } as CaptureView;
    for (const of of [id, 'another'])
      expect(mayCommand(command('dismiss', of), who, [held, other])).toBe(true);
  });

  test('an address set only as the notice sets it, confirmed', () => {
    const unsure = { ...held, account: 'likely' } as CaptureView;
    const typed = { ...command('set-account'), confirmed: false } as CaptureCommand;
    expect(mayCommand(typed, who, [unsure])).toBe(false);
  });

  test("the extension's own pages may do all", () => {
    expect(mayCommand(command('discard'), { from: 'extension' }, undefined)).toBe(true);
  });
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
