import { type ComponentChildren, render } from 'preact';
import { browser } from 'wxt/browser';
import { Popup } from '../../components/Popup.tsx';
import { actionsFor, countTime, keepMoving } from '../../utils/captures/actions.ts';
import { type CaptureView, isShownIn } from '../../utils/captures/view.ts';
import { dress } from '../../utils/dress.ts';
import { ignoreHastyClicks } from '../../utils/hasty-clicks.ts';
import { openQueue } from '../../utils/open-queue.ts';
import { openHistory, openWelcome } from '../../utils/pages.ts';
import { type PopupState, readPopupState, watchPopupState } from '../../utils/popup-state/popup-state.ts';

/*
 * A view of the store: it shows what is there, sends what the user wants, and keeps nothing. What is loaded first is no
 * more than it takes to show the captures; the rest comes once they are on screen.
 */

const front = browser.tabs.query({ active: true, currentWindow: true }).then(([tab]) => tab);
let windowId: number | undefined;
let shown: PopupState | undefined;
let captures: readonly CaptureView[] = [];
let more: typeof import('./below.tsx') | undefined;
let children: ComponentChildren;

async function show(): Promise<void> {
  const [now, tab] = await Promise.all([readPopupState(), front]);
  windowId = tab?.windowId;
  shown = now;
  captures = (now?.captures ?? []).filter(isShownIn(tab?.incognito ?? false));
  await dress(now ?? { theme: 'system', language: '' });
  draw();
  keepMoving(captures);
  await showBelow();
}

async function showBelow(): Promise<void> {
  if (!more || !shown) return;
  const tab = await front;
  // Where it is by now.
  const current = tab?.id === undefined ? tab : await browser.tabs.get(tab.id).catch(() => tab);
  children = await more.below(current, captures, shown.account?.appUrl, () => void showBelow());
  draw();
}

function draw(): void {
  render(
    <Popup
      shown={shown}
      captures={captures}
      isOffline={!navigator.onLine}
      actionsFor={actionsFor}
      openSettings={() => void browser.runtime.openOptionsPage()}
      openWelcome={() => void openWelcome()}
      openHistory={() => void openHistory()}
      openQueue={() => void openQueue(windowId).then(() => window.close())}
    >
      {children}
    </Popup>,
    document.getElementById('app') as HTMLElement,
  );
}

ignoreHastyClicks(document.getElementById('app') as HTMLElement);
watchPopupState(() => void show());
for (const change of ['online', 'offline']) addEventListener(change, draw);
// What waited for the network goes on at once: the worker itself hears of it only at its next try.
addEventListener('online', countTime);
// It also wakes the worker, which goes on with what it was ended in.
countTime();
await show();
more = await import('./below.tsx');
more.watchBelow(() => void showBelow());
await showBelow();
