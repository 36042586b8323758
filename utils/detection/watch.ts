import type { WatchedPage } from '../../providers/registry/page-script.ts';
import { type FoundAccount, findAccount } from './find-account.ts';
import { type FoundCode, findCodes, type Trail } from './find-codes.ts';
import { type Field, isDocument, isShadowRoot, type Root, rootWithin, type ShadowRootOf } from './tree.ts';
import { typedIn } from './typed.ts';

/** What is told of a page. */
export type Detected =
  | ({ type: 'code-detected' } & Omit<FoundCode, 'element'> & Partial<FoundAccount>)
  /** The account, when it is another than was told with the code. */
  | ({ type: 'account-detected' } & FoundAccount);

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
/** When a code was told, whose account it is is looked up again this long after a change, in ms. */
const LOOK_UP_AFTER = 2_000;

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
 * Watches one page of a provider until `signal` is aborted and reports each code once, with the account; and the account
 * again when it is another later.
 *
 * What a page does is only noted as it happens, and looked at when the time has come: a storm of changes costs little.
 *
 * @param shadowRootOf tells closed shadow roots, where the browser lets an extension see them
 */
export function watchPage(
  document: Document,
  page: WatchedPage,
  report: (detected: Detected) => void,
  signal: AbortSignal,
  shadowRootOf: ShadowRootOf = () => null,
): void {
  const reported = new Set<string>();
  const typed = typedIn(document);
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
  /** What a form sent from such a page brings is the result of the user's own click there. */
  const isAnswer = cameFrom(page, document.referrer);
  let lastAction = isAnswer ? performance.now() : Number.NEGATIVE_INFINITY;
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
      atArrival: lastLook === Number.NEGATIVE_INFINITY && !isAnswer,
      typed,
      known: reported,
    };
    for (const { element } of growing) places.add(element);
    const before = new Map(unseen);
    for (const awaited of [unseen, hollow, fields])
      for (const place of places) awaited.delete(place as Element & Field);
    const trail: Trail = {
      notYetVisible: (element) =>
        unseen.size < MOST && unseen.set(element, before.get(element) ?? now + AWAIT_VISIBLE),
      notYetDefined: (element) => hollow.size < MOST && hollow.set(element, now + AWAIT_DEFINED),
      readOnly: (field) => fields.size < MOST && fields.add(field),
      entered: observe,
      old: (code) => typed.add(code),
      shadowRootOf,
    };
    const connected = [...places].filter((place) => place.isConnected);
    tellFullyGrown(findCodes(connected, page, circumstances, trail));
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
      if (!page.code.varies || before.some(({ password }) => password === code.password)) tell(code);
      else growing.push(code);
    }
    // What has gone meanwhile was all there was.
    for (const code of before)
      if (!found.some(({ password }) => password.startsWith(code.password))) tell(code);
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
    if (batches.length > 0 && reported.size > 0) lookingUp ??= setTimeout(lookUp, LOOK_UP_AFTER);
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

  let account: FoundAccount | undefined;
  const tell = ({ element: _, ...code }: FoundCode): void => {
    if (reported.has(code.password)) return;
    reported.add(code.password);
    account = findAccount(document, page);
    report({ type: 'code-detected', ...account, ...code });
  };

  let lookingUp: ReturnType<typeof setTimeout> | undefined;
  /** A page may show a code before it shows whose it is. */
  const lookUp = (): void => {
    lookingUp = undefined;
    const before = JSON.stringify(account);
    account = findAccount(document, page);
    if (account && JSON.stringify(account) !== before) report({ type: 'account-detected', ...account });
  };

  const acted = (event: Event): void => {
    if (!event.isTrusted) return;
    lastAction = performance.now();
    if (event.type === 'pointerdown' || (event as KeyboardEvent).key === 'Enter') typed.noteAll();
    // Where the user is at work there may be a shadow root that nothing else has shown.
    for (const node of event.composedPath()) {
      if (!isShadowRoot(node) || roots.has(node)) continue;
      observe(node);
      changed.add(node);
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
  const observe = (root: Root): void => {
    if (roots.has(root)) return;
    roots.add(root);
    observer.observe(root, isAwaiting ? ALSO_REVEALED : CHANGES);
    const options = { capture: true, passive: true, signal };
    root.addEventListener('load', frameLoaded, options);
    // Popovers and details.
    root.addEventListener('toggle', toggled, options);
    // Events of the user leave shadow roots, but not frames.
    if (!isDocument(root)) return;
    root.addEventListener('pointerdown', acted, options);
    root.addEventListener('keydown', acted, options);
    root.addEventListener('input', typed.note, options);
  };

  signal.addEventListener('abort', () => {
    for (const code of growing) tell(code);
    observer.disconnect();
    cancelLook();
    clearTimeout(lookingUp);
  });
  observe(document);
  changed.add(document);
  look();
}

/** By its text: to make a URL of it takes longer than all else that is done on arrival. */
function cameFrom({ route }: WatchedPage, referrer: string): boolean {
  const { origin } = location;
  return referrer.startsWith(`${origin}/`) && route.test(referrer.slice(origin.length).replace(/[?#].*/, ''));
}
