import { type Account, accounts } from './accounts.ts';
import { OnboardingError } from './fault.ts';
import { renewed } from './oauth.ts';

/** A token is renewed so long before it ends, in ms: a request may take that time to arrive. */
const EARLY = 60_000;

/**
 * Says which token opens the backend now.
 * @param refused the one it said before, which the backend did not take
 * @throws OnboardingError `signed_out` when only the user can get another one
 */
export type Tokens = (refused?: string) => Promise<string>;

/** Those of an account. A sign-in's are renewed in time, by one caller at once: a refresh token can be used once. */
export const tokensOf =
  (id: string): Tokens =>
  async (refused) => {
    const usable = usableOf(await find(id), refused);
    if (usable !== undefined) return usable;
    return navigator.locks.request(`tokens ${id}`, async () => {
      const account = await find(id);
      // Another one may have renewed it meanwhile.
      const now = usableOf(account, refused);
      if (now !== undefined) return now;
      const { access } = account;
      if ('token' in access) return access.token;
      const renewal = access.refreshToken && (await renewed(account.address, access.refreshToken));
      if (!renewal) throw new OnboardingError({ code: 'signed_out' });
      await accounts.change(id, { access: renewal });
      return renewal.accessToken;
    });
  };

async function find(id: string): Promise<Account> {
  const account = (await accounts.read()).all.find((one) => one.id === id);
  if (!account) throw new OnboardingError({ code: 'settings_missing' });
  return account;
}

function usableOf({ access }: Account, refused: string | undefined): string | undefined {
  // Nothing better is to be had in place of a pasted one.
  if ('token' in access) return access.token;
  const isDue = access.expiresAt - Date.now() < EARLY;
  return isDue || access.accessToken === refused ? undefined : access.accessToken;
}
