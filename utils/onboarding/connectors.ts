import { accounts } from './accounts.ts';
import { connectWithToken } from './backend.ts';
import type { Workspace } from './contract.ts';
import { type Fault, OnboardingError } from './fault.ts';
import { signIn } from './sign-in.ts';

/** Who we are now; nothing where the user has given up. */
export type Connected = { workspace: string } | { fault: Fault } | undefined;

/** The two ways to connect a workspace, for the pages that offer them. */
export interface Connectors {
  onSignIn: (address: string) => Promise<Connected>;
  onToken: (address: string, token: string) => Promise<Connected>;
}

export const connectors: Connectors = {
  // Somebody who has one already, and signs in once more, wants another.
  onSignIn: (address) =>
    connected(async () => {
      const { all } = await accounts.read();
      return signIn(
        address,
        all.some((account) => account.address === address && account.met),
      );
    }),
  onToken: (address, token) => connected(() => connectWithToken(address, token)),
};

async function connected(connect: () => Promise<Workspace | undefined>): Promise<Connected> {
  try {
    const workspace = await connect();
    return workspace && { workspace: workspace.name };
  } catch (error) {
    if (error instanceof OnboardingError) return { fault: error.fault };
    throw error;
  }
}
