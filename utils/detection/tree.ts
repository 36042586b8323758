/** A document or shadow root: what an observer, an event listener or a query does not see past. */
export type Root = Document | ShadowRoot;

/** The shadow root of an element, a closed one too where the browser's extension API tells it. */
export type ShadowRootOf = (element: Element) => ShadowRoot | null | undefined;

/** Elements that may have a shadow root without being custom, and do so when nothing else is in them. */
const PLAIN_HOSTS = new Set(['DIV', 'SPAN', 'P', 'SECTION', 'ARTICLE', 'MAIN', 'ASIDE']);

/** The tree inside an element that a walk does not enter by itself: its shadow root, or its frame's document. */
export function rootWithin(element: Element, shadowRootOf: ShadowRootOf): Root | undefined {
  if (element.nodeName === 'IFRAME' || element.nodeName === 'FRAME') {
    try {
      return (element as HTMLIFrameElement).contentDocument ?? undefined;
    } catch {
      return undefined; // of another origin
    }
  }
  if (element.shadowRoot) return element.shadowRoot;
  // Asking for closed ones is dear, so only where there can be one.
  const mayHost =
    element.nodeName.includes('-') || (PLAIN_HOSTS.has(element.nodeName) && !element.firstChild);
  return (mayHost && shadowRootOf(element)) || undefined;
}

/** The element around this one, out of shadow roots and frames too. */
export function parentAcross(node: Node): Element | null {
  if (node.parentElement) return node.parentElement;
  const root = node.getRootNode();
  if ('host' in root) return (root as ShadowRoot).host;
  return (node.ownerDocument ?? (node as Document)).defaultView?.frameElement ?? null;
}

/** Like `closest`, out of shadow roots and frames too. */
export function closestAcross(element: Element, selector: string): Element | null {
  for (let inside: Element | null = element; inside; ) {
    const found: Element | null = inside.closest(selector);
    if (found) return found;
    const top: Node = inside.getRootNode();
    inside = 'host' in top ? (top as ShadowRoot).host : ((top as Document).defaultView?.frameElement ?? null);
  }
  return null;
}
