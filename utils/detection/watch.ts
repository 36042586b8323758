import type { ProviderPage } from '../../providers/registry/types.ts';
import { type FoundAccount, findAccount } from './find-account.ts';
import { type FoundCode, findCodes, type Trail } from './find-codes.ts';
import { findSign, type PageState, type Sign, stateOf } from './page-state.ts';
import { type Root, rootWithin, type ShadowRootOf } from './tree.ts';
import { Typed } from './typed.ts';
import type { Field } from './visible.ts';

export interface Sighting {
  state: PageState;
  account?: FoundAccount;
  code?: Omit<FoundCode, 'element'>;
}

/** While a page churns it is looked at this often, in ms: a throttle, so that no storm can blind it. */
const LOOK_EVERY = 100;
/** After a quiet time so many changes are looked at at once, before they are painted. */
const AT_ONCE = 4;
/** Read-only fields are read this often, in ms: a script can change their value without a mutation. */
const READ_EVERY = 250;
/** What is not painted yet (a dialog fading in makes no mutation) is looked at without cause for so long, in ms. */
const AWAIT_VISIBLE = 10_000;
/** A custom element without a shadow root may get one without any mutation. It is asked for so long, in ms. */
const AWAIT_DEFINED = 3_000;
/** A code whose length varies has all its letters when it has not changed for so long, in ms. */
const GROWN_AFTER = 60;
/** The most of each that are remembered. */
const MOST = 100;
/** A code that appears within this time of a click or a key, in ms, is taken as its result. */
const RESULT_OF_ACTION = 30_000;
/** The account and the page's state are told this long after a change, in ms. Nobody waits for them. */
const TELL_AFTER = 2_000;
/** A page without a change for so long after loading, in ms, is settled; one that never rests is after the second. */
const SETTLED_AFTER = 2_000;
const SETTLED_ANYWAY = 10_000;

/** Attributes that change what a field shows. */
const OF_FIELDS = ['value', 'readonly', 'disabled', 'type'];
/** Attributes that reveal what was there before. Pages change them all the time, so only while there is such. */
const REVEALING = ['class', 'style', 'hidden', 'open', 'aria-hidden'];

/** What is observed, in each document and shadow root. */
const observed = (attributes: string[]): MutationObserverInit => ({
  childList: true,
  subtree: true,
  characterData: true,
  attributes: true,
  attributeFilter: [...OF_FIELDS, 'aria-label', ...attributes],
});
const [CHANGES, ALSO_REVEALED] = [observed([]), observed(REVEALING)];

/**
 * Watches one page of a provider until `signal` is aborted and reports what it learns: each code once, the account
 * and the page's state when they change.
 *
 * What a page does is only noted as it happens, and looked at when the time has come: a storm of changes costs little.
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
  const began = performance.now();
  const reported = new Set<string>();
  const typed = new Typed(document);
  const roots = new Set<Root>();
  /** Could be codes, but are not seen yet; and until when they are looked at without cause. */
  const unseen = new Map<Node, number>();
  /** Custom elements without a shadow root, likewise. */
  const hollow = new Map<Element, number>();
  const fields = new Set<Field>();
  let growing: FoundCode[] = [];
  let batches: MutationRecord[][] = [];
  let changed = new Set<Node>();
  let lastLook = Number.NEGATIVE_INFINITY;
  let lastAction = Number.NEGATIVE_INFINITY;
  let lastChange = began;
  /** Whether what could reveal a code is observed too. */
  let isAwaiting = false;

  const look = (): void => {
    cancelLook();
    const now = performance.now();
    const places = takeChanges();
    for (const node of unseen.keys()) places.add(node);
    for (const field of fields) places.add(field);
    for (const element of hollow.keys()) if (rootWithin(element, shadowRootOf)) places.add(element);

    const circumstances = {
      path: document.location.pathname,
      afterUserAction: now - lastAction < RESULT_OF_ACTION,
      atArrival: lastLook === Number.NEGATIVE_INFINITY,
      typed,
      known: reported,
    };
    for (const { element } of growing) places.add(element);
    const found: FoundCode[] = [];
    let until = 0;
    const trail: Trail = {
      notYetVisible: (element) => unseen.size < MOST && unseen.set(element, until),
      notYetDefined: (element) => hollow.size < MOST && hollow.set(element, now + AWAIT_DEFINED),
      readOnly: (field) => fields.size < MOST && fields.add(field),
      entered: observe,
      shadowRootOf,
    };
    for (const place of places) {
      until = unseen.get(place) ?? now + AWAIT_VISIBLE;
      unseen.delete(place);
      fields.delete(place as Field);
      hollow.delete(place as Element);
      if (!place.isConnected) continue;
      found.push(...findCodes(place, page, circumstances, trail));
    }
    tellFullyGrown(found);
    if (isAwaiting !== unseen.size > 0) {
      isAwaiting = !isAwaiting;
      for (const root of roots) observer.observe(root, isAwaiting ? ALSO_REVEALED : CHANGES);
    }
    lastLook = performance.now();
    const isAwaited = [...unseen.values(), ...hollow.values()].some((until) => now < until);
    if (growing.length > 0) lookIn(GROWN_AFTER);
    else if (isAwaited) lookIn(LOOK_EVERY);
    else if (fields.size > 0) lookIn(READ_EVERY);
  };

  /** Where the length varies a part of a code can pass for a code, until the rest is there. */
  const tellFullyGrown = (found: readonly FoundCode[]): void => {
    const before = growing;
    growing = [];
    for (const code of found) {
      if (typeof page.code.length === 'number' || before.some((earlier) => earlier.code === code.code))
        tell(code);
      else growing.push(code);
    }
    // What has gone meanwhile was all there was.
    for (const code of before) if (!found.some((later) => later.code.startsWith(code.code))) tell(code);
  };

  const takeChanges = (): Set<Node> => {
    const places = changed;
    for (const records of batches) {
      for (const record of records) {
        const { type } = record;
        if (type === 'childList') {
          const { addedNodes } = record;
          for (let i = 0; i < addedNodes.length; i++) places.add(addedNodes[i] as Node);
        } else if (type === 'characterData' || OF_FIELDS.includes(record.attributeName as string))
          places.add(record.target);
      }
    }
    if (batches.length > 0) tellSoon();
    batches = [];
    changed = new Set();
    return places;
  };

  let next: ReturnType<typeof setTimeout> | undefined;
  /** The look that is next follows a change, and so is due as soon as may be. */
  let isDue = false;
  let atOnce = AT_ONCE;
  const cancelLook = (): void => {
    clearTimeout(next);
    next = undefined;
    isDue = false;
  };
  const lookIn = (ms: number): void => {
    next ??= setTimeout(look, ms);
  };
  const lookSoon = (): void => {
    if (isDue) return;
    cancelLook();
    isDue = true;
    const wait = lastLook + LOOK_EVERY - performance.now();
    atOnce = Math.max(0, Math.min(AT_ONCE, atOnce - wait / LOOK_EVERY));
    if (atOnce < 1) lookIn(Math.max(wait, 0));
    else {
      atOnce -= 1;
      look();
    }
  };

  const observer = new MutationObserver((records) => {
    batches.push(records);
    lookSoon();
  });

  let isSettled = false;
  let told = '';
  let sign: Sign | undefined;
  const tell = (code?: FoundCode): void => {
    if (code && reported.has(code.code)) return;
    if (!sign?.element.isConnected) sign = findSign(document, page);
    const sighting: Sighting = { state: stateOf(sign, page, isSettled) };
    const account = findAccount(document, page);
    if (account) sighting.account = account;
    const known = JSON.stringify(sighting);
    if (!code && known === told) return;
    told = known;
    if (code) {
      reported.add(code.code);
      const { element: _, ...shown } = code;
      sighting.code = shown;
    }
    report(sighting);
  };

  let telling: ReturnType<typeof setTimeout> | undefined;
  const tellSoon = (after = TELL_AFTER): void => {
    lastChange = performance.now();
    telling ??= setTimeout(() => inQuiet(tellAndSettle), after);
  };
  const tellAndSettle = (): void => {
    telling = undefined;
    if (signal.aborted) return;
    const now = performance.now();
    const isQuiet = now - lastChange >= SETTLED_AFTER || now - began >= SETTLED_ANYWAY;
    isSettled ||= isQuiet && document.readyState === 'complete';
    tell();
    if (!isSettled) telling = setTimeout(() => inQuiet(tellAndSettle), SETTLED_AFTER);
  };

  const acted = (event: Event): void => {
    if (!event.isTrusted) return;
    lastAction = performance.now();
    if (!sign) tellSoon();
    // Where the user is at work there may be a shadow root that nothing else has shown.
    for (const node of event.composedPath()) {
      if (!('host' in node) || roots.has(node as ShadowRoot)) continue;
      observe(node as ShadowRoot);
      changed.add(node as ShadowRoot);
    }
    // What follows may come without a mutation: styles alone can reveal, and scripts add shadow roots.
    for (const awaited of [unseen, hollow] as Map<Node, number>[])
      for (const node of awaited.keys()) awaited.set(node, lastAction + AWAIT_DEFINED);
    if (unseen.size + hollow.size + changed.size > 0) lookIn(LOOK_EVERY);
  };
  const toggled = (): void => {
    if (unseen.size > 0) lookSoon();
  };
  const frameLoaded = ({ target }: Event): void => {
    if ((target as Node).nodeName !== 'IFRAME') return;
    changed.add(target as Node);
    lookSoon();
  };
  const noteTyped = (event: Event): void => typed.note(event);
  const observe = (root: Root): void => {
    if (roots.has(root)) return;
    roots.add(root);
    observer.observe(root, isAwaiting ? ALSO_REVEALED : CHANGES);
    const options = { capture: true, passive: true, signal };
    root.addEventListener('load', frameLoaded, options);
    // Popovers and details.
    root.addEventListener('toggle', toggled, options);
    // Events of the user leave shadow roots, but not frames.
    if (root.nodeType !== Node.DOCUMENT_NODE) return;
    root.addEventListener('pointerdown', acted, options);
    root.addEventListener('keydown', acted, options);
    root.addEventListener('input', noteTyped, options);
  };

  signal.addEventListener('abort', () => {
    for (const code of growing) tell(code);
    observer.disconnect();
    cancelLook();
    clearTimeout(telling);
  });
  observe(document);
  changed.add(document);
  look();
  tellSoon(0);
}

/** When the browser has nothing better to do: what asks for styles then finds them ready. */
function inQuiet(run: () => void): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(run, { timeout: 1_000 });
  else run();
}
