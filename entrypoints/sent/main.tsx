import { render } from 'preact';
import { browser } from 'wxt/browser';
import { History } from '../../components/History.tsx';
import { guides } from '../../providers/registry/guides.ts';
import { dress } from '../../utils/dress.ts';
import { history } from '../../utils/history.ts';
import { settings } from '../../utils/settings.ts';

async function show(): Promise<void> {
  const [entries, saved] = await Promise.all([history.read(), settings.read()]);
  await dress(saved, 'history');
  render(
    <History
      entries={entries}
      guides={guides}
      isOn={saved.history}
      onForget={(ids) => void history.forget(ids)}
      openSettings={() => void browser.runtime.openOptionsPage()}
    />,
    document.getElementById('app') as HTMLElement,
  );
}

history.watch(() => void show());
settings.watch(() => void show());
await show();
