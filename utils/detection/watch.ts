import type { ProviderPage } from '../../providers/registry/types.ts';
import { type FoundAccount, findAccount } from './find-account.ts';
import { type Circumstances, type FoundCode, findCodes, type Trail } from './find-codes.ts';
import { type PageState, pageState } from './page-state.ts';
import { compact } from './shape.ts';
import { type Root, rootWithin, type ShadowRootOf } from './tree.ts';
import { type Field, isField } from './visible.ts';

export interface Sighting {
  state: PageState;
  account?: FoundAccount;
  code?: FoundCode;
}

/** While a page churns it is looked at this often, in ms: a throttle, so that no storm can blind it. */
const LOOK_EVERY = 100;
/** A match that is not painted yet (a dialog fading in makes no mutation) is looked at again for so long, in ms. */
const AWAIT_VISIBLE = 10_000;
/** A custom element without a shadow root may get one without any mutation. It is asked for so long, in ms. */
const AWAIT_DEFINED = 3_000;
const MAX_HOLLOW = 200;
/** A code that appears within this time of a click or a key, in ms, is taken as its result. */
const RESULT_OF_ACTION = 30_000;
/** A page without a new element for so long after loading, in ms, is settled. */
const SETTLED_AFTER = 2_000;
const MAX_TYPED = 50;

const REVEALING = [
  'class',
  'style',
  'hidden',
  'open',
  'value',
  'readonly',
  'disabled',
  'aria-hidden',
  'aria-label',
];

/** What is observed, in each document and shadow root. */
const OBSERVED: MutationObserverInit = {
  childList: true,
  subtree: true,
  characterData: true,
  attributes: true,
  attributeFilter: REVEALING,
};

/**
 * Watches one page of a provider until `signal` is aborted and reports what it learns: each code once, the account
 * and the page's state when they change.
 *
 * @param shadowRootOf tells closed shadow roots, where the browser lets an extension see them
 */
export function watchPage(
  document: Document,
  page: ProviderPage,
  report: (sighting: Sighting) => void,
  signal: AbortSignal,
  shadowRootOf: ShadowRootOf = () => null,
): void {
  const reported = new Set<string>();
  const typed = new Set<string>();
  const typedInto = new WeakMap<Field, string>();
  let waiting = new Map<Element, number>();
  const hollow = new Map<Element, number>();
  const observed = new WeakSet<Root>();
  let changed = new Set<Node>();
  let lastLook = Number.NEGATIVE_INFINITY;
  let lastAction = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = '';

  const look = (roots: Set<Node>): void => {
    const now = performance.now();
    const circumstances: Circumstances = {
      path: document.location.pathname,
      afterUserAction: now - lastAction < RESULT_OF_ACTION,
      atArrival: lastLook === Number.NEGATIVE_INFINITY,
      typed,
    };
    const waitedFor = waiting;
    waiting = new Map();
    const trail: Trail = {
      notYetVisible: (element) => {
        const until = waitedFor.get(element) ?? now + AWAIT_VISIBLE;
        if (now < until) waiting.set(element, until);
      },
      notYetDefined: (element) => {
        if (!hollow.has(element) && hollow.size < MAX_HOLLOW) hollow.set(element, now + AWAIT_DEFINED);
      },
      entered: observe,
      shadowRootOf,
    };
    for (const element of waitedFor.keys()) roots.add(element);
    for (const [element, until] of hollow) {
      const isFilled = rootWithin(element, shadowRootOf) !== undefined;
      if (isFilled) roots.add(element);
      if (isFilled || now >= until) hollow.delete(element);
    }
    for (const root of withoutDescendants(roots)) {
      if (!root.isConnected) continue;
      for (const code of findCodes(root, page, circumstances, trail)) tell(code);
    }
    lastLook = performance.now();
    tell();
    if (waiting.size > 0 || hollow.size > 0) schedule();
  };

  const tell = (code?: FoundCode): void => {
    if (code && reported.has(code.code)) return;
    const sighting: Sighting = { state: pageState(document, page, settled) };
    const account = findAccount(document, page);
    if (account) sighting.account = account;
    const known = JSON.stringify(sighting);
    if (!code && known === told) return;
    told = known;
    if (code) {
      reported.add(code.code);
      sighting.code = code;
    }
    report(sighting);
  };

  const lookAtChanges = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const roots = changed;
    changed = new Set();
    look(roots);
  };

  const schedule = (): void => {
    timer ??= setTimeout(lookAtChanges, LOOK_EVERY);
  };

  const observer = new MutationObserver((records) => {
    for (const record of records) {
      if (record.type === 'childList') for (const node of record.addedNodes) changed.add(node);
      else changed.add(record.target);
    }
    restartSettling();
    // The first change after a quiet time is looked at before it is painted.
    if (timer === undefined && performance.now() - lastLook >= LOOK_EVERY) lookAtChanges();
    else schedule();
  });

  let settled = false;
  let settling: ReturnType<typeof setTimeout> | undefined;
  const restartSettling = (): void => {
    if (settled) return;
    clearTimeout(settling);
    settling = setTimeout(() => {
      if (document.readyState !== 'complete') return restartSettling();
      settled = true;
      tell();
    }, SETTLED_AFTER);
  };

  const acted = (event: Event): void => {
    if (!event.isTrusted) return;
    lastAction = performance.now();
  };
  const noteTyped = (event: Event): void => {
    // The field itself, also inside a shadow root.
    const [target] = event.composedPath() as Node[];
    if (!event.isTrusted || !target || !isField(target) || target.type === 'password') return;
    typed.delete(typedInto.get(target) ?? '');
    if (typed.size === MAX_TYPED) typed.delete(typed.values().next().value as string);
    typedInto.set(target, compact(target.value));
    typed.add(compact(target.value));
  };
  const frameLoaded = ({ target }: Event): void => {
    if ((target as Node).nodeName !== 'IFRAME') return;
    changed.add(target as Node);
    schedule();
  };
  const observe = (root: Root): void => {
    if (observed.has(root)) return;
    observed.add(root);
    observer.observe(root, OBSERVED);
    const options = { capture: true, passive: true, signal };
    root.addEventListener('load', frameLoaded, options);
    // Events of the user leave shadow roots, but not frames.
    if (root.nodeType !== Node.DOCUMENT_NODE) return;
    root.addEventListener('pointerdown', acted, options);
    root.addEventListener('keydown', acted, options);
    root.addEventListener('input', noteTyped, options);
  };

  observe(document);
  signal.addEventListener('abort', () => {
    observer.disconnect();
    clearTimeout(timer);
    clearTimeout(settling);
  });

  restartSettling();
  look(new Set([document.documentElement]));
}

/** Looking at an element is looking at all within it. */
function withoutDescendants(nodes: ReadonlySet<Node>): Set<Node> {
  const roots = new Set(nodes);
  for (const node of nodes) {
    for (let parent = node.parentNode; parent; parent = parent.parentNode) {
      if (nodes.has(parent)) {
        roots.delete(node);
        break;
      }
    }
  }
  return roots;
}
