import * as z from 'zod/mini';
import { Connection, MailServer } from '../onboarding/contract.ts';
import { Fault } from '../onboarding/fault.ts';
import { Secret } from '../secret.ts';

/** In storage it stands as it is, and there is one storage it may stand in: `captures`, in the browser's memory. */
const Password = z.codec(z.string(), z.instanceof(Secret), {
  decode: (text) => new Secret(text),
  encode: (secret) => secret.open(),
});

/**
 * When to try again: in ms since 1970, or never without the user. Stored as every version since 0.1.0 stores it, so that
 * profiles can be updated and taken back to an older version.
 */
const RetryAt = z.codec(z.number(), z.union([z.number(), z.literal('never')]), {
  decode: (at) => (at === STORED_NEVER ? 'never' : at),
  encode: (at) => (at === 'never' ? STORED_NEVER : at),
});
const STORED_NEVER = Number.MAX_SAFE_INTEGER;

/**
 * An app password on its way to Saleshandy, and all that is known of it. The one thing that flows through the program.
 *
 *     held ──send──▶ queued ──accepted──▶ verifying ──▶ verified      the code is wiped everywhere
 *       ▲ │              │                    └───────▶ failed        the code is kept; retry, or correct the account
 *       │ └──expired─────┼──────────────────────────────▲
 *       └──refused───────┘
 *
 * Discarded, it is gone; but where the backend may have it already, it stays, as nothing but its id, until the backend
 * has forgotten it too.
 */
export const Capture = z.object({
  id: z.uuid(),
  /** Its id at the backend. Another mailbox gets another one; a repeat of the same does not. */
  connectionId: z.uuid(),
  provider: z.string(),
  /** The host of the page that showed it. Some providers have several regions. */
  pageHost: z.optional(z.string()),
  email: z.string(),
  /** How sure the address is. `typed` and `confirmed` by the user. */
  account: z.enum(['unknown', 'likely', 'certain', 'typed', 'confirmed']),
  /** How sure it is that this is an app password. */
  code: z.enum(['likely', 'certain', 'confirmed']),
  /** What spoke for and against it, for people who debug a page. */
  reasons: z.optional(z.array(z.string())),
  /** The mail servers, where nobody but the user knows them. */
  servers: z.optional(z.union([z.literal('needed'), z.object({ imap: MailServer, smtp: MailServer })])),
  /** As it is to be used. In memory only; gone once verified, and after a restart of the browser. */
  password: z.optional(Password),
  state: z.enum(['held', 'queued', 'verifying', 'verified', 'failed', 'discarded']),
  /** When it was seen, in ms since 1970. */
  capturedAt: z.number(),
  /** From a private window: nothing of it is ever written to disk. */
  private: z.boolean(),
  /** The last private window was closed: it goes as soon as what is under way has ended. */
  leaving: z.optional(z.literal(true)),
  /** The tab it was seen in. */
  tabId: z.optional(z.int()),
  /** The watcher's visit to the page. Another one in the same tab can be another account's. */
  visit: z.optional(z.string()),
  /** The password, sealed to the backend's key. */
  sealed: z.optional(z.string()),
  /** Our account at the backend it was sealed for. It goes there, whichever is the current one by then. */
  backend: z.optional(z.uuid()),
  /** The backend had said that it was sealed for another one, and it was sealed again. */
  resealed: z.optional(z.literal(true)),
  /** The user wants it sealed, and so on disk, while it is only held. */
  keepSealed: z.optional(z.literal(true)),
  /** For how long the password may still lie here unsent, in ms, as counted at `countedAt`, in ms since 1970. */
  left: z.optional(z.number()),
  countedAt: z.optional(z.number()),
  /** How long that was at first, in ms. */
  whole: z.optional(z.number()),
  /** The backend may have it under this `connectionId`: it was handed in, whether an answer came or not. */
  handedIn: z.optional(z.literal(true)),
  /** Earlier connection ids, which the backend has to forget before it is handed in again: one mailbox, one connection. */
  replaces: z.optional(z.array(z.uuid())),
  /** When its user sent it, in ms since 1970. */
  sentAt: z.optional(z.number()),
  /** Its user has put away the notice in the page. */
  dismissed: z.optional(z.literal(true)),
  /** Why it is not moving, or not moving yet. */
  fault: z.optional(Fault),
  /** Not to be tried before. */
  retryAt: z.optional(RetryAt),
  /** Failed tries in a row to reach the backend. */
  tries: z.int(),
  /** The backend is to be asked to verify again with the code it has. */
  verifyAgain: z.optional(z.literal(true)),
  /** What the backend last said of it. */
  connection: z.optional(Connection),
});
export type Capture = z.infer<typeof Capture>;
/** As it stands in storage, where the password is a text. */
export type StoredCapture = z.input<typeof Capture>;
