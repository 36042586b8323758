import { guides } from '../providers/registry/guides.ts';
import type { Capture } from './captures/capture.ts';
import { diskFull } from './captures/store.ts';
import { byUrgency, viewsOf } from './captures/view.ts';
import { type Account, accounts } from './onboarding/accounts.ts';
import { markOfKey } from './onboarding/key-mark.ts';
import type { Policy } from './policy.ts';
import { hasAgreed, settings } from './settings.ts';
import type { Shown } from './shown.ts';

/** Where the reference backend runs, for people who try it on their own computer. */
const ON_THIS_COMPUTER = 'http://localhost:8787';

/** Where to sign in, if nothing else is entered. */
export const addressToOffer = (policy: Policy, account: Account | undefined): string =>
  policy.backendAddress ?? account?.address ?? ON_THIS_COMPUTER;

/** What there is to show now. */
export async function whatToShow(captures: readonly Capture[]): Promise<Shown> {
  const [{ theme, language }, agreed, isDiskFull, account] = await Promise.all([
    settings.read(),
    hasAgreed(),
    diskFull.read(),
    accounts.current(),
  ]);
  const views = viewsOf(captures).sort(byUrgency);
  const ofCaptures = views.flatMap(({ provider }) => {
    const guide = guides.get(provider);
    return guide ? [[provider, guide] as const] : [];
  });
  const { workspace, otherKeys } = account?.met ?? {};
  return {
    captures: views,
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
