import * as z from 'zod/mini';
import type { Capture } from './captures/capture.ts';
import { PRACTICE } from './captures/view.ts';
import { Code, Verdict } from './onboarding/contract.ts';
import { settings } from './settings.ts';
import { stored } from './stored.ts';

/** A mailbox that was sent, and how that ended. Never a code, and nothing from a private window. */
export const Entry = z.object({
  /** The capture's id. */
  id: z.uuid(),
  email: z.string(),
  provider: z.string(),
  /** The workspace's name. */
  workspace: z.optional(z.string()),
  /** When it ended, in ms since 1970. */
  at: z.number(),
  verdict: Verdict,
  /** The cause, where it did not work. */
  code: z.optional(Code),
  requestId: z.optional(z.string()),
});
export type Entry = z.infer<typeof Entry>;

const store = stored<Entry[]>('disk', 'history', z.array(Entry), []);

/** Of so many at most, the newest. */
const MOST = 1000;

/** What was sent, the newest first. */
export const history = {
  read: store.read,
  watch: store.watch,
  /** Forgets these, or all. */
  forget: (ids?: readonly string[]): Promise<void> =>
    store.change((entries) => (ids ? entries.filter(({ id }) => !ids.includes(id)) : [])),
};

/** Notes how a verification ended, unless the user wants no history. */
export async function noteEnd(capture: Capture, workspace: string | undefined): Promise<void> {
  const entry = entryOf(capture, workspace, Date.now());
  if (!entry || !(await settings.read()).history) return;
  // What can't be noted, on a full disk for instance, must keep nothing from going on.
  await store.change((entries) => noted(entries, entry)).catch(() => {});
}

export function entryOf(capture: Capture, workspace: string | undefined, at: number): Entry | undefined {
  const { id, email, provider, connection } = capture;
  if (capture.private || provider === PRACTICE || !connection?.verdict) return undefined;
  const { verdict, advice, requestId } = connection;
  return {
    id,
    email,
    provider,
    at,
    verdict,
    ...(workspace ? { workspace } : {}),
    ...(advice ? { code: advice.code } : {}),
    ...(requestId ? { requestId } : {}),
  };
}

/** The last end of a capture takes the place of an earlier one: it was tried again. */
export const noted = (entries: readonly Entry[], entry: Entry): Entry[] =>
  [entry, ...entries.filter(({ id }) => id !== entry.id)].slice(0, MOST);

/** Those that have all the words, in any order, in their address or workspace. */
export function matching(entries: readonly Entry[], wanted: string): Entry[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter(({ email, provider, workspace = '', requestId = '' }) => {
    const text = [email, provider, workspace, requestId].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
