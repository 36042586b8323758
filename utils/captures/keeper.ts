import { type Backend, configuredBackend, forgetKeys } from '../onboarding/backend.ts';
import { MAX_WAIT } from '../onboarding/contract.ts';
import { type Fault, OnboardingError } from '../onboarding/fault.ts';
import { seal } from '../onboarding/seal.ts';
import type { Capture } from './capture.ts';
import { noteSeen, seenBefore } from './seen-codes.ts';
import type { CaptureStore } from './store.ts';
import { type CaptureEvent, type Duty, dutyOf, transition } from './transition.ts';

/** Waits between tries to reach the backend, in ms. The last one repeats. */
const BACKOFF = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000];

export type NewCapture = Pick<
  Capture,
  | 'provider'
  | 'pageHost'
  | 'email'
  | 'account'
  | 'code'
  | 'reasons'
  | 'servers'
  | 'private'
  | 'tabId'
  | 'visit'
> & {
  password: string;
};

/**
 * Holds the captures and does what they ask for: seals, hands in, follows. Every change goes through `transition`;
 * what is to be done is read off the state, so a keeper that was killed is replaced by one that calls `work`.
 */
export class Keeper {
  readonly #store: CaptureStore;
  readonly #changed: () => void;
  readonly #working = new Set<string>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  /** @param changed called after every change, when it is written */
  constructor(store: CaptureStore, changed: () => void) {
    this.#store = store;
    this.#changed = changed;
  }

  /**
   * Holds a code, unless it was held before: a page may go on showing one that is done with.
   * @param deliberate the user's own doing, which is done again; but never is one code held twice
   * @returns whether it is new
   */
  async hold(seen: NewCapture, deliberate = false): Promise<boolean> {
    const isOld = await seenBefore(seen.password);
    const isHeld = this.#store.all().some(({ password }) => password === seen.password);
    if (isHeld || (isOld && !deliberate)) return false;
    const capture: Capture = {
      ...seen,
      id: crypto.randomUUID(),
      connectionId: crypto.randomUUID(),
      state: 'held',
      capturedAt: Date.now(),
      tries: 0,
    };
    await this.#store.set(capture.id, capture);
    await noteSeen(seen.password);
    this.#changed();
    return true;
  }

  /** Something happened to a capture. Nothing happens to one that is gone. */
  async dispatch(id: string, event: CaptureEvent): Promise<void> {
    const before = this.#store.get(id);
    if (!before) return;
    const after = transition(before, event);
    if (after !== before) {
      await this.#store.set(id, after);
      this.#changed();
      if (after?.connectionId !== before.connectionId) await this.#forget(before);
    }
    this.#workOn(id);
  }

  /** No private window is left: what came from one goes, at once or when what is under way has ended. */
  async privateWindowsClosed(): Promise<void> {
    for (const { id } of this.#store.all()) await this.dispatch(id, { type: 'private-windows-closed' });
  }

  /** Does what is to be done for every capture. Safe to call at any time. */
  work(): void {
    for (const { id } of this.#store.all()) this.#workOn(id);
  }

  /** When there is next something to do, in ms since 1970, for the alarm that wakes a worker that was ended. */
  nextDuty(): number | undefined {
    const due = this.#store
      .all()
      .filter((capture) => dutyOf(capture) && capture.retryAt !== Number.MAX_SAFE_INTEGER)
      .map(({ retryAt }) => retryAt ?? Date.now());
    return due.length > 0 ? Math.min(...due) : undefined;
  }

  #workOn(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    if (this.#working.has(id)) return;
    this.#working.add(id);
    void this.#loop(id);
  }

  /** Between the last look at the state and the end nothing is awaited, so that no change falls between. */
  async #loop(id: string): Promise<void> {
    try {
      for (;;) {
        const capture = this.#store.get(id);
        const duty = capture && dutyOf(capture);
        if (!duty) return;
        const wait = (capture.retryAt ?? 0) - Date.now();
        if (wait > 0) {
          if (wait <= 300_000)
            this.#timers.set(
              id,
              setTimeout(() => this.#workOn(id), wait),
            );
          return;
        }
        const event = await this.#perform(duty, capture);
        const after = transition(this.#store.get(id) ?? capture, event);
        if (this.#store.get(id)) {
          await this.#store.set(id, after);
          this.#changed();
          // It came to its end unseen. What became a mailbox stays one.
          const isConnected = event.type === 'answered' && event.connection.verdict === 'verified';
          if (!after && !isConnected) await this.#forget(capture);
        }
      }
    } finally {
      this.#working.delete(id);
    }
  }

  async #perform(duty: Duty, capture: Capture): Promise<CaptureEvent> {
    const { connectionId } = capture;
    try {
      const backend = await configuredBackend();
      if (duty === 'seal') return { type: 'sealed', connectionId, sealed: await sealFor(backend, capture) };
      return { type: 'answered', connectionId, connection: await ask(duty, backend, capture) };
    } catch (error) {
      if (!(error instanceof OnboardingError)) throw error;
      const { fault } = error;
      if (fault.code === 'key_unknown') await forgetKeys();
      return { type: 'hindered', connectionId, fault, retryAt: Date.now() + pause(fault, capture.tries) };
    }
  }

  /** Asks the backend to forget what will never be asked about again. If it can't be told, it forgets by itself. */
  async #forget({ connectionId, state, sealed }: Capture): Promise<void> {
    const mayBeThere =
      (state === 'queued' && sealed !== undefined) || state === 'verifying' || state === 'failed';
    if (!mayBeThere) return;
    try {
      await (await configuredBackend()).client.forget(connectionId);
    } catch (error) {
      if (!(error instanceof OnboardingError)) throw error;
    }
  }
}

async function sealFor(backend: Backend, { password, connectionId, email }: Capture): Promise<string> {
  if (password === undefined) throw new OnboardingError({ code: 'code_gone' });
  const { keys, workspace } = await backend.acquaint();
  const content = { password, aud: backend.origin, workspace: workspace.id, connection: connectionId, email };
  try {
    return await seal(content, keys);
  } catch {
    // The key parsed, but is no key.
    throw new OnboardingError({ code: 'malformed' });
  }
}

function ask(duty: Exclude<Duty, 'seal'>, { client }: Backend, capture: Capture) {
  const { connectionId, provider, pageHost, email, sealed, servers, connection } = capture;
  switch (duty) {
    case 'submit':
      return client.connect(connectionId, {
        provider,
        email,
        password: sealed as string,
        ...(pageHost ? { pageHost } : {}),
        ...(servers && servers !== 'needed' ? { servers } : {}),
      });
    case 'verify-again':
      return client.verifyAgain(connectionId);
    case 'follow':
      return client.connection(connectionId, { wait: MAX_WAIT, since: connection?.version ?? 0 });
  }
}

const pause = ({ retryAfter }: Fault, tries: number): number =>
  retryAfter ?? (BACKOFF[Math.min(tries, BACKOFF.length - 1)] as number);
