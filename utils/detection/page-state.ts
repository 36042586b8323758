import type { ProviderPage } from '../../providers/registry/types.ts';
import { isVisible } from './visible.ts';

/** `unavailable`: the provider offers this account no app passwords. It does not say why. */
export type PageState = 'ready' | 'unavailable' | 'unknown';

/** @param settled whether the page has stopped loading, without which a missing control means nothing */
export function pageState(document: Document, { unavailable }: ProviderPage, settled: boolean): PageState {
  const shows = (selector: string): boolean =>
    [...document.querySelectorAll(selector)].some((element) => element.checkVisibility());

  if (unavailable.withAny) {
    const signs = [...document.querySelectorAll(unavailable.withAny)];
    if (signs.some((sign) => isVisible([sign]))) return 'unavailable';
  }
  if (unavailable.withoutAll) {
    if (shows(unavailable.withoutAll)) return 'ready';
    return settled ? 'unavailable' : 'unknown';
  }
  return 'unknown';
}
