import { render } from 'preact';
import { browser } from 'wxt/browser';
import { Popup } from '../../components/Popup.tsx';
import { guides } from '../../providers/registry/guides.ts';
import { captures } from '../../utils/captures/store.ts';
import { byUrgency, type CaptureView, viewOf } from '../../utils/captures/view.ts';
import { direction, t } from '../../utils/i18n.ts';
import type { CaptureCommand } from '../../utils/messaging/messages.ts';
import { acquaintance } from '../../utils/onboarding/acquaintance.ts';
import { openPages } from '../../utils/pages.ts';
import { settings } from '../../utils/settings.ts';

/** A view of the store: it shows what is there, sends what the user wants, and keeps nothing. */
async function show(): Promise<void> {
  const [all, pages, { address, token }, known, [tab]] = await Promise.all([
    captures.read(),
    openPages.read(),
    settings.read(),
    acquaintance.read(),
    browser.tabs.query({ active: true, currentWindow: true }),
  ]);
  const page = pages[String(tab?.id)];
  render(
    <Popup
      captures={Object.values(all).map(viewOf).sort(byUrgency)}
      guides={guides}
      here={page && page.state !== 'unknown' ? { provider: page.provider, state: page.state } : undefined}
      destination={address ? new URL(address).host : ''}
      isSetUp={address !== '' && token !== ''}
      appUrl={known?.workspace.app}
      actionsFor={actionsFor}
      openSettings={() => void browser.runtime.openOptionsPage()}
    />,
    document.getElementById('app') as HTMLElement,
  );
}

const command = (message: CaptureCommand): void => void browser.runtime.sendMessage(message);

function actionsFor({ id }: CaptureView) {
  return {
    setAccount: (email: string, confirmed: boolean) => command({ type: 'set-account', id, email, confirmed }),
    confirmCode: () => command({ type: 'confirm-code', id }),
    send: () => command({ type: 'send', id }),
    withdraw: () => command({ type: 'withdraw', id }),
    retry: () => command({ type: 'retry', id }),
    discard: () => command({ type: 'discard', id }),
    reveal: async () => (await captures.read())[id]?.password ?? '',
    openSettings: () => void browser.runtime.openOptionsPage(),
  };
}

document.documentElement.lang = browser.i18n.getUILanguage();
document.documentElement.dir = direction();
document.title = t('extension_name');
for (const store of [captures, openPages, settings]) store.watch(() => void show());
void show();
