import * as z from 'zod/mini';
import { stored } from '../stored.ts';
import { JsonWebKeySet, Workspace } from './contract.ts';

/**
 * What is known of the backend of these settings: all that is needed to seal for it. Kept, so that a code can be
 * sealed and queued while it can't be reached, and bound to the settings it came from.
 */
export const Acquaintance = z.object({
  address: z.string(),
  token: z.string(),
  /** As they were when the user connected the backend, or last agreed to other ones. Only to these is sealed. */
  keys: JsonWebKeySet,
  /** Other keys it has now, to which nothing is sealed before the user has agreed. */
  otherKeys: z.optional(JsonWebKeySet),
  /** When it was last asked for its keys, in ms since 1970. */
  askedAt: z.optional(z.number()),
  workspace: Workspace,
});
export type Acquaintance = z.infer<typeof Acquaintance>;

export const acquaintance = stored<Acquaintance | undefined>(
  'local',
  'backend',
  z.optional(Acquaintance),
  undefined,
);
