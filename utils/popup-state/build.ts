import { guides } from '../../providers/registry/guides.ts';
import { diskFull } from '../captures/store.ts';
import type { CaptureView } from '../captures/view.ts';
import { accounts } from '../onboarding/accounts.ts';
import { markOfKey } from '../onboarding/key-mark.ts';
import { hasAgreed, settings } from '../settings.ts';
import type { PopupState } from './popup-state.ts';

/**
 * What the popup shows now.
 * @param captures the most urgent first
 */
export async function buildPopupState(captures: readonly CaptureView[]): Promise<PopupState> {
  const [{ theme, language }, agreed, isDiskFull, account] = await Promise.all([
    settings.read(),
    hasAgreed(),
    diskFull.read(),
    accounts.current(),
  ]);
  const ofCaptures = captures.flatMap(({ provider }) => {
    const guide = guides.get(provider);
    return guide ? [[provider, guide] as const] : [];
  });
  const { workspace, otherKeys } = account?.met ?? {};
  return {
    captures,
    guides: Object.fromEntries(ofCaptures),
    isDiskFull,
    hasAgreed: agreed,
    theme,
    language,
    ...(account
      ? {
          account: {
            host: new URL(account.address).host,
            ...(workspace ? { workspace: workspace.name } : {}),
            ...(workspace?.user ? { user: workspace.user } : {}),
            ...(workspace?.app ? { appUrl: workspace.app } : {}),
            ...(otherKeys ? { otherKey: await markOfKey(otherKeys) } : {}),
          },
        }
      : {}),
  };
}
