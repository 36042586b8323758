import { decodeProtectedHeader } from 'jose';
import { settings } from '../settings.ts';
import { type Acquaintance, acquaintance } from './acquaintance.ts';
import { OnboardingClient } from './client.ts';
import type { JsonWebKeySet, Workspace } from './contract.ts';
import { type Fault, OnboardingError } from './fault.ts';

/** The backend of the settings. */
export interface Backend {
  client: OnboardingClient;
  origin: string;
  /** Its keys and the workspace, asked for once. Throws `OnboardingError`. */
  acquaint(): Promise<Pick<Acquaintance, 'keys' | 'workspace'>>;
}

/** @throws OnboardingError `settings_missing` */
export async function configuredBackend(): Promise<Backend> {
  const { address, token } = await settings.read();
  if (address === '' || token === '') throw new OnboardingError({ code: 'settings_missing' });
  const client = new OnboardingClient(address, token);
  return {
    client,
    origin: address,
    acquaint: async () => {
      const known = await knownAs(address, token);
      if (!known) return acquaint(address, token, client);
      const current = await upToDate(known, client);
      if (current.otherKeys) throw new OnboardingError({ code: 'key_changed' });
      return current;
    },
  };
}

/** How long it is not asked for its keys again, in ms. It opens what was sealed to a retired one for two weeks. */
const ASK_AGAIN_AFTER = 24 * 3_600_000;

/** Asks for the keys once a day, so that another one is met while the code is still here. It may not be reached now. */
async function upToDate(known: Acquaintance, client: OnboardingClient): Promise<Acquaintance> {
  const age = Date.now() - (known.askedAt ?? 0);
  if (known.otherKeys || (age >= 0 && age < ASK_AGAIN_AFTER)) return known;
  const keys = await client.keys().catch(() => undefined);
  return keys ? compared(known, keys) : known;
}

/** Notes what keys it has now, beside those that were agreed to. */
async function compared(known: Acquaintance, keys: JsonWebKeySet): Promise<Acquaintance> {
  const isSame = isSameKey(keys.keys[0], known.keys.keys[0]);
  const now = { ...known, askedAt: Date.now(), ...(isSame ? {} : { otherKeys: keys }) };
  await remember(now);
  return now;
}

/** Where the disk is full it is asked for again: that must keep nothing from being sealed. */
const remember = (met: Acquaintance): Promise<void> => acquaintance.write(met).catch(() => {});

async function knownAs(address: string, token: string): Promise<Acquaintance | undefined> {
  const known = await acquaintance.read();
  return known?.address === address && known.token === token ? known : undefined;
}

async function acquaint(address: string, token: string, client: OnboardingClient): Promise<Acquaintance> {
  const [keys, workspace] = await Promise.all([client.keys(), client.workspace()]);
  const met = { address, token, keys, workspace, askedAt: Date.now() };
  await remember(met);
  return met;
}

/**
 * The backend does not know the key that this was sealed to. Finds out why.
 * @returns `sealed_for_other` when it is not the key we have either, so that sealing again will do; `key_changed` when
 * the backend has other ones, for the user to agree to; else what kept us from asking
 */
export async function whyKeyUnknown(sealed: string): Promise<Fault> {
  try {
    const { client, origin } = await configuredBackend();
    const known = await knownAs(origin, (await settings.read()).token);
    const ours = known?.keys.keys[0];
    if (!known || ours?.kid !== decodeProtectedHeader(sealed).kid) return { code: 'sealed_for_other' };
    const { otherKeys } = await compared(known, await client.keys());
    // Not known, and yet the one it has: it is being changed just now, or replicas disagree.
    return { code: otherKeys ? 'key_changed' : 'backend_error' };
  } catch (error) {
    if (error instanceof OnboardingError) return error.fault;
    throw error;
  }
}

type Key = JsonWebKeySet['keys'][number] | undefined;
const isSameKey = (a: Key, b: Key): boolean => a?.kid === b?.kid && a?.x === b?.x && a?.y === b?.y;

/** The user has agreed to the keys the backend has now. */
export async function agreeToKeys(): Promise<void> {
  const known = await acquaintance.read();
  if (!known?.otherKeys) return;
  const { otherKeys, ...rest } = known;
  await acquaintance.write({ ...rest, keys: otherKeys });
}

/** Whether the backend of these settings works, and who we are there. Throws `OnboardingError`. */
export async function testBackend(address: string, token: string): Promise<Workspace> {
  return (await acquaint(address, token, new OnboardingClient(address, token))).workspace;
}
