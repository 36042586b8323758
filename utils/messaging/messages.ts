import * as z from 'zod/mini';
import { MailServer } from '../onboarding/contract.ts';
import { Secret } from '../secret.ts';

/**
 * Everything that is said to the worker. Who may say what is decided by the sender, in `background.ts`: a page's
 * watcher and notice about their own tab's capture only, the extension's own pages about all.
 */

const id = z.uuid();

/** A password, which from here on can't be printed or passed on by accident. */
const secret = (most: number, least = 0) =>
  z.pipe(
    z.string().check(z.minLength(least), z.maxLength(most)),
    z.transform((text) => new Secret(text)),
  );

/** A watcher has come to an app-password page. Answered when what looks for codes is there. */
export const Arrival = z.object({ type: z.literal('arrival') });
export type Arrival = z.infer<typeof Arrival>;

/** What the watcher sees. */
export const Sighting = z.object({
  type: z.literal('sighting'),
  /** The same for all that is seen from arriving at a page until leaving it. */
  visit: z.uuid(),
  account: z.optional(
    z.object({ email: z.string().check(z.maxLength(254)), certainty: z.enum(['likely', 'certain']) }),
  ),
  code: z.optional(
    z.object({
      code: secret(64, 1),
      certainty: z.enum(['likely', 'certain']),
      reasons: z.array(z.string().check(z.maxLength(60))).check(z.maxLength(20)),
    }),
  ),
});
export type Sighting = z.infer<typeof Sighting>;
/** As the watcher says it. */
export type SaidSighting = z.input<typeof Sighting>;

/** What the user wants done with a capture. */
export const CaptureCommand = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('set-account'),
    id,
    email: z.string().check(z.maxLength(254)),
    confirmed: z.boolean(),
  }),
  z.object({
    type: z.literal('set-servers'),
    id,
    servers: z.object({ imap: MailServer, smtp: MailServer }),
  }),
  z.object({ type: z.literal('confirm-code'), id }),
  z.object({ type: z.literal('send'), id }),
  z.object({ type: z.literal('withdraw'), id }),
  z.object({ type: z.literal('retry'), id }),
  z.object({ type: z.literal('discard'), id }),
  z.object({ type: z.literal('keep-longer'), id }),
  z.object({ type: z.literal('dismiss'), id }),
]);
export type CaptureCommand = z.infer<typeof CaptureCommand>;

/** The user has pasted a code into the popup. Answered with whether it is held. */
export const Paste = z.object({
  type: z.literal('paste'),
  provider: z.string().check(z.maxLength(40)),
  text: secret(2000),
  /** Held although it does not look like one. */
  insist: z.boolean(),
});
export type Paste = z.infer<typeof Paste>;
export type SaidPaste = z.input<typeof Paste>;

/** The user has allowed these origins, now or before. */
export const HostsAllowed = z.object({
  type: z.literal('hosts-allowed'),
  origins: z.array(z.string().check(z.maxLength(300))).check(z.maxLength(50)),
});
export type HostsAllowed = z.infer<typeof HostsAllowed>;

/** The time of a held code is over, as a page that shows it sees: it is to be counted now. */
const Count = z.object({ type: z.literal('count') });

/** The user has agreed to the keys that the backend has now. */
const AgreeToKeys = z.object({ type: z.literal('agree-to-keys') });

/** The user has agreed to what is read and sent. */
const Consent = z.object({ type: z.literal('consent') });

/**
 * The user signs out of the workspace of this account, and what was sent there is forgotten here; or, where none is
 * named, all that this extension knows. Answered when it is done.
 */
export const Leave = z.object({ type: z.literal('leave'), account: z.optional(z.uuid()) });
export type Leave = z.infer<typeof Leave>;

/** The user wants to see the code. Answered with it. */
const Reveal = z.object({ type: z.literal('reveal'), id });

/** Which provider has the mailboxes of this address's domain? Answered with its id, where the backend knows. */
const ProviderOf = z.object({
  type: z.literal('provider-of'),
  email: z.string().check(z.maxLength(254)),
});

/** A page in a private window reads or writes what is on disk. Answered with what was read. */
const OnDisk = z.object({
  type: z.literal('disk'),
  key: z.string().check(z.maxLength(40)),
  write: z.optional(z.object({ value: z.optional(z.unknown()) })),
});

/** The notice asks what to show. Answered with the views of its own tab's captures. */
const NoticeReady = z.object({ type: z.literal('notice-ready') });

export const Message = z.union([
  Arrival,
  Sighting,
  CaptureCommand,
  Paste,
  HostsAllowed,
  NoticeReady,
  Count,
  AgreeToKeys,
  Consent,
  Leave,
  Reveal,
  ProviderOf,
  OnDisk,
]);
export type Message = z.infer<typeof Message>;
