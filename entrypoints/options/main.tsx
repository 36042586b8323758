import { render } from 'preact';
import { browser } from 'wxt/browser';
import { Options } from '../../components/options/Options.tsx';
import { guides } from '../../providers/registry/guides.ts';
import { originsOnRequest, watchedOrigins } from '../../providers/registry/pages.ts';
import { allowHosts, giveBackHosts, watchHosts } from '../../utils/allow-hosts.ts';
import { diagnostics } from '../../utils/diagnostics.ts';
import { download } from '../../utils/download.ts';
import { dress } from '../../utils/dress.ts';
import type { Leave } from '../../utils/messaging/messages.ts';
import { accounts } from '../../utils/onboarding/accounts.ts';
import { markOfKey } from '../../utils/onboarding/key-mark.ts';
import { addressToOffer } from '../../utils/onboarding/offered-address.ts';
import { openHistory, openWelcome } from '../../utils/pages.ts';
import { readPolicy } from '../../utils/policy.ts';
import { settings } from '../../utils/settings.ts';
import { knownProviders, originsToAsk } from '../../utils/watching.ts';
import { connectors } from './connect.ts';

async function show(): Promise<void> {
  const [saved, { policy, ignored }, { all, current }, known, toAsk, commands] = await Promise.all([
    settings.read(),
    readPolicy(),
    accounts.read(),
    knownProviders(),
    originsToAsk(),
    // Firefox for Android has none.
    browser.commands?.getAll() ?? [],
  ]);
  await dress(saved, 'options_title');
  const marks = all.map(async ({ id, met }) => [id, met ? await markOfKey(met.keys) : ''] as const);
  render(
    <Options
      saved={saved}
      policy={policy}
      ignoredPolicies={ignored}
      accounts={all}
      current={current}
      keyMarks={new Map((await Promise.all(marks)).filter(([, mark]) => mark !== ''))}
      address={addressToOffer(
        policy,
        all.find(({ id }) => id === current),
      )}
      watched={new Map([...guides].filter(([id]) => known.includes(id)))}
      toAsk={toAsk}
      onAllow={allowHosts}
      onGiveBack={(provider) => {
        const origins = watchedOrigins.get(provider) ?? originsOnRequest.get(provider) ?? [];
        if (origins.length > 0) void giveBackHosts(origins);
      }}
      commands={commands.map(({ name = '', shortcut = '' }) => ({ name, keys: shortcut }))}
      onChange={settings.change}
      onUse={(account) => void accounts.use(account)}
      onSignOut={async (account) => {
        await browser.runtime.sendMessage({ type: 'leave', account } satisfies Leave);
      }}
      onForgetEverything={async () => {
        await browser.runtime.sendMessage({ type: 'leave' } satisfies Leave);
        location.reload();
      }}
      openHistory={() => void openHistory()}
      openWelcome={() => void openWelcome()}
      openKeys={openKeys}
      onDiagnostics={() => void saveDiagnostics()}
      {...connectors}
    />,
    document.getElementById('app') as HTMLElement,
  );
}

/** Where the browser lets its user choose the keys. */
function openKeys(): void {
  const { openShortcutSettings } = browser.commands as { openShortcutSettings?(): Promise<void> };
  if (openShortcutSettings) void openShortcutSettings();
  else void browser.tabs.create({ url: 'chrome://extensions/shortcuts' });
}

const saveDiagnostics = async (): Promise<void> =>
  download('mailbox-connect.json', JSON.stringify(await diagnostics(), undefined, 2), 'application/json');

settings.watch(() => void show());
accounts.watch(() => void show());
watchHosts(() => void show());
await show();
