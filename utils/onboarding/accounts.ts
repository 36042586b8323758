import * as z from 'zod/mini';
import { stored } from '../stored.ts';
import { JsonWebKeySet, Workspace } from './contract.ts';

/** What opens the backend: a token that somebody pasted, or one of a sign-in, which is renewed every few minutes. */
const Access = z.union([
  z.object({ token: z.string() }),
  z.object({
    accessToken: z.string(),
    /** Where the backend gives none, the user signs in again when the time is over. */
    refreshToken: z.optional(z.string()),
    /** In ms since 1970. */
    expiresAt: z.number(),
  }),
]);
export type Access = z.infer<typeof Access>;

/** All that is needed to seal for a backend. Kept, so that a code can be sealed and queued while it can't be reached. */
const Met = z.object({
  workspace: Workspace,
  /** As they were when the user connected the backend, or last agreed to other ones. Only to these is sealed. */
  keys: JsonWebKeySet,
  /** Other keys it has now, to which nothing is sealed before the user has agreed. */
  otherKeys: z.optional(JsonWebKeySet),
  /** When it was last asked for its keys, in ms since 1970. */
  askedAt: z.number(),
});

/** A workspace at an onboarding backend, and our access to it. */
export const Account = z.object({
  id: z.uuid(),
  /** The backend's origin. */
  address: z.string(),
  access: Access,
  /** When the user last connected it, in ms since 1970. */
  addedAt: z.number(),
  /** Absent until it was reached once. */
  met: z.optional(Met),
});
export type Account = z.infer<typeof Account>;

const Accounts = z.object({ current: z.optional(z.uuid()), all: z.array(Account) });

const store = stored<z.infer<typeof Accounts>>('disk', 'accounts', Accounts, { all: [] });

/** The workspaces that codes can be sent to. One of them is the current one. */
export const accounts = {
  read: store.read,
  watch: store.watch,

  current: async (): Promise<Account | undefined> => {
    const { all, current } = await store.read();
    return all.find(({ id }) => id === current);
  },

  /**
   * Adds one and makes it the current one. Of the same workspace, or of one that was never reached, it takes the place:
   * what is on its way there goes on with the new access.
   * @returns its id
   */
  add: async (account: Omit<Account, 'id' | 'addedAt'>): Promise<string> => {
    let id: string = crypto.randomUUID();
    await store.change(({ all }) => {
      id = all.find((other) => isSame(other, account))?.id ?? id;
      const others = all.filter((other) => other.id !== id && !isSame(other, account));
      return { all: [...others, { ...account, id, addedAt: Date.now() }], current: id };
    });
    return id;
  },

  use: (id: string): Promise<void> => store.change(({ all }) => ({ all, current: id })),

  /** Changes one, unless it is gone. */
  change: (id: string, changed: Partial<Account>): Promise<void> =>
    store.change(({ all, current }) => ({
      all: all.map((account) => (account.id === id ? { ...account, ...changed } : account)),
      ...(current ? { current } : {}),
    })),

  /** Removes one. The one before it becomes the current one. */
  remove: (id: string): Promise<void> =>
    store.change(({ all, current }) => {
      const left = all.filter((account) => account.id !== id);
      const next = current === id ? left.at(-1)?.id : current;
      return { all: left, ...(next ? { current: next } : {}) };
    }),
};

/** What changes when the user connects, chooses or leaves one, or agrees to its keys; not when its tokens are renewed. */
export const choiceOf = ({ current, all }: z.infer<typeof Accounts>): string =>
  JSON.stringify([
    current,
    ...all.map(({ id, addedAt, met }) => [id, addedAt, met?.otherKeys?.keys[0]?.kid]),
  ]);

/** Signing in again to a workspace renews it; one that could never be reached is replaced by the next try. */
function isSame(a: Pick<Account, 'address' | 'met'>, b: Pick<Account, 'address' | 'met'>): boolean {
  if (!a.met) return true;
  return a.address === b.address && a.met.workspace.id === b.met?.workspace.id;
}
