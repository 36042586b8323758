import type { Connected, WorkspacesProps } from '../../components/options/Workspaces.tsx';
import { accounts } from '../../utils/onboarding/accounts.ts';
import { connectWithToken } from '../../utils/onboarding/backend.ts';
import type { Workspace } from '../../utils/onboarding/contract.ts';
import { OnboardingError } from '../../utils/onboarding/fault.ts';
import { signIn } from '../../utils/onboarding/sign-in.ts';

/** The two ways to connect a workspace, for the pages that offer them. */
export const connectors: Pick<WorkspacesProps, 'onSignIn' | 'onToken'> = {
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
