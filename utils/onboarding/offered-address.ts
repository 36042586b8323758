import type { Policy } from '../policy.ts';
import type { Account } from './accounts.ts';

/** Where the reference backend runs, for people who try it on their own computer. */
const ON_THIS_COMPUTER = 'http://localhost:8787';

/** Where to sign in, if nothing else is entered. */
export const addressToOffer = (policy: Policy, account: Account | undefined): string =>
  policy.backendAddress ?? account?.address ?? ON_THIS_COMPUTER;
