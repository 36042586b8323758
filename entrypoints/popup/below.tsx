import { Below } from '../../components/Below.tsx';
import type { CaptureView } from '../../utils/captures/view.ts';
import { mayChange, readBelow } from '../../utils/popup-state/below.ts';

export { watchBelow } from '../../utils/popup-state/below.ts';

/** How often a page that may change is looked at, in ms. */
const LOOK_EVERY_MS = 1_000;
let next: ReturnType<typeof setTimeout> | undefined;

/**
 * What is below the captures, as it is now.
 * @param changed called when it may be something else
 */
export async function below(
  tab: Parameters<typeof readBelow>[0],
  captures: readonly CaptureView[],
  appUrl: string | undefined,
  changed: () => void,
) {
  const props = await readBelow(tab, captures);
  clearTimeout(next);
  if (mayChange(props.here)) next = setTimeout(changed, LOOK_EVERY_MS);
  return <Below {...props} appUrl={appUrl} />;
}
