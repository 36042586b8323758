import { browser } from 'wxt/browser';

/** Each browser has its own way to show an extension closed shadow roots. */
export function shadowRootOf(element: Element): ShadowRoot | null {
  const { dom } = browser as { dom?: { openOrClosedShadowRoot(element: Element): ShadowRoot | null } };
  if (dom) return dom.openOrClosedShadowRoot(element);
  return (element as { openOrClosedShadowRoot?: ShadowRoot | null }).openOrClosedShadowRoot ?? null;
}
