import * as z from 'zod/mini';
import { type Connection, MailServer } from '../onboarding/contract.ts';
import type { Fault } from '../onboarding/fault.ts';

const email = z.string().check(z.maxLength(254));

/** What a page tells of the mailbox's address, seen beside a code. */
export const FoundAccount = z.object({ email, account: z.enum(['likely', 'certain']) });

/** What the user can do with a capture, by name, with what a page of ours says of it. */
export const USER_EVENTS = {
  /** `confirmed`, or still being typed. */
  'set-account': z.object({ email: email.check(z.trim()), confirmed: z.boolean() }),
  'set-servers': z.object({ servers: z.object({ imap: MailServer, smtp: MailServer }) }),
  'confirm-code': z.object({}),
  send: z.object({}),
  withdraw: z.object({}),
  retry: z.object({}),
  discard: z.object({}),
  'keep-longer': z.object({}),
  /** The notice in the page is put away. */
  dismiss: z.object({}),
};
export type UserEventType = keyof typeof USER_EVENTS;
export type UserEvent<T extends UserEventType = UserEventType> = T extends T
  ? { type: T } & Fields<z.output<(typeof USER_EVENTS)[T]>>
  : never;

/** What an object has: zod types an empty one so that it can have nothing else beside. */
export type Fields<Parsed> = Parsed extends Record<string, never> ? object : Parsed;

/** What the worker adds to them: a page gives out no ids, and has a clock of its own. */
interface Added {
  /** A new one, for when this makes another connection of the capture. */
  'set-account': { connectionId: string };
  'set-servers': { connectionId: string };
  withdraw: { connectionId: string };
  /** The account of ours that it is sent with, and when, in ms since 1970. */
  send: { backend: string | undefined; now: number };
}

/** What can happen to a capture. Answers of the backend say which connection they are about. */
export type CaptureEvent =
  // from the user
  | { [T in UserEventType]: UserEvent<T> & (T extends keyof Added ? Added[T] : unknown) }[UserEventType]
  // from the page
  | ({ type: 'account-detected' } & z.output<typeof FoundAccount>)
  // from the clock; times in ms
  | { type: 'counted'; now: number; hold: number }
  // from the browser
  | { type: 'private-windows-closed' }
  // from the settings; the account is no longer ours where it is signed out
  | { type: 'keep-sealed'; on: boolean }
  | { type: 'signed-out'; backend: string }
  // from the backend, or on the way to it
  | { type: 'sealed'; connectionId: string; email: string; sealed: string; backend: string }
  | { type: 'answered'; connectionId: string; connection: Connection }
  | { type: 'hindered'; connectionId: string; fault: Fault; retryAt: number }
  | { type: 'forgotten'; forgottenId: string };

export type CaptureEventOf<T extends CaptureEvent['type']> = Extract<CaptureEvent, { type: T }>;
