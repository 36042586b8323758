import { type Backend, backendOf, whyKeyUnknown } from '../onboarding/backend.ts';
import { MAX_WAIT } from '../onboarding/contract.ts';
import { type Fault, OnboardingError } from '../onboarding/fault.ts';
import { practiceBackend } from '../onboarding/practice.ts';
import { type Destination, seal } from '../onboarding/seal.ts';
import { askPolicy, isAllowed, isBackendAllowed } from '../policy.ts';
import { senderTemplate } from '../queue/template.ts';
import type { Secret } from '../secret.ts';
import { type Settings, settings } from '../settings.ts';
import type { Capture } from './capture.ts';
import type { CaptureEvent } from './events.ts';
import { countEvery, countTime, isRunningOut, isUncounted } from './hold-time.ts';
import { noteSeen, seenBefore } from './seen-codes.ts';
import type { CaptureStore } from './store.ts';
import { type Duty, dutyOf, transition, triesBefore } from './transition.ts';
import { type CaptureView, PRACTICE } from './view.ts';

/** Waits between tries to reach the backend, in ms. The last one repeats. */
const BACKOFF = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000];

/** Without a network a try costs nothing, and what was sent is not to lie about once there is one again, in ms. */
const OFFLINE_AT_MOST = 30_000;

/** However long the backend asks to wait, in ms. */
const LONGEST_WAIT = 3_600_000;

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
  password: Secret;
};

/**
 * Holds the captures and does what they ask for: seals, hands in, follows. Every change goes through `transition`;
 * what is to be done is read off the state, so a keeper that was killed is replaced by one that calls `work`.
 */
export class Keeper {
  readonly #store: CaptureStore;
  readonly #changed: () => void;
  readonly #ended: (capture: Capture) => Promise<void>;
  readonly #working = new Set<string>();
  /** How long a held code may stay, in ms, as last read from the settings. */
  #holdTime = 600_000;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  /**
   * @param changed called after every change, when it is written
   * @param ended called when a verification has ended, before that is written, and so perhaps twice
   */
  constructor(store: CaptureStore, changed: () => void, ended: (capture: Capture) => Promise<void>) {
    this.#store = store;
    this.#changed = changed;
    this.#ended = ended;
  }

  /**
   * Holds a code, unless it was held before: a page may go on showing one that is done with.
   * @param deliberate the user's own doing, which is done again; but never is one code held twice
   * @returns whether it is new
   */
  async hold(seen: NewCapture, deliberate = false): Promise<boolean> {
    const isOld = await seenBefore(seen.password);
    const isHeld = this.#store.all().some(({ password }) => seen.password.equals(password));
    if (isHeld || (isOld && !deliberate)) return false;
    const { keepSealed } = await this.#readSettings();
    const now = Date.now();
    const capture: Capture = {
      ...seen,
      id: crypto.randomUUID(),
      connectionId: crypto.randomUUID(),
      state: 'held',
      capturedAt: now,
      left: this.#holdTime,
      countedAt: now,
      whole: this.#holdTime,
      tries: 0,
      ...(keepSealed ? { keepSealed } : {}),
    };
    await this.#store.set(capture.id, capture);
    await noteSeen(seen.password);
    this.#changed();
    this.#workOn(capture.id);
    return true;
  }

  /**
   * Counts off the time for which codes may still lie here. To be called as often as `nextDuty` says.
   * @returns those that have just begun to run out, of which their user is to be warned
   */
  async count(): Promise<CaptureView[]> {
    await this.#readSettings();
    const now = Date.now();
    const before = this.#store.views();
    for (const { id } of this.#store.all())
      await this.dispatch(id, { type: 'counted', now, hold: this.#holdTime });
    const wasRunningOut = (id: string): boolean =>
      before.some((capture) => capture.id === id && isRunningOut(capture, capture.countedAt ?? now));
    return this.#store.views().filter((capture) => isRunningOut(capture, now) && !wasRunningOut(capture.id));
  }

  async #readSettings(): Promise<Settings> {
    const now = await settings.read();
    this.#holdTime = now.holdMinutes * 60_000;
    return now;
  }

  /** An account is no longer ours. What was handed in is with its backend, and stays there. */
  async signedOut(backend: string): Promise<void> {
    for (const { id } of this.#store.all()) await this.dispatch(id, { type: 'signed-out', backend });
  }

  /** Forgets every capture at once. What was handed in is with the backend, and stays there. */
  async forgetAll(): Promise<void> {
    await this.#store.clear();
    this.#changed();
  }

  /** Something happened to a capture. Nothing happens to one that is gone. */
  async dispatch(id: string, event: CaptureEvent): Promise<void> {
    const before = this.#store.get(id);
    if (!before) return;
    const after = this.#begun(transition(before, event));
    if (after !== before) {
      await this.#store.set(id, after);
      this.#changed();
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

  /** What has come back to its user has its time from now on, in the same step. */
  #begun(capture: Capture | undefined): Capture | undefined {
    return capture && isUncounted(capture) ? countTime(capture, Date.now(), this.#holdTime) : capture;
  }

  /** When there is next something to do or to count, in ms since 1970, for the alarm that wakes a worker that was ended. */
  nextDuty(): number | undefined {
    const due = this.#store.all().flatMap((capture) => {
      const { retryAt = Date.now() } = capture;
      const counted = capture.countedAt !== undefined ? [capture.countedAt + countEvery(capture)] : [];
      return dutyOf(capture) && retryAt !== 'never' ? [retryAt, ...counted] : counted;
    });
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
        const wait = waitOf(capture);
        if (wait === 'never') return;
        if (wait > 0) {
          this.#timers.set(
            id,
            setTimeout(() => this.#workOn(id), wait),
          );
          return;
        }
        const event = await this.#perform(duty, capture);
        const after = this.#begun(transition(this.#store.get(id) ?? capture, event));
        if (
          after &&
          after.connection !== capture.connection &&
          hasEnded(after) &&
          capture.state !== 'verified'
        )
          await this.#ended(after);
        if (this.#store.get(id)) {
          await this.#store.set(id, after);
          if (after && after.connectionId !== capture.connectionId) await this.#dropOthers(after);
          this.#changed();
        }
      }
    } finally {
      this.#working.delete(id);
    }
  }

  /** The same code was sent before, by a browser or an extension that was restarted since: it is shown once. */
  async #dropOthers(capture: Capture): Promise<void> {
    for (const other of this.#store.all()) {
      if (other.id === capture.id || other.connectionId !== capture.connectionId) continue;
      // The one that still has the code can be corrected.
      const isLess = other.password === undefined || capture.password !== undefined;
      await this.#store.set(isLess ? other.id : capture.id, undefined);
    }
  }

  async #perform(duty: Duty, capture: Capture): Promise<CaptureEvent> {
    const { connectionId, email, sealed, replaces } = capture;
    try {
      // Sealed is for the one that is current now.
      const backend = await reach(capture, duty === 'seal' ? undefined : capture.backend);
      switch (duty) {
        case 'seal':
          return {
            type: 'sealed',
            connectionId,
            email,
            sealed: await sealFor(backend, capture),
            backend: backend.account,
          };
        case 'forget': {
          const [forgottenId] = replaces as [string];
          await backend.client.forget(forgottenId);
          return { type: 'forgotten', forgottenId };
        }
        default:
          if (duty === 'submit' && backend !== practiceBackend) await expectAllowed(email, backend);
          return { type: 'answered', connectionId, connection: await ask(duty, backend, capture) };
      }
    } catch (error) {
      if (!(error instanceof OnboardingError)) throw error;
      const isKeyUnknown = error.fault.code === 'key_unknown' && sealed !== undefined;
      const fault = isKeyUnknown ? await whyKeyUnknown(sealed, capture.backend) : error.fault;
      return {
        type: 'hindered',
        connectionId,
        fault,
        retryAt: Date.now() + pause(fault, triesBefore(capture, fault)),
      };
    }
  }
}

const hasEnded = ({ state, connection }: Capture): boolean =>
  connection?.state === 'done' && (state === 'verified' || state === 'failed');

/** What is practised with goes nowhere. */
const reach = ({ provider }: Capture, account: string | undefined): Promise<Backend> | Backend =>
  provider === PRACTICE ? practiceBackend : backendOf(account);

/** Before anything leaves the browser. Throws `OnboardingError`. */
async function expectAllowed(email: string, { origin }: Backend): Promise<void> {
  const { policy } = await askPolicy();
  if (!isBackendAllowed(policy, origin)) throw new OnboardingError({ code: 'backend_not_allowed' });
  if (!isAllowed(policy, email)) throw new OnboardingError({ code: 'domain_not_allowed' });
}

/** What decides where the code goes: sealed with it, and said again when it is handed in. */
const destinationOf = ({ provider, pageHost, servers }: Capture): Destination => ({
  provider,
  ...(pageHost ? { pageHost } : {}),
  ...(servers && servers !== 'needed' ? { servers } : {}),
});

async function sealFor(backend: Backend, capture: Capture): Promise<string> {
  const { password, connectionId, email } = capture;
  if (password === undefined) throw new OnboardingError({ code: 'code_gone' });
  const { keys, workspace } = await backend.acquaint();
  const content = {
    password: password.open(),
    aud: backend.origin,
    workspace: workspace.id,
    connection: connectionId,
    email,
    ...destinationOf(capture),
  };
  try {
    return await seal(content, keys);
  } catch {
    // The key parsed, but is no key.
    throw new OnboardingError({ code: 'malformed' });
  }
}

async function ask(duty: Exclude<Duty, 'seal' | 'forget'>, { client }: Backend, capture: Capture) {
  const { connectionId, email, sealed, connection } = capture;
  switch (duty) {
    case 'submit': {
      const template = await senderTemplate.read();
      return client.connect(connectionId, {
        ...destinationOf(capture),
        email,
        password: sealed as string,
        ...(Object.keys(template).length > 0 ? { template } : {}),
      });
    }
    case 'verify-again':
      return client.verifyAgain(connectionId);
    case 'follow':
      return client.connection(connectionId, { wait: MAX_WAIT, since: connection?.version ?? 0 });
  }
}

function pause({ code, retryAfter }: Fault, tries: number): number {
  const most = code === 'offline' ? OFFLINE_AT_MOST : LONGEST_WAIT;
  return Math.min(retryAfter ?? (BACKOFF[Math.min(tries, BACKOFF.length - 1)] as number), most);
}

/** How long to wait before the next try, in ms. Nothing is waited for once the network is back. */
function waitOf(capture: Capture): number | 'never' {
  const { retryAt = 0 } = capture;
  if (isBackOnline(capture)) return 0;
  if (retryAt === 'never') return 'never';
  const wait = retryAt - Date.now();
  // Further ahead than any pause: the system clock was changed since.
  return wait > LONGEST_WAIT ? 0 : wait;
}

/** It waited for nothing but the network, and the browser says that there is one. */
const isBackOnline = ({ fault }: Capture): boolean => fault?.code === 'offline' && navigator.onLine;
