import { render } from 'preact';
import { Welcome } from '../../components/Welcome.tsx';
import { dress } from '../../utils/dress.ts';
import { accounts, currentOf } from '../../utils/onboarding/accounts.ts';
import { connectors } from '../../utils/onboarding/connectors.ts';
import { addressToOffer } from '../../utils/onboarding/offered-address.ts';
import { openPractice } from '../../utils/pages.ts';
import { isOnToolbar } from '../../utils/platform/toolbar.ts';
import { readPolicy } from '../../utils/policy.ts';
import { hasAgreed, settings } from '../../utils/settings.ts';

async function show(): Promise<void> {
  const [saved, agreed, { policy }, { all, current }, isPinned] = await Promise.all([
    settings.read(),
    hasAgreed(),
    readPolicy(),
    accounts.read(),
    isOnToolbar(),
  ]);
  await dress(saved, 'welcome_title');
  const account = currentOf({ all, current });
  const workspace = account?.met?.workspace;
  render(
    <Welcome
      accounts={all}
      address={addressToOffer(policy, account)}
      policy={policy}
      connected={workspace && { workspace: workspace.name, user: workspace.user }}
      hasAgreed={agreed}
      isPinned={isPinned}
      hasPractised={saved.hasPractised}
      onAgree={() => void settings.change({ agreedAt: Date.now() })}
      openPractice={() => void openPractice()}
      {...connectors}
    />,
    document.getElementById('app') as HTMLElement,
  );
}

settings.watch(() => void show());
accounts.watch(() => void show());
// No event tells that the icon was pinned; whoever did that comes back to this page.
addEventListener('focus', () => void show());
await show();
