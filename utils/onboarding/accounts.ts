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

type Met = z.infer<typeof Met>;

const Accounts = z.object({
  current: z.optional(z.uuid()),
  all: z.array(Account),
  /**
   * The keys that the user has agreed to, by the backend's address. They outlive the accounts: who can have its user sign in
   * anew must not thereby have other keys taken.
   */
  pinned: z._default(z.record(z.string(), JsonWebKeySet), {}),
});
type Accounts = z.infer<typeof Accounts>;

const store = stored<Accounts>('disk', 'accounts', Accounts, { all: [], pinned: {} });

/** The keys of a backend that were agreed to. Of what version 0.2.0 has left, those of an account there. */
const pinnedAt = ({ all, pinned }: Accounts, address: string): JsonWebKeySet | undefined =>
  pinned[address] ?? all.find((account) => account.address === address && account.met)?.met?.keys;

/** What a backend has said of itself, as far as the user has agreed to it: other keys than these are to be asked about. */
export function pinnedTo(keys: JsonWebKeySet | undefined, { otherKeys: _, ...met }: Met): Met {
  return !keys || isSameKey(keys.keys[0], met.keys.keys[0]) ? met : { ...met, keys, otherKeys: met.keys };
}

type Key = JsonWebKeySet['keys'][number] | undefined;
const isSameKey = (a: Key, b: Key): boolean => a?.kid === b?.kid && a?.x === b?.x && a?.y === b?.y;

export const currentOf = ({ all, current }: Pick<Accounts, 'all' | 'current'>): Account | undefined =>
  all.find(({ id }) => id === current);

/** The workspaces that codes can be sent to. One of them is the current one. */
export const accounts = {
  read: store.read,
  watch: store.watch,

  current: async (): Promise<Account | undefined> => currentOf(await store.read()),

  /**
   * Adds one and makes it the current one. Of the same workspace, or of one that was never reached, it takes the place:
   * what is on its way there goes on with the new access. Other keys than its backend had before are not taken for granted.
   * @returns its id
   */
  add: async (account: Omit<Account, 'id' | 'addedAt'>): Promise<string> => {
    let id: string = crypto.randomUUID();
    await store.change((before) => {
      const { all } = before;
      id = all.find((other) => isSame(other, account))?.id ?? id;
      const others = all.filter((other) => other.id !== id && !isSame(other, account));
      const met = account.met && pinnedTo(pinnedAt(before, account.address), account.met);
      const added = { ...account, ...(met ? { met } : {}), id, addedAt: Date.now() };
      return { pinned: withPin(before, added), all: [...others, added], current: id };
    });
    return id;
  },

  /** What a backend has said when it was first reached, compared with what is known of others at its address. */
  asPinned: async (address: string, met: Met): Promise<Met> =>
    pinnedTo(pinnedAt(await store.read(), address), met),

  /** The user has agreed to these keys. All that is sent to that address is sealed to them from now on. */
  pin: (address: string, keys: JsonWebKeySet): Promise<void> =>
    store.change((before) => ({
      ...before,
      pinned: { ...before.pinned, [address]: keys },
      all: before.all.map((account) => {
        if (account.address !== address || !account.met) return account;
        const { otherKeys: _, ...met } = account.met;
        return { ...account, met: { ...met, keys } };
      }),
    })),

  use: (id: string): Promise<void> => store.change((before) => ({ ...before, current: id })),

  /** Changes one, unless it is gone. */
  change: (id: string, changed: Partial<Account>): Promise<void> =>
    store.change((before) => ({
      ...before,
      all: before.all.map((account) => (account.id === id ? { ...account, ...changed } : account)),
    })),

  /** Removes one. The one before it becomes the current one. */
  remove: (id: string): Promise<void> =>
    store.change((before) => {
      const { all, current } = before;
      const left = all.filter((account) => account.id !== id);
      const gone = all.find((account) => account.id === id);
      const next = current === id ? left.at(-1)?.id : current;
      const pinned = gone ? withPin(before, gone) : before.pinned;
      return { all: left, pinned, ...(next ? { current: next } : {}) };
    }),
};

const withPin = ({ pinned }: Accounts, { address, met }: Pick<Account, 'address' | 'met'>) =>
  met ? { ...pinned, [address]: pinned[address] ?? met.keys } : pinned;

/** What changes when the user connects, chooses or leaves one, or agrees to its keys; not when its tokens are renewed. */
export const choiceOf = ({ current, all }: Pick<Accounts, 'current' | 'all'>): string =>
  JSON.stringify([
    current,
    ...all.map(({ id, addedAt, met }) => [id, addedAt, met?.otherKeys?.keys[0]?.kid]),
  ]);

/** Signing in again to a workspace renews it; one that could never be reached is replaced by the next try. */
function isSame(a: Pick<Account, 'address' | 'met'>, b: Pick<Account, 'address' | 'met'>): boolean {
  if (!a.met) return true;
  return a.address === b.address && a.met.workspace.id === b.met?.workspace.id;
}
