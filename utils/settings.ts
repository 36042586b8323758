import * as z from 'zod/mini';
import { type Policy, readPolicy, watchPolicy } from './policy.ts';
import { stored } from './stored.ts';

export const Settings = z.object({
  /** What happens when a code appears. The badge tells in any case. */
  announce: z._default(z.enum(['popup', 'notice', 'badge']), 'popup'),
  /** Whether a notice may be put into a page where the popup can't open by itself. */
  notice: z._default(z.boolean(), true),
  /** For how long a code is held that is not sent. */
  holdMinutes: z._default(z.int().check(z.gte(1), z.lte(1440)), 10),
  /** Whether held codes are sealed to the backend's key and kept on disk too, so that they outlive the browser. */
  keepSealed: z._default(z.boolean(), false),
  /** Whether it is kept which mailboxes were sent, and how that ended. */
  history: z._default(z.boolean(), true),
  theme: z._default(z.enum(['system', 'light', 'dark']), 'system'),
  /** A folder of `_locales`; the browser's own language where empty. */
  language: z._default(z.string().check(z.regex(/^([a-z]{2}(_[A-Z]{2})?)?$/)), ''),
  /** Providers whose pages are not to be watched. */
  providersOff: z._default(z.array(z.string()), []),
  /** Whether the user has been through the practice page. */
  hasPractised: z._default(z.boolean(), false),
  /** When the user agreed to what is read and sent, in ms since 1970. Nothing is sent before. */
  agreedAt: z.optional(z.number()),
});
export type Settings = z.infer<typeof Settings>;

const own = stored<Settings>('disk', 'settings', Settings, z.parse(Settings, {}));

/** What the user has chosen, as far as the organisation leaves it to them. */
export const settings = {
  read: async (): Promise<Settings> => {
    const [chosen, { policy }] = await Promise.all([own.read(), readPolicy()]);
    return obeying(policy, chosen);
  },
  /** Changes some of them, and leaves the others as they are. */
  change: (changed: Partial<Settings>): Promise<void> => own.change((now) => ({ ...now, ...changed })),
  /** @returns a function that stops watching */
  watch: (changed: () => void): (() => void) => {
    const ends = [own.watch(changed), watchPolicy(changed)];
    return () => {
      for (const end of ends) end();
    };
  },
};

export function obeying(policy: Policy, chosen: Settings): Settings {
  return {
    ...chosen,
    ...(policy.holdMinutes === undefined ? {} : { holdMinutes: policy.holdMinutes }),
    ...(policy.disableNotice ? { notice: false } : {}),
    ...(policy.disableHistory ? { history: false } : {}),
  };
}

/**
 * Whether it was agreed to what is read and sent. Firefox asks for that itself before it installs the extension
 * (`data_collection_permissions`), and no store accepts to be asked twice.
 */
export async function hasAgreed(): Promise<boolean> {
  if (import.meta.env.FIREFOX) return true;
  const [{ agreedAt }, { policy }] = await Promise.all([own.read(), readPolicy()]);
  return agreedAt !== undefined || policy.consentGranted === true;
}
