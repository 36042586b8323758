import * as z from 'zod/mini';
import { type Fields, FoundAccount, USER_EVENTS, type UserEventType } from '../captures/events.ts';
import { Secret } from '../secret.ts';
import type { NoticeAnswer } from './notice-update.ts';

/*
 * Everything that is said to the worker: one entry a message, with what it carries, who may send it and what it is answered.
 * `utils/worker/router.ts` goes by it, and so does `send`, which takes its types only: scripts in pages carry no schema.
 */

/**
 * Who a message may come from:
 *
 * - `extension`: a page of our own (popup, side panel, settings …)
 * - `page`: a provider's page that is watched, which is as trustworthy as that page's process
 * - `notice`: such a page, while a notice of ours in it offers just that (`utils/worker/permission.ts`)
 */
export type From = 'extension' | 'page' | 'notice';

/** A type that stands where a value would: answers are not parsed, since the worker is trusted. */
const typed = <T>(): T => undefined as T;

const EXTENSION = ['extension'] as const;
const EXTENSION_OR_NOTICE = ['extension', 'notice'] as const;
const PAGE = ['page'] as const;

const id = z.uuid();
/** What the user wants done with a capture, with the capture that it is about. */
const ofCapture = <T extends UserEventType>(type: T) => z.extend(USER_EVENTS[type], { id });

/** A code, which from here on can't be printed or passed on by accident. */
const secret = (max: number, min = 0) =>
  z.pipe(
    z.string().check(z.minLength(min), z.maxLength(max)),
    z.transform((text) => new Secret(text)),
  );

/** The same for all that is seen from arriving at a page until leaving it. */
const visit = z.uuid();

export const MESSAGES = {
  /** A watcher has come to an app-password page. Answered when what looks for codes is there. */
  'page-opened': { from: PAGE, schema: z.object({}), answer: typed<true>() },

  /** A code is shown. `account` and `code` say how sure it is that the address and the code are what they seem. */
  'code-detected': {
    from: PAGE,
    schema: z.extend(z.partial(FoundAccount), {
      visit,
      password: secret(64, 1),
      code: z.enum(['likely', 'certain']),
      reasons: z.array(z.string().check(z.maxLength(60))).check(z.maxLength(20)),
    }),
    answer: typed<true>(),
  },

  /** Whose account it is has been seen after a code was. */
  'account-detected': { from: PAGE, schema: z.extend(FoundAccount, { visit }), answer: typed<true>() },

  /** The notice asks what to show. */
  'notice-ready': { from: PAGE, schema: z.object({}), answer: typed<NoticeAnswer>() },

  'set-account': { from: EXTENSION_OR_NOTICE, schema: ofCapture('set-account'), answer: typed<void>() },
  'set-servers': { from: EXTENSION, schema: ofCapture('set-servers'), answer: typed<void>() },
  'confirm-code': { from: EXTENSION_OR_NOTICE, schema: ofCapture('confirm-code'), answer: typed<void>() },
  send: { from: EXTENSION_OR_NOTICE, schema: ofCapture('send'), answer: typed<void>() },
  withdraw: { from: EXTENSION, schema: ofCapture('withdraw'), answer: typed<void>() },
  retry: { from: EXTENSION_OR_NOTICE, schema: ofCapture('retry'), answer: typed<void>() },
  discard: { from: EXTENSION, schema: ofCapture('discard'), answer: typed<void>() },
  'keep-longer': { from: EXTENSION, schema: ofCapture('keep-longer'), answer: typed<void>() },
  dismiss: { from: EXTENSION_OR_NOTICE, schema: ofCapture('dismiss'), answer: typed<void>() },

  /** The user wants to see the code. Answered with it. */
  reveal: { from: EXTENSION, schema: z.object({ id }), answer: typed<string | undefined>() },

  /** The user has pasted a code. Answered with whether it is held. */
  paste: {
    from: EXTENSION,
    schema: z.object({
      provider: z.string().check(z.maxLength(40)),
      text: secret(2000),
      /** Held although it does not look like one. */
      insist: z.boolean(),
    }),
    answer: typed<boolean>(),
  },

  /** The user has allowed these origins, now or before. */
  'hosts-allowed': {
    from: EXTENSION,
    schema: z.object({ origins: z.array(z.string().check(z.maxLength(300))).check(z.maxLength(50)) }),
    answer: typed<void>(),
  },

  /** The time of a held code is over, as a page that shows it sees: it is to be counted now. Also wakes the worker. */
  count: { from: EXTENSION, schema: z.object({}), answer: typed<void>() },

  /** The user has agreed to the keys that the backend has now. */
  'agree-to-keys': { from: EXTENSION, schema: z.object({}), answer: typed<void>() },

  /** The user has agreed to what is read and sent. */
  consent: { from: EXTENSION, schema: z.object({}), answer: typed<void>() },

  /**
   * The user signs out of the workspace of this account, and what was sent there is deleted here; or, where none is named,
   * all that this extension knows. Answered when it is done.
   */
  leave: { from: EXTENSION, schema: z.object({ account: z.optional(id) }), answer: typed<void>() },

  /** Which provider has the mailboxes of this address's domain? Answered with its id, where the backend knows. */
  'provider-of': {
    from: EXTENSION,
    schema: z.object({ email: z.string().check(z.maxLength(254)) }),
    answer: typed<string | undefined>(),
  },

  /** A page in a private window reads or writes what is on disk. Answered with what was read. */
  disk: {
    from: EXTENSION,
    schema: z.object({
      key: z.string().check(z.maxLength(40)),
      write: z.optional(z.object({ value: z.optional(z.unknown()) })),
    }),
    answer: typed<unknown>(),
  },
} as const satisfies Record<string, { from: readonly From[]; schema: z.ZodMiniObject; answer: unknown }>;

type Messages = typeof MESSAGES;
export type MessageType = keyof Messages;

/** A message as it was parsed. */
export type Message<T extends MessageType = MessageType> = T extends T
  ? { type: T } & Fields<z.output<Messages[T]['schema']>>
  : never;

/** A message as it is sent. */
export type ToSend<T extends MessageType> = { type: T } & Said[T];
/** What it says beside its type. */
export type Said = { [T in MessageType]: Fields<z.input<Messages[T]['schema']>> };

export type Answer<T extends MessageType> = Messages[T]['answer'];

/** @returns `undefined` for whatever is no message of ours */
export function parseMessage(message: unknown): Message | undefined {
  const type = typeOf(message);
  const parsed = type && MESSAGES[type].schema.safeParse(message);
  return parsed?.success ? ({ ...parsed.data, type } as Message) : undefined;
}

function typeOf(message: unknown): MessageType | undefined {
  const { type } = (message ?? {}) as { type?: unknown };
  return typeof type === 'string' && Object.hasOwn(MESSAGES, type) ? (type as MessageType) : undefined;
}
