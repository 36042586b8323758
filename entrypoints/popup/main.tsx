import { type ComponentChildren, render } from 'preact';
import { Popup } from '../../components/Popup.tsx';
import { dress } from '../../utils/dress.ts';
import { ignoreHastyClicks } from '../../utils/hasty-clicks.ts';
import { actionsFor, keepMoving, keepWorkerAwake } from '../../utils/messages/capture-actions.ts';
import { watchPopupState } from '../../utils/popup-state/popup-state.ts';
import { linksFrom, type PopupView, readPopup, tabInFront } from '../../utils/popup-state/popup-window.ts';

/*
 * A view of the store: it shows what is there, sends what the user wants, and keeps nothing. What is loaded first is no
 * more than it takes to show the captures; the rest comes once they are on screen.
 */

const app = document.getElementById('app') as HTMLElement;
let popup: PopupView = { captures: [] };
let more: typeof import('./below.tsx') | undefined;
let children: ComponentChildren;

async function show(): Promise<void> {
  popup = await readPopup();
  await dress(popup.state ?? { theme: 'system', language: '' });
  draw();
  keepMoving(popup.captures);
  await showBelow();
}

async function showBelow(): Promise<void> {
  const { state, captures } = popup;
  if (!more || !state) return;
  children = await more.below(await tabInFront(), captures, state.account?.appUrl, () => void showBelow());
  draw();
}

function draw(): void {
  render(
    <Popup
      shown={popup.state}
      captures={popup.captures}
      isOffline={!navigator.onLine}
      actionsFor={actionsFor}
      {...linksFrom(popup)}
    >
      {children}
    </Popup>,
    app,
  );
}

ignoreHastyClicks(app);
watchPopupState(() => void show());
for (const change of ['online', 'offline']) addEventListener(change, draw);
keepWorkerAwake();
await show();
more = await import('./below.tsx');
more.watchBelow(() => void showBelow());
await showBelow();
