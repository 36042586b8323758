import { render } from 'preact';
import { browser } from 'wxt/browser';
import { Options } from '../../components/Options.tsx';
import { direction, t } from '../../utils/i18n.ts';
import { testBackend } from '../../utils/onboarding/backend.ts';
import { OnboardingError } from '../../utils/onboarding/fault.ts';
import { settings } from '../../utils/settings.ts';

document.documentElement.lang = browser.i18n.getUILanguage();
document.documentElement.dir = direction();
document.title = `${t('options_title')} – ${t('extension_name')}`;

const saved = await settings.read();
render(
  <Options
    saved={saved}
    onAnnounce={async (announce) => settings.write({ ...(await settings.read()), announce })}
    onBackend={async (address, token) => {
      await settings.write({ ...(await settings.read()), address, token });
      try {
        return { workspace: (await testBackend(address, token)).name };
      } catch (error) {
        if (error instanceof OnboardingError) return { fault: error.fault };
        throw error;
      }
    }}
  />,
  document.getElementById('app') as HTMLElement,
);
