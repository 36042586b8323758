import * as z from 'zod/mini';
import { Code, Verdict } from '../onboarding/contract.ts';
import { FaultCode } from '../onboarding/fault.ts';
import { stored } from '../stored.ts';

/** More than anybody does in a day, and few enough to be read and written as one. */
export const MOST_ROWS = 500;

/** How it ended for a mailbox. It outlives the capture, which is put away. */
const Outcome = z.object({
  /** Absent where it did not come to one. */
  verdict: z.optional(Verdict),
  /** Why it needs its user. */
  code: z.optional(z.union([Code, FaultCode])),
  /** When it first was so, in ms since 1970. */
  at: z.number(),
});
export type Outcome = z.infer<typeof Outcome>;

/** A mailbox that is to be connected: its address and what became of it, never a code. */
const QueueRow = z.object({
  email: z.string().check(z.maxLength(254)),
  /** Told by its domain, or chosen by the user. */
  provider: z.optional(z.string()),
  outcome: z.optional(Outcome),
  skipped: z.optional(z.literal(true)),
});
export type QueueRow = z.infer<typeof QueueRow>;

/** The mailboxes to be connected, in the order in which they were put in. */
export const queue = stored('disk', 'queue', z.array(QueueRow).check(z.maxLength(MOST_ROWS)), []);
