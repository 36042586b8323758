import { decodeProtectedHeader } from 'jose';
import { askPolicy, isBackendAllowed, readPolicy } from '../policy.ts';
import { hasAgreed } from '../settings.ts';
import { type Account, accounts, pinnedTo } from './accounts.ts';
import { OnboardingClient } from './client.ts';
import type { JsonWebKeySet, Workspace } from './contract.ts';
import { type Fault, OnboardingError } from './fault.ts';
import { tokensOf } from './tokens.ts';

/** A backend to which mailboxes can be sent. */
export interface Backend {
  client: Pick<OnboardingClient, 'connect' | 'connection' | 'verifyAgain' | 'forget'>;
  origin: string;
  /** The id of our account there. */
  account: string;
  /** Its keys and the workspace, asked for once. Throws `OnboardingError`. */
  acquaint(): Promise<Met>;
}

type Met = NonNullable<Account['met']>;

/**
 * @param id of the account that something was sent with; the current one where nothing was
 * @throws OnboardingError `consent_missing`, `settings_missing`, `backend_not_allowed`
 */
export async function backendOf(id?: string): Promise<Backend> {
  const account = await usable(id);
  const client = clientOf(account);
  return {
    client,
    origin: account.address,
    account: account.id,
    acquaint: async () => {
      const met = account.met
        ? await upToDate(account.met, client)
        : await accounts.asPinned(account.address, await meet(client));
      if (met !== account.met) await remember(account.id, met);
      if (met.otherKeys) throw new OnboardingError({ code: 'key_changed' });
      return met;
    },
  };
}

async function usable(id: string | undefined): Promise<Account> {
  if (!(await hasAgreed())) throw new OnboardingError({ code: 'consent_missing' });
  const account = id === undefined ? await accounts.current() : await accountOf(id);
  if (!account) throw new OnboardingError({ code: 'settings_missing' });
  if (!isBackendAllowed((await readPolicy()).policy, account.address))
    throw new OnboardingError({ code: 'backend_not_allowed' });
  return account;
}

const clientOf = ({ id, address }: Account): OnboardingClient => new OnboardingClient(address, tokensOf(id));

const accountOf = async (id: string): Promise<Account | undefined> =>
  (await accounts.read()).all.find((account) => account.id === id);

/** How long it is not asked for its keys again, in ms. It opens what was sealed to a retired one for two weeks. */
const ASK_AGAIN_AFTER = 24 * 3_600_000;

/** Asks for the keys once a day, so that another one is met while the code is still here. It may not be reached now. */
async function upToDate(met: Met, client: OnboardingClient): Promise<Met> {
  const age = Date.now() - met.askedAt;
  if (met.otherKeys || (age >= 0 && age < ASK_AGAIN_AFTER)) return met;
  const keys = await client.keys().catch(() => undefined);
  return keys ? compared(met, keys) : met;
}

/** Notes what keys it has now, beside those that were agreed to. */
const compared = (met: Met, keys: JsonWebKeySet): Met => ({
  ...pinnedTo(met.keys, { ...met, keys }),
  askedAt: Date.now(),
});

/** Where the disk is full it is asked for again: that must keep nothing from being sealed. */
const remember = (id: string, met: Met): Promise<void> => accounts.change(id, { met }).catch(() => {});

/** Who we are there, and with which keys it is sealed for. Throws `OnboardingError`. */
export async function meet(client: OnboardingClient): Promise<Met> {
  const [keys, workspace] = await Promise.all([client.keys(), client.workspace()]);
  return { keys, workspace, askedAt: Date.now() };
}

/**
 * The backend does not know the key that this was sealed to. Finds out why.
 * @param id of the account it was sealed for
 * @returns `sealed_for_other` when it is not the key we have either, so that sealing again will do; `key_changed` when
 * the backend has other ones, for the user to agree to; else what kept us from asking
 */
export async function whyKeyUnknown(sealed: string, id: string | undefined): Promise<Fault> {
  try {
    const account = await usable(id);
    const { met } = account;
    if (!met || met.keys.keys[0]?.kid !== decodeProtectedHeader(sealed).kid)
      return { code: 'sealed_for_other' };
    const now = compared(met, await clientOf(account).keys());
    await remember(account.id, now);
    // Not known, and yet the one it has: it is being changed just now, or replicas disagree.
    return { code: now.otherKeys ? 'key_changed' : 'backend_error' };
  } catch (error) {
    if (error instanceof OnboardingError) return error.fault;
    throw error;
  }
}

/**
 * Which provider has the mailboxes of an address's domain, as the current backend sees it.
 * @returns nothing where it does not know, or can't be asked: it is only a help
 */
export async function providerOfDomain(email: string): Promise<string | undefined> {
  const domain = email.slice(email.lastIndexOf('@') + 1);
  try {
    return (await clientOf(await usable(undefined)).domain(domain)).provider;
  } catch (error) {
    if (error instanceof OnboardingError) return undefined;
    throw error;
  }
}

/** The user has agreed to the keys the current backend has now. */
export async function agreeToKeys(): Promise<void> {
  const account = await accounts.current();
  if (account?.met?.otherKeys) await accounts.pin(account.address, account.met.otherKeys);
}

/** Before anything is connected. Throws `OnboardingError`. */
export async function expectAllowed(address: string): Promise<void> {
  if (!isBackendAllowed((await askPolicy()).policy, address))
    throw new OnboardingError({ code: 'backend_not_allowed' });
}

/**
 * Connects the backend at this address with a token that was pasted. Both are kept even where it can't be reached now.
 * @throws OnboardingError when it does not work
 */
export async function connectWithToken(address: string, token: string): Promise<Workspace> {
  await expectAllowed(address);
  const client = new OnboardingClient(address, async () => token);
  const access = { token };
  // What is sent while it does not answer is to wait for it.
  await accounts.add({ address, access });
  const met = await meet(client);
  await accounts.add({ address, access, met });
  return met.workspace;
}
