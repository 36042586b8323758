import { settings } from '../settings.ts';
import { type Acquaintance, acquaintance } from './acquaintance.ts';
import { OnboardingClient } from './client.ts';
import type { Workspace } from './contract.ts';
import { OnboardingError } from './fault.ts';

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
      const known = await acquaintance.read();
      return known?.address === address && known.token === token ? known : acquaint(address, token, client);
    },
  };
}

async function acquaint(address: string, token: string, client: OnboardingClient): Promise<Acquaintance> {
  const [keys, workspace] = await Promise.all([client.keys(), client.workspace()]);
  const met = { address, token, keys, workspace };
  await acquaintance.write(met);
  return met;
}

/** The keys are asked for again at the next sealing. */
export async function forgetKeys(): Promise<void> {
  await acquaintance.write(undefined);
}

/** Whether the backend of these settings works, and who we are there. Throws `OnboardingError`. */
export async function testBackend(address: string, token: string): Promise<Workspace> {
  return (await acquaint(address, token, new OnboardingClient(address, token))).workspace;
}
