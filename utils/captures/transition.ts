import { providerOf } from '../../providers/registry/guides.ts';
import type { Connection } from '../onboarding/contract.ts';
import { type Fault, isTransient } from '../onboarding/fault.ts';
import type { Capture } from './capture.ts';
import type { CaptureEvent, CaptureEventOf } from './events.ts';
import { countTime } from './hold-time.ts';
import { isEmail, OTHER, unsettled } from './view.ts';

/**
 * The life of a capture: what becomes of it when something happens. `undefined` when it is gone; the same object when
 * nothing changes. Every change of a capture's state is made here.
 */
export function transition(capture: Capture, event: CaptureEvent): Capture | undefined {
  const after = happened(capture, event);
  // With its window it goes as if it had been discarded.
  if (after?.leaving && !isUnderWay(after)) return after.state === 'discarded' ? undefined : discarded(after);
  if (!after) return undefined;
  if (after.state === capture.state || after.left === undefined) return after;
  // In another state it has its whole time again.
  return uncounted(after);
}

/** Whether it goes on without its user. */
const isUnderWay = (capture: Capture): boolean =>
  !['held', 'verified'].includes(capture.state) &&
  dutyOf(capture) !== undefined &&
  capture.retryAt !== 'never';

function happened(capture: Capture, event: CaptureEvent): Capture | undefined {
  switch (event.type) {
    case 'account-detected':
      return accountDetected(capture, event);

    case 'set-account':
      return setAccount(capture, event);

    case 'set-servers':
      return isEditable(capture)
        ? { ...afresh(capture, event.connectionId), servers: event.servers }
        : capture;

    case 'confirm-code':
      return capture.code === 'likely' ? { ...capture, code: 'confirmed' } : capture;

    case 'send':
      return sent(capture, event.backend, event.now);

    case 'withdraw':
      return withdrawn(capture, event.connectionId);

    case 'retry':
      return retried(capture);

    case 'discard':
      return discarded(capture);

    case 'keep-longer':
      return uncounted(capture);

    case 'keep-sealed':
      return keepSealed(capture, event.on);

    case 'counted':
      return countTime(capture, event.now, event.hold);

    case 'dismiss':
      return capture.dismissed ? capture : { ...capture, dismissed: true };

    case 'signed-out':
      return signedOut(capture, event.backend);

    case 'private-windows-closed':
      return capture.private && !capture.leaving ? { ...capture, leaving: true } : capture;

    case 'sealed':
      return sealed(capture, event);

    case 'forgotten':
      return forgotten(capture, event.forgottenId);

    case 'answered':
      // Else a late answer about a mailbox that was since corrected.
      return event.connectionId === capture.connectionId ? answered(capture, event.connection) : capture;

    case 'hindered':
      return event.connectionId === capture.connectionId
        ? hindered(capture, event.fault, event.retryAt)
        : capture;
  }
}

function accountDetected(capture: Capture, { email, account }: CaptureEventOf<'account-detected'>): Capture {
  const better = capture.account === 'unknown' || (capture.account === 'likely' && account === 'certain');
  if (!better || capture.state !== 'held' || !capture.password) return capture;
  // It is sealed with its address.
  return { ...(email === capture.email ? capture : unsealed(capture)), email, account };
}

/** Another address is another mailbox, and starts anew, with the code that is still held. */
function setAccount(
  capture: Capture,
  { email, confirmed, connectionId }: CaptureEventOf<'set-account'>,
): Capture {
  const account = confirmed ? 'confirmed' : capture.email === email ? capture.account : 'typed';
  if (!isEditable(capture))
    return capture.state === 'held' && capture.email === email ? { ...capture, account } : capture;
  const provider = confirmed && capture.provider === OTHER ? providerOf(email) : undefined;
  if (provider !== undefined) {
    // The address tells what the page did not.
    const { servers: _, ...known } = afresh(capture, connectionId);
    return { ...known, provider, email, account };
  }
  if (capture.email === email) return { ...capture, account };
  return { ...afresh(capture, connectionId), email, account };
}

/** What is only left sealed can't be sealed for anything else. */
const isEditable = ({ state, password }: Capture): boolean =>
  password !== undefined && (state === 'held' || state === 'failed');

/** Another connection: what the backend may have of this one is to be forgotten first. */
function afresh(capture: Capture, connectionId: string): Capture {
  const { sentAt: _, verifyAgain: __, ...rest } = unsealed(toBeForgotten(capture));
  return { ...rest, state: 'held', connectionId };
}

/** Whatever the backend may have of it. */
function toBeForgotten(capture: Capture): Capture {
  const { handedIn, connection, ...rest } = unhindered(capture);
  return handedIn || connection
    ? { ...rest, replaces: [...(rest.replaces ?? []), capture.connectionId] }
    : rest;
}

/** Taken back: it is held as before. Where the code is gone, the backend forgets it, and its user is told so. */
function withdrawn(capture: Capture, connectionId: string): Capture {
  if (capture.state !== 'queued' && capture.state !== 'verifying' && capture.state !== 'verified')
    return capture;
  if (capture.password) return afresh(capture, connectionId);
  const { verifyAgain: _, ...rest } = unsealed(toBeForgotten(capture));
  return { ...rest, state: 'failed', fault: { code: 'undone' } };
}

function sent(capture: Capture, backend: string | undefined, now: number): Capture {
  if (capture.state === 'queued') return unhindered(capture);
  if (capture.state !== 'held' || unsettled(capture)) return capture;
  const { resealed: _, ...rest } = unhindered(capture);
  // What is only left sealed can't be sealed for another account.
  const isForOther = rest.sealed !== undefined && rest.backend !== backend && rest.password !== undefined;
  return handingIn({ ...(isForOther ? unsealed(rest) : rest), state: 'queued', sentAt: now });
}

/** What was sent with an account that is gone goes with it. What was only sealed for it is sealed for the next. */
function signedOut(capture: Capture, backend: string): Capture | undefined {
  if (capture.backend !== backend) return capture;
  const isOnlyHeld = capture.state === 'held' && capture.password !== undefined && !capture.replaces?.length;
  if (!isOnlyHeld) return undefined;
  const { backend: _, ...rest } = unsealed(unhindered(capture));
  return rest;
}

/** From the moment it is queued and sealed the backend may get it, whether its answer arrives or not. */
const handingIn = (capture: Capture): Capture =>
  capture.state === 'queued' && capture.sealed !== undefined ? { ...capture, handedIn: true } : capture;

function retried(capture: Capture): Capture {
  switch (capture.state) {
    case 'verifying':
    case 'queued':
    case 'discarded':
      return unhindered(capture);
    case 'held': {
      const { retryAt: _, ...now } = capture;
      return capture.retryAt === undefined ? capture : now;
    }
    case 'failed':
      if (capture.connection) return { ...unhindered(capture), state: 'verifying', verifyAgain: true };
      return capture.password === undefined ? capture : { ...unhindered(capture), state: 'queued' };
    case 'verified':
      return capture;
  }
}

/** A verified one is done with; any other is to be forgotten by the backend too, and until then is no more than its id. */
function discarded(capture: Capture): Capture | undefined {
  const { id, connectionId, provider, capturedAt, private: isPrivate, leaving, handedIn, state } = capture;
  const { backend } = capture;
  const replaces = [...(capture.replaces ?? []), ...(handedIn ? [connectionId] : [])];
  if (state === 'verified' || replaces.length === 0) return undefined;
  return {
    id,
    connectionId,
    replaces,
    provider,
    email: '',
    account: 'unknown',
    code: 'certain',
    state: 'discarded',
    capturedAt,
    private: isPrivate,
    tries: 0,
    ...(leaving ? { leaving } : {}),
    ...(backend ? { backend } : {}),
  };
}

function keepSealed(capture: Capture, on: boolean): Capture {
  // Of what is only left sealed nothing else is left.
  if (capture.state !== 'held' || !capture.password || on === (capture.keepSealed ?? false)) return capture;
  const { keepSealed: _, ...rest } = capture;
  return on ? { ...rest, keepSealed: true } : rest;
}

function sealed(
  capture: Capture,
  { connectionId, email, sealed, backend }: CaptureEventOf<'sealed'>,
): Capture {
  const isOfThis = connectionId === capture.connectionId && email === capture.email;
  if (!isOfThis) return capture;
  if (capture.state === 'queued') return handingIn({ ...unhindered(capture), sealed, backend });
  if (capture.state !== 'held') return capture;
  // What hindered it from being sent has not changed.
  const { retryAt: _, ...rest } = capture;
  return { ...rest, sealed, backend, tries: 0 };
}

function forgotten(capture: Capture, id: string): Capture | undefined {
  const still = capture.replaces?.filter((one) => one !== id) ?? [];
  if (capture.state === 'discarded' && still.length === 0) return undefined;
  const { replaces: _, ...rest } = capture.state === 'discarded' ? unhindered(capture) : capture;
  return still.length > 0 ? { ...rest, replaces: still } : rest;
}

function answered(capture: Capture, connection: Connection): Capture {
  if (capture.state === 'verified') return followed(capture, connection);
  if (capture.state !== 'queued' && capture.state !== 'verifying') return capture;
  const { sealed, verifyAgain: _, ...rest } = unhindered(capture);
  // Under another id where the same mailbox was handed in before.
  const mirrored: Capture = { ...rest, connection, connectionId: connection.id };
  if (connection.state === 'verifying') return { ...mirrored, state: 'verifying' };
  if (connection.verdict !== 'verified') return { ...mirrored, state: 'failed' };
  const { password: __, ...wiped } = mirrored;
  return { ...wiped, state: 'verified' };
}

/** So many answers are waited for, of at most 20 s each, until Saleshandy has a verified mailbox. It goes on without. */
const SALESHANDY_ANSWERS = 6;

/** Its mailbox works; what comes now is only told. */
function followed(capture: Capture, connection: Connection): Capture {
  const { fault: _, retryAt: __, ...rest } = capture;
  const isSame = connection.verdict === 'verified' && connection.saleshandy !== undefined;
  const tries = capture.tries + 1;
  const isOver = !isSame || tries >= SALESHANDY_ANSWERS;
  return {
    ...rest,
    tries,
    ...(isSame ? { connection } : {}),
    ...(isOver ? { retryAt: 'never' } : {}),
  };
}

function hindered(capture: Capture, fault: Fault, retryAt: number): Capture | undefined {
  const again = isTransient(fault) ? retryAt : 'never';
  switch (capture.state) {
    case 'verified':
      return {
        ...capture,
        retryAt: capture.tries < SALESHANDY_ANSWERS ? again : 'never',
        tries: capture.tries + 1,
      };
    case 'failed':
    case 'held':
      // It was to be kept sealed, or the backend to forget an earlier one. The user waits for neither.
      return { ...capture, retryAt: again, tries: capture.tries + 1 };
    case 'discarded':
      // By then the backend forgets what it could not verify by itself.
      if (retryAt - capture.capturedAt > DISCARDED_AT_MOST) return undefined;
      return { ...capture, fault, retryAt: again, tries: capture.tries + 1 };
    case 'queued':
    case 'verifying':
      return stopped(capture, fault, retryAt);
  }
}

/** The longest that something discarded is kept for the backend to be told, in ms. */
const DISCARDED_AT_MOST = 14 * 24 * 3_600_000;

/** It is under way and can't go on, or not now. With the code still here nothing is lost; else the user is asked again. */
function stopped(capture: Capture, fault: Fault, retryAt: number): Capture {
  const has = capture.password !== undefined;
  if (fault.code === 'code_gone') return failedForGood(capture);
  if (isTransient(fault)) return { ...capture, fault, retryAt, tries: triesBefore(capture, fault) + 1 };

  if (fault.code === 'not_found' && capture.state === 'verifying') {
    // The backend has lost or forgotten it: handed in again.
    const { connection: _, verifyAgain: __, handedIn: ___, ...anew } = unhindered(capture);
    return has ? { ...unsealed(anew), state: 'queued', retryAt } : failedForGood(anew);
  }
  if (fault.code === 'sealed_for_other' && !capture.resealed) {
    // For the backend of earlier settings, it may be, and useless at this one: sealed again, once.
    return has ? { ...unsealed(unhindered(capture)), resealed: true } : failedForGood(capture);
  }
  // Nothing opens it any more, or takes it so late.
  if ((fault.code === 'key_changed' || fault.code === 'clock_wrong') && !has) return failedForGood(capture);
  // What only the user can mend. It is held as before, or waits as it was.
  if (capture.state === 'verifying' || !has) return { ...capture, fault, retryAt: 'never' };
  return unsealed({ ...capture, state: 'held', fault });
}

/**
 * Failed tries in a row, before this one, that say how long to wait for the next. Those without a network say nothing of
 * what happens with one: its first moments are often rough.
 */
export const triesBefore = ({ fault: before, tries }: Capture, fault: Fault): number =>
  before?.code === 'offline' && fault.code !== 'offline' ? 0 : tries;

const failedForGood = (capture: Capture): Capture => ({
  ...unsealed(unhindered(capture)),
  state: 'failed',
  fault: { code: 'code_gone' },
});

function unhindered(capture: Capture): Capture {
  const { fault: _, retryAt: __, ...rest } = capture;
  return { ...rest, tries: 0 };
}

function unsealed(capture: Capture): Capture {
  const { sealed: _, ...rest } = capture;
  return rest;
}

function uncounted(capture: Capture): Capture {
  const { left: _, countedAt: __, whole: ___, ...rest } = capture;
  return capture.left === undefined ? capture : rest;
}

/**
 * What has to be done next for a capture. It follows from the state alone, so a worker that was killed at any point
 * asks the same question when it wakes and goes on.
 */
export type Duty = 'seal' | 'submit' | 'verify-again' | 'follow' | 'forget';

export function dutyOf(capture: Capture): Duty | undefined {
  const { state, sealed, verifyAgain, replaces, connection } = capture;
  // Before it is handed in anew, or two of the same mailbox could be verified at once.
  if (replaces?.length) return 'forget';
  switch (state) {
    case 'held':
      return isToBeSealed(capture) ? 'seal' : undefined;
    case 'queued':
      return sealed === undefined ? 'seal' : 'submit';
    case 'verifying':
      return verifyAgain ? 'verify-again' : 'follow';
    case 'verified':
      return connection?.saleshandy?.state === 'connecting' ? 'follow' : undefined;
    default:
      return undefined;
  }
}

/**
 * A held code is sealed before it is sent, so that from the click on it is on disk. Not before it has an address, which is
 * sealed with it; and where its user is still to confirm that, only if it is to outlive the browser.
 */
function isToBeSealed({ account, email, keepSealed, password, sealed }: Capture): boolean {
  const isSure = account === 'certain' || account === 'confirmed';
  return sealed === undefined && password !== undefined && isEmail(email) && (isSure || keepSealed === true);
}
