import { render } from 'preact';
import { Practice } from '../../components/Practice.tsx';
import { shadowRootOf } from '../../utils/closed-roots.ts';
import { watchPage } from '../../utils/detection/watch.ts';
import { dress } from '../../utils/dress.ts';
import {
  newPracticeCode,
  PRACTICE_EMAIL,
  PRACTICE_PAGE,
  practiceProgress,
} from '../../utils/guide/practice-page.ts';
import { send } from '../../utils/messages/send.ts';
import { openWelcome } from '../../utils/pages.ts';
import { readPopupState, watchPopupState } from '../../utils/popup-state/popup-state.ts';

const since = Date.now();
/** It stays so when the result was put away. */
let hasWorked = false;

async function show(): Promise<void> {
  const state = await readPopupState();
  await dress(state ?? { theme: 'system', language: '' }, 'practice_title');
  const progress = practiceProgress(state?.captures ?? [], since);
  hasWorked ||= progress === 'works';
  render(
    <Practice
      email={PRACTICE_EMAIL}
      newCode={newPracticeCode}
      progress={progress === 'none' && hasWorked ? 'works' : progress}
      openWelcome={() => void openWelcome()}
    />,
    document.getElementById('app') as HTMLElement,
  );
}

watchPopupState(() => void show());
await show();
const visit = crypto.randomUUID();
watchPage(
  document,
  PRACTICE_PAGE,
  (detected) => void send({ visit, ...detected }),
  new AbortController().signal,
  shadowRootOf,
);
