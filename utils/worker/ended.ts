import type { Capture } from '../captures/capture.ts';
import { PRACTICE } from '../captures/view.ts';
import { noteEnd } from '../history.ts';
import { accounts } from '../onboarding/accounts.ts';
import { settings } from '../settings.ts';

/** A verification has ended: it goes into the history, or the user has practised. */
export async function noteEnded(capture: Capture): Promise<void> {
  if (capture.provider === PRACTICE) await settings.change({ hasPractised: true });
  const { all } = await accounts.read();
  await noteEnd(capture, all.find(({ id }) => id === capture.backend)?.met?.workspace.name);
}
