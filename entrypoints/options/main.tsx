import { render } from 'preact';
import { browser } from 'wxt/browser';
import { Options } from '../../components/Options.tsx';
import { direction, t } from '../../utils/i18n.ts';
import type { Leave } from '../../utils/messaging/messages.ts';
import { acquaintance } from '../../utils/onboarding/acquaintance.ts';
import { testBackend } from '../../utils/onboarding/backend.ts';
import { OnboardingError } from '../../utils/onboarding/fault.ts';
import { markOfKey } from '../../utils/onboarding/key-mark.ts';
import { settings } from '../../utils/settings.ts';

document.documentElement.lang = browser.i18n.getUILanguage();
document.documentElement.dir = direction();
document.title = `${t('options_title')} – ${t('extension_name')}`;

async function show(): Promise<void> {
  const [saved, known] = await Promise.all([settings.read(), acquaintance.read()]);
  render(
    <Options
      saved={saved}
      keyMark={known && (await markOfKey(known.keys))}
      onChange={async (changed) => settings.write({ ...(await settings.read()), ...changed })}
      onBackend={async (address, token) => {
        await settings.write({ ...(await settings.read()), address, token });
        try {
          return { workspace: (await testBackend(address, token)).name };
        } catch (error) {
          if (error instanceof OnboardingError) return { fault: error.fault };
          throw error;
        }
      }}
      onLeave={async (everything) => {
        await browser.runtime.sendMessage({ type: 'leave', everything } satisfies Leave);
        location.reload();
      }}
    />,
    document.getElementById('app') as HTMLElement,
  );
}

acquaintance.watch(() => void show());
await show();
