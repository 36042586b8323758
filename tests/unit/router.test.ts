import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Browser } from 'wxt/browser';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import type { UserEventType } from '../../utils/captures/events.ts';
import type { CaptureView } from '../../utils/captures/view.ts';
import {
  MESSAGES,
  type Message,
  type MessageType,
  parseMessage,
  type ToSend,
} from '../../utils/messages/protocol.ts';
import { maySend } from '../../utils/worker/permission.ts';
import { createRouter, type Handlers } from '../../utils/worker/router.ts';
import type { PageSender } from '../../utils/worker/sender.ts';

const ID = '6f2f1d3e-0000-4000-8000-00000000000a';
const OTHER = '6f2f1d3e-0000-4000-8000-00000000000b';
const server = { host: 'mail.example.com', port: 993, security: 'tls' } as const;

/** One of each. A message that is added to the table and not here is a type error. */
const SAMPLES: { [T in MessageType]: ToSend<T> } = {
  'page-opened': { type: 'page-opened' },
  'code-detected': { type: 'code-detected', visit: ID, password: 'qzxj', code: 'certain', reasons: [] },
  'account-detected': { type: 'account-detected', visit: ID, email: 'ann@gmail.com', account: 'likely' },
  'notice-ready': { type: 'notice-ready' },
  'set-account': { type: 'set-account', id: ID, email: 'ann@gmail.com', confirmed: true },
  'set-servers': { type: 'set-servers', id: ID, servers: { imap: server, smtp: server } },
  'confirm-code': { type: 'confirm-code', id: ID },
  send: { type: 'send', id: ID },
  withdraw: { type: 'withdraw', id: ID },
  retry: { type: 'retry', id: ID },
  discard: { type: 'discard', id: ID },
  'keep-longer': { type: 'keep-longer', id: ID },
  dismiss: { type: 'dismiss', id: ID },
  reveal: { type: 'reveal', id: ID },
  paste: { type: 'paste', provider: 'google', text: 'qzxj', insist: false },
  'hosts-allowed': { type: 'hosts-allowed', origins: ['https://mail.example.com'] },
  count: { type: 'count' },
  'agree-to-keys': { type: 'agree-to-keys' },
  consent: { type: 'consent' },
  leave: { type: 'leave' },
  'provider-of': { type: 'provider-of', email: 'ann@gmail.com' },
  disk: { type: 'disk', key: 'settings' },
};
const TYPES = Object.keys(MESSAGES) as MessageType[];

/** Who may send it, said once more: a page of ours, a watched page, and such a page only through our notice in it. */
const RULES: Record<MessageType, 'ours' | 'page' | 'ours or notice'> = {
  'page-opened': 'page',
  'code-detected': 'page',
  'account-detected': 'page',
  'notice-ready': 'page',
  'set-account': 'ours or notice',
  'set-servers': 'ours',
  'confirm-code': 'ours or notice',
  send: 'ours or notice',
  withdraw: 'ours',
  retry: 'ours or notice',
  discard: 'ours',
  'keep-longer': 'ours',
  dismiss: 'ours or notice',
  reveal: 'ours',
  paste: 'ours',
  'hosts-allowed': 'ours',
  count: 'ours',
  'agree-to-keys': 'ours',
  consent: 'ours',
  leave: 'ours',
  'provider-of': 'ours',
  disk: 'ours',
};

const held = {
  id: ID,
  provider: 'google',
  email: 'ann@gmail.com',
  account: 'certain',
  code: 'certain',
  state: 'held',
  capturedAt: 1,
} as CaptureView;
const view = (changed: Partial<CaptureView>): CaptureView => ({ ...held, ...changed });

/** What a notice has to show for it to offer just this. */
const OFFERING: Partial<Record<MessageType, CaptureView>> = {
  send: held,
  dismiss: held,
  'confirm-code': view({ code: 'likely' }),
  'set-account': view({ account: 'likely' }),
  retry: view({ state: 'failed' }),
};

const id = fakeBrowser.runtime.id;
/** Node knows no origins of extensions. */
const ORIGIN = 'https://the-extension.example';
const tab = { id: 7, incognito: false } as Browser.tabs.Tab;
const page = { id, origin: 'https://myaccount.google.com', tab, frameId: 0 };
const popup = { id, origin: ORIGIN, url: `${ORIGIN}/popup.html` };
const practice = { id, origin: ORIGIN, url: `${ORIGIN}/practice.html`, tab, frameId: 0 };

let handled: { message: Message; who: unknown }[] = [];
const handlers = Object.fromEntries(
  TYPES.map((type) => [
    type,
    (message: Message, who: unknown) => {
      handled.push({ message, who });
      return `answer to ${type}`;
    },
  ]),
) as unknown as Handlers;
const say = (message: unknown, sender: Browser.runtime.MessageSender, inNotice?: readonly CaptureView[]) =>
  createRouter({ handlers, ready: Promise.resolve(), viewsIn: async () => inNotice })(message, sender);

beforeEach(() => {
  handled = [];
  vi.spyOn(fakeBrowser.runtime, 'getURL').mockImplementation(((path: string) => `${ORIGIN}${path}`) as never);
});

test('there is a rule and a sample for each message, and for nothing else', () => {
  expect(Object.keys(RULES).toSorted()).toEqual(TYPES.toSorted());
  expect(Object.keys(SAMPLES).toSorted()).toEqual(TYPES.toSorted());
});

describe.each(TYPES)('%s', (type) => {
  const message = SAMPLES[type];
  const rule = RULES[type];
  const answer = `answer to ${type}`;
  const all = Object.values(OFFERING);

  test(`from a page of ours: ${rule === 'page' ? 'refused' : 'done'}`, async () => {
    expect(await say(message, popup)).toBe(rule === 'page' ? undefined : answer);
    // In a tab, as the settings are.
    expect(await say(message, { ...popup, url: `${ORIGIN}/options.html`, tab, frameId: 0 })).toBe(
      rule === 'page' ? undefined : answer,
    );
  });

  test(`from a watched page without a notice: ${rule === 'page' ? 'done' : 'refused'}`, async () => {
    expect(await say(message, page)).toBe(rule === 'page' ? answer : undefined);
    expect(await say(message, page, [])).toBe(rule === 'page' ? answer : undefined);
    // The practice page is ours, and seen as a provider's is.
    expect(await say(message, practice)).toBe(rule === 'page' ? answer : undefined);
  });

  test(`from a watched page with a notice: ${rule === 'ours' ? 'refused' : 'done where that offers it'}`, async () => {
    const offering = OFFERING[type];
    expect(offering !== undefined).toBe(rule === 'ours or notice');
    for (const shown of all)
      expect(await say(message, page, [shown])).toBe(
        rule === 'page' || shown === offering || (type === 'dismiss' && offering) ? answer : undefined,
      );
    // Another capture than that of the message.
    const others = all.map((one) => ({ ...one, id: OTHER }));
    for (const shown of others)
      expect(await say(message, page, [shown])).toBe(rule === 'page' ? answer : undefined);
  });

  test('from anybody else: refused', async () => {
    const strangers: Browser.runtime.MessageSender[] = [
      { ...page, origin: 'https://example.com' },
      { ...page, frameId: 3 },
      { ...page, tab: undefined },
      { ...page, origin: undefined },
      { ...page, id: 'another' },
      { ...popup, id: 'another' },
    ];
    for (const stranger of strangers) expect(await say(message, stranger, all)).toBeUndefined();
    expect(handled).toEqual([]);
  });
});

describe('what is no message of ours is answered nothing, and identifies nobody', () => {
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'send'],
    ['no type', { id: ID }],
    ['a type that is none', { type: 'open-everything' }],
    ['what every object has', { type: 'constructor' }],
    ['a list of types', { type: ['send'], id: ID }],
    ['a field that is missing', { type: 'send' }],
    ['a field of another kind', { ...SAMPLES.paste, insist: 'yes' }],
    ['more than a field may have', { ...SAMPLES.disk, key: 'k'.repeat(41) }],
  ])('%s', (_, said) => {
    expect(say(said, popup)).toBeUndefined();
    expect(handled).toEqual([]);
  });
});

test('a handler is given what was parsed, and who said it', async () => {
  await say({ ...SAMPLES['set-account'], email: ' ann@gmail.com ', more: 1 }, popup);
  expect(handled).toEqual([{ message: SAMPLES['set-account'], who: { from: 'extension' } }]);
  handled = [];
  await say(SAMPLES['page-opened'], { ...page, documentId: 'first' } as never);
  expect(handled).toMatchObject([
    { who: { from: 'page', tabId: 7, provider: 'google', documentId: 'first' } },
  ]);
});

test('nothing is handled before the captures are there', async () => {
  let isReady = (): void => {};
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const answer = createRouter({ handlers, ready, viewsIn: async () => undefined })(SAMPLES.count, popup);
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(handled).toEqual([]);
  isReady();
  expect(await answer).toBe('answer to count');
});

describe('what a page may have done', () => {
  const who: PageSender = {
    from: 'page',
    tabId: 7,
    provider: 'google',
    host: 'myaccount.google.com',
    private: false,
  };
  const USER_EVENTS: UserEventType[] = TYPES.filter(
    (type): type is UserEventType => 'id' in SAMPLES[type] && type !== 'reveal',
  );
  const isDone = (type: MessageType, inNotice: CaptureView[] | undefined, changed: object = {}) =>
    maySend(parseMessage({ ...SAMPLES[type], ...changed }) as Message, who, async () => inNotice);
  const allowedWith = async (inNotice: CaptureView[] | undefined): Promise<string[]> => {
    const done = await Promise.all(USER_EVENTS.map((type) => isDone(type, inNotice)));
    return USER_EVENTS.filter((type, at) => done[at] && type !== 'dismiss');
  };

  test.each<[string, Partial<CaptureView>, string[]]>([
    ['a code that can be sent', {}, ['send']],
    ['a code that may be none', { code: 'likely' }, ['confirm-code']],
    ['a code whose account is not sure', { account: 'likely' }, ['set-account']],
    ['one that failed', { state: 'failed' }, ['retry']],
    ['one that is checked', { state: 'verifying' }, []],
    ['one that works', { state: 'verified' }, []],
    ['one that something keeps from going on', { fault: { code: 'key_changed' } }, []],
    ['one whose notice its user has put away', { dismissed: true }, []],
  ])('with the notice over %s, what it offers and nothing else', async (_, changed, offered) => {
    expect(await allowedWith([view(changed)])).toEqual(offered);
  });

  test('nothing at all without a notice of ours in it', async () => {
    expect(await allowedWith(undefined)).toEqual([]);
    expect(await allowedWith([])).toEqual([]);
    expect(await isDone('dismiss', undefined)).toBe(false);
  });

  test('nothing with another one than its notice shows', async () => {
    const other = view({ id: OTHER, capturedAt: 0 });
    expect(await isDone('send', [held, other], { id: OTHER })).toBe(false);
    expect(await isDone('send', [held, other])).toBe(true);
    expect(await isDone('send', [held], { id: OTHER })).toBe(false);
  });

  test('the notice put away, with all that it would show', async () => {
    for (const of of [ID, OTHER])
      expect(await isDone('dismiss', [held, view({ id: OTHER })], { id: of })).toBe(true);
  });

  test('an address set only as the notice sets it, confirmed', async () => {
    const unsure = view({ account: 'likely' });
    expect(await isDone('set-account', [unsure], { confirmed: false })).toBe(false);
    expect(await isDone('set-account', [unsure])).toBe(true);
  });
});
