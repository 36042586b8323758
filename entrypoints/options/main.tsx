import { render } from 'preact';
import { Options } from '../../components/options/Options.tsx';
import { guides } from '../../providers/registry/guides.ts';
import { allowHosts, giveBackHosts, watchHosts } from '../../utils/allow-hosts.ts';
import { saveDiagnostics } from '../../utils/diagnostics.ts';
import { dress } from '../../utils/dress.ts';
import { send } from '../../utils/messages/send.ts';
import { accounts, currentOf } from '../../utils/onboarding/accounts.ts';
import { connectors } from '../../utils/onboarding/connectors.ts';
import { keyMarksOf } from '../../utils/onboarding/key-mark.ts';
import { addressToOffer } from '../../utils/onboarding/offered-address.ts';
import { openHistory, openWelcome } from '../../utils/pages.ts';
import { openKeys, readKeys } from '../../utils/platform/shortcuts.ts';
import { readPolicy } from '../../utils/policy.ts';
import { settings } from '../../utils/settings.ts';
import { changeSettings, withUnsaved } from '../../utils/unsaved-settings.ts';
import { knownProviders, originsToAsk } from '../../utils/watching.ts';

async function show(): Promise<void> {
  const [saved, { policy, ignored }, workspaces, known, toAsk, commands] = await Promise.all([
    settings.read(),
    readPolicy(),
    accounts.read(),
    knownProviders(),
    originsToAsk(),
    readKeys(),
  ]);
  await dress(saved, 'options_title');
  render(
    <Options
      saved={withUnsaved(saved)}
      policy={policy}
      ignoredPolicies={ignored}
      accounts={workspaces.all}
      current={workspaces.current}
      keyMarks={await keyMarksOf(workspaces.all)}
      address={addressToOffer(policy, currentOf(workspaces))}
      watched={new Map([...guides].filter(([id]) => known.includes(id)))}
      toAsk={toAsk}
      onAllow={allowHosts}
      onGiveBack={(provider) => void giveBackHosts(provider)}
      commands={commands}
      onChange={changeSettings}
      onUse={(account) => void accounts.use(account)}
      onSignOut={(account) => send({ type: 'leave', account })}
      onForgetEverything={() => send({ type: 'leave' }).then(() => location.reload())}
      openHistory={() => void openHistory()}
      openWelcome={() => void openWelcome()}
      openKeys={openKeys}
      onDiagnostics={() => void saveDiagnostics()}
      {...connectors}
    />,
    document.getElementById('app') as HTMLElement,
  );
}

for (const watch of [settings.watch, accounts.watch, watchHosts]) watch(() => void show());
await show();
