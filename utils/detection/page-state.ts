import type { ProviderPage } from '../../providers/registry/types.ts';
import { isDrawn } from './visible.ts';

/** `unavailable`: the provider offers this account no app passwords. It does not say why. */
export type PageState = 'ready' | 'unavailable' | 'unknown';

/** What says that app passwords can, or can't be made, and is there until the page changes. */
export interface Sign {
  element: Element;
  state: PageState;
}

/** Asks for styles, so it is dear while a page changes. */
export function findSign(document: Document, { unavailable }: ProviderPage): Sign | undefined {
  const { withAny, withoutAll } = unavailable;
  const first = (selector: string | undefined): Element | undefined =>
    selector ? [...document.querySelectorAll(selector)].find(isDrawn) : undefined;
  const refusal = first(withAny);
  if (refusal) return { element: refusal, state: 'unavailable' };
  const control = first(withoutAll);
  return control && { element: control, state: 'ready' };
}

/** @param settled whether the page has stopped loading, without which a missing control means nothing */
export function stateOf(sign: Sign | undefined, { unavailable }: ProviderPage, settled: boolean): PageState {
  return sign?.state ?? (settled && unavailable.withoutAll ? 'unavailable' : 'unknown');
}
