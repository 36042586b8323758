/** A document or shadow root: what an observer, an event listener or a query does not see past. */
export type Root = Document | ShadowRoot;

/** What text can stand in directly. */
export type Container = Element | ShadowRoot;

export type Field = HTMLInputElement | HTMLTextAreaElement;

/** The shadow root of an element, a closed one too where the browser's extension API tells it. */
export type ShadowRootOf = (element: Element) => ShadowRoot | null | undefined;

const FRAMES = new Set(['IFRAME', 'FRAME']);
/** Elements that may have a shadow root without being custom, and do so when nothing else is in them. */
const PLAIN_HOSTS = new Set(['DIV', 'SPAN', 'P', 'SECTION', 'ARTICLE', 'MAIN', 'ASIDE']);
/** For the browser's own search, which on a whole page is faster than a script's: the shorter, the faster. */
const COULD_BE = ':empty, textarea, iframe';
const FEW = 200;

/* By type and name, not by class: an element of a frame is an instance of that frame's classes. */
export const isElement = (node: Node): node is Element => node.nodeType === Node.ELEMENT_NODE;
export const isText = (node: Node): node is Text => node.nodeType === Node.TEXT_NODE;
/** Not by its host: a page's window has a property of any name. */
export const isShadowRoot = (node: EventTarget): node is ShadowRoot =>
  (node as Node).nodeType === 11 && 'host' in node;
export const isDocument = (node: Node): node is Document => node.nodeType === Node.DOCUMENT_NODE;

export const isField = (node: Node): node is Field =>
  node.nodeName === 'INPUT' || node.nodeName === 'TEXTAREA';

export const isCustom = ({ nodeName }: Element): boolean => nodeName.includes('-');

/** The fields, frames and possible shadow hosts within, and the element itself if it is one. */
export function* ofInterest(root: Element | Root): Generator<Element> {
  if (isElement(root) && isOfInterest(root)) yield root;
  if (!root.firstElementChild) return;
  if (!isDocument(root)) {
    const all = root.querySelectorAll('*');
    if (all.length <= FEW || isShadowRoot(root)) {
      for (const element of all) if (isOfInterest(element)) yield element;
      return;
    }
  }
  for (const element of root.querySelectorAll(COULD_BE))
    if (isOfInterest(element) && !isCustom(element)) yield element;
  const document = root.ownerDocument ?? (root as Document);
  const ITERATE = 5; // XPathResult.ORDERED_NODE_ITERATOR_TYPE
  const custom = document.evaluate(".//*[contains(local-name(), '-')]", root, null, ITERATE);
  for (let next = custom.iterateNext(); next; next = custom.iterateNext()) yield next as Element;
}

function isOfInterest(element: Element): boolean {
  const { nodeName, firstChild } = element;
  if (PLAIN_HOSTS.has(nodeName)) return !firstChild;
  return isField(element) || FRAMES.has(nodeName) || isCustom(element);
}

/** The tree inside an element that a search does not enter by itself: its shadow root, or its frame's document. */
export function rootWithin(element: Element, shadowRootOf: ShadowRootOf): Root | undefined {
  if (FRAMES.has(element.nodeName)) {
    try {
      return (element as HTMLIFrameElement).contentDocument ?? undefined;
    } catch {
      return undefined; // of another origin
    }
  }
  return element.shadowRoot ?? shadowRootOf(element) ?? undefined;
}

/** The element around this one, out of shadow roots and frames too. */
export function parentAcross(node: Node): Element | null {
  if (node.parentElement) return node.parentElement;
  const root = node.getRootNode();
  if (isShadowRoot(root)) return root.host;
  return (node.ownerDocument ?? (node as Document)).defaultView?.frameElement ?? null;
}

/** Like `closest`, out of shadow roots and frames too. */
export function closestAcross(element: Element, selector: string): Element | null {
  for (let inside: Element | null = element; inside; inside = parentAcross(inside.getRootNode())) {
    const found = inside.closest(selector);
    if (found) return found;
  }
  return null;
}
