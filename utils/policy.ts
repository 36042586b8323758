import { browser } from 'wxt/browser';
import * as z from 'zod/mini';
import { stored } from './stored.ts';

/**
 * What an organisation has decided for its people, from the browser's managed storage. `public/policies.json` describes
 * it to the browser, and `docs/policies.md` to administrators.
 */
export const Policy = z.object({
  /** The onboarding backend's origin. */
  backendAddress: z.optional(z.url()),
  /** Only mailboxes of these domains, or below them, may be sent. */
  allowedDomains: z.optional(z.array(z.string().check(z.minLength(1), z.lowercase()))),
  holdMinutes: z.optional(z.int().check(z.gte(1), z.lte(1440))),
  disableNotice: z.optional(z.boolean()),
  disableHistory: z.optional(z.boolean()),
  /** The organisation has agreed, for its people, to what is read and sent. */
  consentGranted: z.optional(z.boolean()),
});
export type Policy = z.infer<typeof Policy>;

export interface ReadPolicy {
  policy: Policy;
  /** Names of what was set but makes no sense, and so is not followed. */
  ignored: string[];
}

/** What is set and makes sense. One wrong value is no reason to ignore the others. */
export function parsePolicy(managed: Record<string, unknown>): ReadPolicy {
  const policy: Record<string, unknown> = {};
  const ignored: string[] = [];
  for (const [name, value] of Object.entries(managed)) {
    const schema = Policy.shape[name as keyof Policy];
    const parsed = schema?.safeParse(value);
    if (parsed?.success) policy[name] = parsed.data;
    else ignored.push(name);
  }
  return { policy, ignored };
}

/**
 * As the browser said it last. A Chromium that has just started takes three seconds to say it, and neither a code nor the
 * popup is to wait for that.
 */
const copy = stored('disk', 'policy', z.record(z.string(), z.unknown()), {});

export const readPolicy = async (): Promise<ReadPolicy> => parsePolicy(await copy.read());

/** @returns a function that stops watching */
export const watchPolicy = (changed: () => void): (() => void) => copy.watch(changed);

/** Asks the browser. For what must not be done without knowing, and to know it the next time. */
export async function askPolicy(): Promise<ReadPolicy> {
  // Firefox throws where nobody manages the browser, and other browsers can't be managed.
  const managed: Record<string, unknown> = (await browser.storage.managed?.get().catch(() => ({}))) ?? {};
  await copy.change((now) => (JSON.stringify(now) === JSON.stringify(managed) ? now : managed));
  return parsePolicy(managed);
}

/** Whether the policy lets anything be asked of, or sent to, the backend at this origin. */
export const isBackendAllowed = ({ backendAddress }: Policy, origin: string): boolean =>
  backendAddress === undefined || new URL(backendAddress).origin === origin;

/** Whether the policy lets a mailbox of this address be sent. */
export function isAllowed({ allowedDomains }: Policy, email: string): boolean {
  if (!allowedDomains) return true;
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  return allowedDomains.some((allowed) => domain === allowed || domain.endsWith(`.${allowed}`));
}
