import { render } from 'preact';
import { browser } from 'wxt/browser';
import { Practice } from '../../components/Practice.tsx';
import { watched } from '../../providers/registry/page-script.ts';
import { type CaptureView, PRACTICE } from '../../utils/captures/view.ts';
import { shadowRootOf } from '../../utils/closed-roots.ts';
import { watchPage } from '../../utils/detection/watch.ts';
import { dress } from '../../utils/dress.ts';
import type { SaidSighting } from '../../utils/messaging/messages.ts';
import { openWelcome } from '../../utils/pages.ts';
import { readPopupState, watchPopupState } from '../../utils/popup-state/popup-state.ts';

/*
 * Like a provider's page, and watched like one, by the same detector. What is practised with goes nowhere
 * (`practiceBackend`).
 */

const EMAIL = 'you@practice.example';

const PAGE = watched({
  id: PRACTICE,
  origins: [],
  route: /^/,
  code: { alphabet: 'a-z', length: 16, group: 4 },
  codeHints: ['[role="dialog"] code'],
  account: [{ selector: '#account', certain: true }],
  unavailable: {},
});

const since = Date.now();

async function show(): Promise<void> {
  const shown = await readPopupState();
  await dress(shown ?? { theme: 'system', language: '' }, 'practice_title');
  const mine = shown?.captures.find(
    (capture) => capture.provider === PRACTICE && capture.capturedAt >= since,
  );
  render(
    <Practice
      email={EMAIL}
      newCode={newCode}
      progress={mine ? progressOf(mine) : hasWorked ? 'works' : 'none'}
      openWelcome={() => void openWelcome()}
    />,
    document.getElementById('app') as HTMLElement,
  );
}

/** It stays so when the result was put away. */
let hasWorked = false;

function progressOf({ state }: CaptureView): 'held' | 'sent' | 'works' {
  hasWorked ||= state === 'verified';
  return state === 'held' ? 'held' : state === 'verified' ? 'works' : 'sent';
}

/** Sixteen letters in groups of four, as Google writes them. */
function newCode(): string {
  const letters = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) =>
    String.fromCharCode(97 + (byte % 26)),
  );
  return (letters.join('').match(/.{4}/g) ?? []).join(' ');
}

watchPopupState(() => void show());
await show();
const visit = crypto.randomUUID();
watchPage(
  document,
  PAGE,
  (seen) => void browser.runtime.sendMessage({ type: 'sighting', visit, ...seen } satisfies SaidSighting),
  new AbortController().signal,
  shadowRootOf,
);
