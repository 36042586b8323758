import type { ProviderGuide } from '../providers/registry/types.ts';

/** Which warning to give before an app password is sent that its provider's servers will not take, if any. */
export function refusal(guide: ProviderGuide): 'refused' | 'receiving_refused' | undefined {
  if (guide.passwordsRefused) return 'refused';
  return guide.receivingRefused ? 'receiving_refused' : undefined;
}
