import type { Connection } from '../onboarding/contract.ts';
import { type Fault, isTransient } from '../onboarding/fault.ts';
import type { Capture } from './capture.ts';
import { OTHER, unsettled } from './view.ts';

/** What can happen to a capture. Answers of the backend say which connection they are about. */
export type CaptureEvent =
  // from the page
  | { type: 'account-seen'; email: string; certainty: 'likely' | 'certain' }
  // from the user
  | {
      type: 'account-set';
      email: string;
      confirmed: boolean;
      connectionId: string;
      provider?: string | undefined;
    }
  | { type: 'servers-set'; servers: Exclude<Capture['servers'], 'needed'>; connectionId: string }
  | { type: 'code-confirmed' }
  | { type: 'send' }
  | { type: 'withdraw' }
  | { type: 'retry' }
  | { type: 'discard' }
  // from the browser
  | { type: 'private-windows-closed' }
  // from the backend, or on the way to it
  | { type: 'sealed'; connectionId: string; sealed: string }
  | { type: 'answered'; connectionId: string; connection: Connection }
  | { type: 'hindered'; connectionId: string; fault: Fault; retryAt: number };

/**
 * The life of a capture: what becomes of it when something happens. `undefined` when it is gone; the same object when
 * nothing changes. Every change of a capture's state is made here.
 */
export function transition(capture: Capture, event: CaptureEvent): Capture | undefined {
  const after = happened(capture, event);
  return after?.leaving && !isUnderWay(after) ? undefined : after;
}

/** Whether it goes on without its user. */
const isUnderWay = (capture: Capture): boolean =>
  dutyOf(capture) !== undefined && capture.retryAt !== Number.MAX_SAFE_INTEGER;

function happened(capture: Capture, event: CaptureEvent): Capture | undefined {
  if (
    'connectionId' in event &&
    event.type !== 'account-set' &&
    event.type !== 'servers-set' &&
    event.connectionId !== capture.connectionId
  ) {
    return capture; // a late answer about a mailbox that was since corrected
  }
  switch (event.type) {
    case 'account-seen':
      return accountSeen(capture, event.email, event.certainty);

    case 'account-set':
      return accountSet(capture, event);

    case 'servers-set':
      return serversSet(capture, event);

    case 'code-confirmed':
      return capture.code === 'likely' ? { ...capture, code: 'confirmed' } : capture;

    case 'send':
      if (capture.state === 'queued') return unhindered(capture);
      if (capture.state !== 'held' || unsettled(capture)) return capture;
      return { ...unhindered(capture), state: 'queued' };

    case 'withdraw':
      if (capture.state !== 'queued' || capture.password === undefined) return capture;
      return unsealed({ ...unhindered(capture), state: 'held' });

    case 'retry':
      if (capture.state === 'verifying' || capture.state === 'queued') return unhindered(capture);
      if (capture.state !== 'failed') return capture;
      if (capture.connection) return { ...unhindered(capture), state: 'verifying', verifyAgain: true };
      return capture.password === undefined ? capture : { ...unhindered(capture), state: 'queued' };

    case 'discard':
      return undefined;

    case 'private-windows-closed':
      return capture.private && !capture.leaving ? { ...capture, leaving: true } : capture;

    case 'sealed':
      return capture.state === 'queued' ? { ...capture, sealed: event.sealed } : capture;

    case 'answered':
      return answered(capture, event.connection);

    case 'hindered':
      return hindered(capture, event.fault, event.retryAt);
  }
}

function accountSeen(capture: Capture, email: string, certainty: 'likely' | 'certain'): Capture {
  const better = capture.account === 'unknown' || (capture.account === 'likely' && certainty === 'certain');
  return capture.state === 'held' && better ? { ...capture, email, account: certainty } : capture;
}

/** Another address is another mailbox, and starts anew, with the code that is still held. */
function accountSet(
  capture: Capture,
  { email, confirmed, connectionId, provider }: Extract<CaptureEvent, { type: 'account-set' }>,
): Capture {
  if (!isEditable(capture)) return capture;
  const account = confirmed ? 'confirmed' : capture.email === email ? capture.account : 'typed';
  if (provider !== undefined && capture.provider === OTHER) {
    // The address told what the page did not.
    const { servers: _, ...known } = afresh(capture, connectionId);
    return { ...known, provider, email, account };
  }
  if (capture.email === email) return { ...capture, account };
  return { ...afresh(capture, connectionId), email, account };
}

function serversSet(
  capture: Capture,
  { servers, connectionId }: Extract<CaptureEvent, { type: 'servers-set' }>,
): Capture {
  return isEditable(capture) ? { ...afresh(capture, connectionId), servers } : capture;
}

const isEditable = ({ state, password }: Capture): boolean =>
  state === 'held' || (state === 'failed' && password !== undefined);

function afresh(capture: Capture, connectionId: string): Capture {
  const { connection: _, ...fresh } = unsealed(unhindered(capture));
  return { ...fresh, state: 'held', connectionId };
}

function answered(capture: Capture, connection: Connection): Capture {
  if (capture.state !== 'queued' && capture.state !== 'verifying') return capture;
  const { sealed, verifyAgain: _, ...rest } = unhindered(capture);
  const mirrored: Capture = { ...rest, connection };
  if (connection.state === 'verifying') return { ...mirrored, state: 'verifying' };
  if (connection.verdict !== 'verified') return { ...mirrored, state: 'failed' };
  const { password: __, ...wiped } = mirrored;
  return { ...wiped, state: 'verified' };
}

function hindered(capture: Capture, fault: Fault, retryAt: number): Capture {
  if (capture.state !== 'queued' && capture.state !== 'verifying') return capture;
  const has = capture.password !== undefined;
  if (fault.code === 'code_gone') return failedForGood(capture);
  if (isTransient(fault)) return { ...capture, fault, retryAt, tries: capture.tries + 1 };

  if (fault.code === 'key_unknown') {
    // Sealed again with the present key while the code is held, else asked for again; never dropped in silence.
    return has
      ? { ...unsealed(unhindered(capture)), tries: capture.tries + 1, retryAt }
      : failedForGood(capture);
  }
  if (fault.code === 'not_found') {
    // The backend has lost or forgotten it: handed in again, else asked for again.
    const { connection: _, verifyAgain: __, ...anew } = unhindered(capture);
    return has
      ? { ...unsealed(anew), state: 'queued', tries: capture.tries + 1, retryAt }
      : failedForGood(anew);
  }
  // What only the user can mend. Nothing was lost: it is held as before, or waits as it was.
  if (capture.state === 'verifying') return { ...capture, fault, retryAt: Number.MAX_SAFE_INTEGER };
  return has
    ? unsealed({ ...capture, state: 'held', fault })
    : { ...capture, fault, retryAt: Number.MAX_SAFE_INTEGER };
}

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

/**
 * What has to be done next for a capture. It follows from the state alone, so a worker that was killed at any point
 * asks the same question when it wakes and goes on.
 */
export type Duty = 'seal' | 'submit' | 'verify-again' | 'follow';

export function dutyOf({ state, sealed, verifyAgain }: Capture): Duty | undefined {
  if (state === 'queued') return sealed === undefined ? 'seal' : 'submit';
  if (state === 'verifying') return verifyAgain ? 'verify-again' : 'follow';
  return undefined;
}
