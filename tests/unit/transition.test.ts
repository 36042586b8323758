import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { Capture } from '../../utils/captures/capture.ts';
import type { CaptureEvent } from '../../utils/captures/events.ts';
import { isRunningOut } from '../../utils/captures/hold-time.ts';
import { asOnDisk, fromDisk } from '../../utils/captures/store.ts';
import { dutyOf, transition } from '../../utils/captures/transition.ts';
import { viewsOf } from '../../utils/captures/view.ts';
import type { Connection, Verdict } from '../../utils/onboarding/contract.ts';
import type { FaultCode } from '../../utils/onboarding/fault.ts';
import { Secret } from '../../utils/secret.ts';

const CONNECTION = '6f2f1d3e-0000-4000-8000-000000000001';
const BACKEND = '6f2f1d3e-0000-4000-8000-00000000000b';
const CODE = 'qwertyuiopasdfgh';
const OTHER = '6f2f1d3e-0000-4000-8000-000000000002';

const held: Capture = {
  id: '6f2f1d3e-0000-4000-8000-00000000000a',
  connectionId: CONNECTION,
  provider: 'google',
  email: 'test.person@example.com',
  account: 'certain',
  code: 'certain',
  password: new Secret(CODE),
  state: 'held',
  capturedAt: 1,
  private: false,
  tries: 0,
};

const connection = (state: Connection['state'], verdict?: Verdict): Connection => ({
  id: CONNECTION,
  provider: 'google',
  email: held.email,
  state,
  version: 1,
  attempt: 1,
  checks: { receiving: { status: 'pending' }, sending: { status: 'pending' } },
  ...(verdict ? { verdict } : {}),
});

const answered = (state: Connection['state'], verdict?: Verdict): CaptureEvent => ({
  type: 'answered',
  connectionId: CONNECTION,
  connection: connection(state, verdict),
});
const hindered = (code: FaultCode): CaptureEvent => ({
  type: 'hindered',
  connectionId: CONNECTION,
  fault: { code },
  retryAt: 5000,
});
const sealed: CaptureEvent = {
  type: 'sealed',
  connectionId: CONNECTION,
  email: held.email,
  sealed: 'a.b.c.d.e',
  backend: BACKEND,
};
const send: CaptureEvent = { type: 'send', backend: BACKEND, now: 1000 };
const withdraw: CaptureEvent = { type: 'withdraw', connectionId: OTHER };
const minute = 60_000;
const counted = (now: number, hold = 10 * minute): CaptureEvent => ({ type: 'counted', now, hold });
/** What would be written down of it. */
const written = (capture: Capture): string => JSON.stringify(z.encode(Capture, capture));
const setAccount = (email: string, confirmed: boolean): CaptureEvent => ({
  type: 'set-account',
  email,
  confirmed,
  connectionId: OTHER,
});

const outcome = (start: Capture, ...events: CaptureEvent[]): Capture => {
  const end = events.reduce<Capture | undefined>(
    (capture, event) => capture && transition(capture, event),
    start,
  );
  if (!end) throw new Error('It is gone');
  return end;
};

const queued = outcome(held, send, sealed);
const verifying = outcome(queued, answered('verifying'));
const failed = outcome(verifying, answered('done', 'rejected'));

describe('a verified mailbox on its way to Saleshandy', () => {
  const told = (state: 'connecting' | 'connected'): CaptureEvent => ({
    type: 'answered',
    connectionId: CONNECTION,
    connection: { ...connection('done', 'verified'), saleshandy: { state } },
  });
  const connecting = outcome(verifying, told('connecting'));

  test('is followed until it is there, without its code', () => {
    expect([connecting.state, dutyOf(connecting), connecting.password]).toEqual([
      'verified',
      'follow',
      undefined,
    ]);
    const connected = outcome(connecting, told('connected'));
    expect([connected.state, dutyOf(connected)]).toEqual(['verified', undefined]);
    expect(connected.connection?.saleshandy).toEqual({ state: 'connected' });
  });

  test('is not followed for ever, and never less than verified', () => {
    const waited = outcome(connecting, ...Array.from({ length: 6 }, () => told('connecting')));
    expect([waited.state, waited.retryAt]).toEqual(['verified', 'never']);
    // As after another verification that somebody else has asked for.
    const odd = outcome(connecting, answered('verifying'));
    expect(odd.connection?.verdict).toBe('verified');
    expect(odd.retryAt).toBe('never');
    const away = outcome(connecting, ...Array.from({ length: 7 }, () => hindered('unreachable')));
    expect([away.state, away.fault, away.retryAt]).toEqual(['verified', undefined, 'never']);
    expect(outcome(connecting, hindered('not_found')).retryAt).toBe('never');
  });

  test('goes with its private window at once', () => {
    expect(transition({ ...connecting, private: true }, { type: 'private-windows-closed' })).toBeUndefined();
  });
});

test('what older versions stored as never to be tried again is read so, and stored as they do', () => {
  const stored = { ...z.encode(Capture, held), retryAt: Number.MAX_SAFE_INTEGER };
  const capture = z.decode(Capture, stored);
  expect(capture.retryAt).toBe('never');
  expect(z.encode(Capture, capture)).toEqual(stored);
  expect(z.decode(Capture, { ...stored, retryAt: 5000 }).retryAt).toBe(5000);
});

describe('the way of a good code', () => {
  test('held, sealed, handed in, followed, verified', () => {
    expect(dutyOf(held)).toBe('seal');
    const ready = outcome(held, sealed);
    expect([ready.state, dutyOf(ready)]).toEqual(['held', undefined]);
    expect(dutyOf(outcome(ready, send))).toBe('submit');
    const sent = outcome(held, send);
    expect([sent.state, dutyOf(sent)]).toEqual(['queued', 'seal']);
    expect([queued.state, dutyOf(queued)]).toEqual(['queued', 'submit']);
    expect([verifying.state, dutyOf(verifying)]).toEqual(['verifying', 'follow']);
    const verified = outcome(verifying, answered('done', 'verified'));
    expect([verified.state, dutyOf(verified)]).toEqual(['verified', undefined]);
  });

  test('the code is wiped once verified, sealed or not', () => {
    const verified = outcome(verifying, answered('done', 'verified'));
    expect(written(verifying)).toContain(CODE);
    expect(written(verified)).not.toContain(CODE);
    expect(verified.sealed).toBeUndefined();
  });

  test('a mailbox that the backend has already goes on under the id it has there', () => {
    const known: CaptureEvent = {
      type: 'answered',
      connectionId: CONNECTION,
      connection: { ...connection('verifying'), id: OTHER },
    };
    expect(outcome(queued, known)).toMatchObject({ state: 'verifying', connectionId: OTHER });
  });

  test('a backend that is done at once skips verifying', () => {
    expect(outcome(queued, answered('done', 'verified')).state).toBe('verified');
  });
});

describe('what has to be settled first', () => {
  for (const account of ['unknown', 'likely'] as const) {
    test(`an account that is ${account} is not sent to`, () => {
      expect(outcome({ ...held, account }, send).state).toBe('held');
      const confirmed = outcome({ ...held, account }, setAccount(held.email, true));
      expect(confirmed.account).toBe('confirmed');
      expect(outcome(confirmed, send).state).toBe('queued');
    });
  }

  test('what the user has begun to type is not overwritten by the page', () => {
    const typed = outcome({ ...held, account: 'likely' }, setAccount('mine@exam', false));
    expect(typed.account).toBe('typed');
    const seen: CaptureEvent = { type: 'account-detected', email: 'other@example.com', account: 'certain' };
    expect(outcome(typed, seen).email).toBe('mine@exam');
    expect(outcome(typed, send).state).toBe('held');
  });

  test('half an address is not an account', () => {
    expect(outcome(held, setAccount('test.person@', true), send).state).toBe('held');
  });

  test('a code that is only likely is not sent', () => {
    const likely: Capture = { ...held, code: 'likely' };
    expect(outcome(likely, send).state).toBe('held');
    expect(outcome(likely, { type: 'confirm-code' }, send).state).toBe('queued');
  });

  test('what the page says never outranks the user, nor the sure the unsure', () => {
    const seen: CaptureEvent = { type: 'account-detected', email: 'other@example.com', account: 'certain' };
    expect(outcome(held, seen).email).toBe(held.email);
    expect(outcome(held, setAccount('mine@example.com', true), seen).email).toBe('mine@example.com');
    expect(outcome({ ...held, account: 'unknown', email: '' }, seen)).toMatchObject({ account: 'certain' });
  });
});

describe('when the backend can not be asked', () => {
  test('what may pass leaves it queued, sealed, with a time to try again', () => {
    const waiting = outcome(queued, hindered('unreachable'), hindered('backend_error'));
    expect(waiting).toMatchObject({ state: 'queued', sealed: 'a.b.c.d.e', tries: 2, retryAt: 5000 });
    expect(outcome(waiting, send)).not.toHaveProperty('retryAt');
  });

  for (const code of [
    'settings_missing',
    'token_refused',
    'not_onboarding',
    'malformed',
    'request_refused',
    'servers_needed',
    'provider_closed',
  ] as const) {
    test(`${code}: it is held as before, with the reason`, () => {
      const back = outcome(queued, hindered(code));
      expect(back).toMatchObject({ state: 'held', password: held.password, fault: { code } });
      expect(back.connectionId).toBe(CONNECTION);
    });

    test(`${code} after a restart, when only the sealed code is left: it waits`, () => {
      const { password: _, ...restored } = queued;
      expect(outcome(restored, hindered(code))).toMatchObject({
        state: 'queued',
        sealed: 'a.b.c.d.e',
        fault: { code },
      });
    });
  }

  test('another key: nothing is sealed to it before the user agrees, and with the code gone another is asked for', () => {
    const asked = outcome(queued, hindered('key_changed'));
    expect(asked).toMatchObject({ state: 'held', password: held.password, fault: { code: 'key_changed' } });
    expect(asked.sealed).toBeUndefined();
    expect(dutyOf(outcome(asked, send))).toBe('seal');
    const { password: _, ...restored } = queued;
    expect(outcome(restored, hindered('key_changed'))).toMatchObject({
      state: 'failed',
      fault: { code: 'code_gone' },
    });
  });

  test('sealed for the backend of earlier settings: sealed again while the code is held, else asked for', () => {
    const again = outcome(queued, hindered('sealed_for_other'));
    expect([again.state, dutyOf(again)]).toEqual(['queued', 'seal']);
    // Once: a backend that knows itself by another address would have it sealed for ever.
    const refused = outcome(again, sealed, hindered('sealed_for_other'));
    expect(refused).toMatchObject({ state: 'held', fault: { code: 'sealed_for_other' } });
    expect(dutyOf(outcome(refused, sealed, send, hindered('sealed_for_other')))).toBe('seal');
    const { password: _, ...restored } = queued;
    expect(outcome(restored, hindered('sealed_for_other'))).toMatchObject({
      state: 'failed',
      fault: { code: 'code_gone' },
    });
  });

  test('what was sent and came back is on disk, sealed where it can be, and else its user is told that it is gone', () => {
    const back = outcome(queued, hindered('token_refused'));
    const told = fromDisk(asOnDisk(back) as Capture);
    expect(told).toMatchObject({ state: 'failed', email: held.email, fault: { code: 'code_gone' } });
    const waits = fromDisk(asOnDisk(outcome(back, sealed)) as Capture);
    expect(waits).toMatchObject({ state: 'held', sealed: 'a.b.c.d.e', fault: { code: 'token_refused' } });
    expect(asOnDisk(outcome(queued, withdraw))).toBeUndefined();
  });

  test('a connection the backend lost is handed in again', () => {
    expect(outcome(verifying, hindered('not_found'))).toMatchObject({
      state: 'queued',
      connectionId: CONNECTION,
    });
  });

  test('a backend that has no place for it is not asked for ever', () => {
    expect(outcome(queued, hindered('not_found'))).toMatchObject({ state: 'held', password: held.password });
  });

  test('sealed weeks ago, by a clock that was wrong or a browser that was closed: asked for again', () => {
    const { password: _, ...restored } = queued;
    expect(outcome(restored, hindered('clock_wrong'))).toMatchObject({ fault: { code: 'code_gone' } });
    expect(outcome(queued, hindered('clock_wrong'))).toMatchObject({
      state: 'held',
      fault: { code: 'clock_wrong' },
    });
  });

  test('while verifying, an answer that does not come changes nothing else', () => {
    expect(outcome(verifying, hindered('slow'))).toMatchObject({
      state: 'verifying',
      connection: verifying.connection,
    });
  });

  test('withdrawn, it is held again', () => {
    expect(outcome(queued, hindered('unreachable'), withdraw)).toMatchObject({ state: 'held' });
  });

  test('withdrawn, what the backend may have got is to be forgotten, before anything is handed in again', () => {
    const back = outcome(queued, withdraw);
    expect(back).toMatchObject({ state: 'held', connectionId: OTHER, replaces: [CONNECTION] });
    expect(dutyOf(back)).toBe('forget');
    const sentAgain = outcome(back, send);
    expect([sentAgain.state, dutyOf(sentAgain)]).toEqual(['queued', 'forget']);
    const told = outcome(sentAgain, { type: 'forgotten', forgottenId: CONNECTION });
    expect(dutyOf(told)).toBe('seal');
  });

  test('withdrawn while it is verified, it is held again, and asks for nothing of what was', () => {
    const again = outcome(failed, { type: 'retry' }, withdraw);
    expect(again).toMatchObject({ state: 'held', connectionId: OTHER, replaces: [CONNECTION] });
    expect(again).not.toHaveProperty('verifyAgain');
    expect(again).not.toHaveProperty('connection');
    expect(again).not.toHaveProperty('sentAt');
  });

  test('withdrawn once it is verified: the code is gone, the backend forgets it, and its user is told', () => {
    const verified = outcome(verifying, answered('done', 'verified'));
    const undone = outcome(verified, withdraw);
    expect(undone).toMatchObject({ state: 'failed', fault: { code: 'undone' }, replaces: [CONNECTION] });
    expect(dutyOf(undone)).toBe('forget');
    const told = outcome(undone, hindered('unreachable'), { type: 'forgotten', forgottenId: CONNECTION });
    expect(told).toMatchObject({ state: 'failed', fault: { code: 'undone' } });
    expect(dutyOf(told)).toBeUndefined();
    expect(transition(told, { type: 'discard' })).toBeUndefined();
  });

  test('sent with another account than it was sealed for, it is sealed anew, if the code is still here', () => {
    const ready = outcome(held, sealed);
    const other: CaptureEvent = { type: 'send', backend: OTHER, now: 1 };
    expect(dutyOf(outcome(ready, other))).toBe('seal');
    const { password: _, ...alone } = { ...ready, keepSealed: true as const };
    expect(outcome(alone, other)).toMatchObject({ state: 'queued', backend: BACKEND, sealed: 'a.b.c.d.e' });
  });

  test('signed out, what was sent there goes, and what was only sealed for it stays, unsealed', () => {
    const out: CaptureEvent = { type: 'signed-out', backend: BACKEND };
    for (const capture of [queued, verifying, failed]) expect(transition(capture, out)).toBeUndefined();
    const kept = outcome(held, sealed, out);
    expect(kept).toMatchObject({ state: 'held', password: held.password });
    expect(kept).not.toHaveProperty('sealed');
    expect(kept).not.toHaveProperty('backend');
    expect(outcome(queued, { type: 'signed-out', backend: OTHER })).toBe(queued);
  });

  test('a notice that was put away stays away for this code', () => {
    const dismissed = outcome(held, { type: 'dismiss' });
    expect(dismissed.dismissed).toBe(true);
    expect(outcome(dismissed, { type: 'dismiss' })).toBe(dismissed);
  });

  test('withdrawn before it was sealed, the backend has nothing to forget', () => {
    expect(outcome(held, send, withdraw).replaces).toBeUndefined();
  });
});

describe('a code that failed', () => {
  test('keeps the code and is verified again with what the backend has', () => {
    expect(failed).toMatchObject({ state: 'failed', password: held.password });
    const again = outcome(failed, { type: 'retry' });
    expect([again.state, dutyOf(again)]).toEqual(['verifying', 'verify-again']);
    expect(dutyOf(outcome(again, answered('verifying')))).toBe('follow');
  });

  test('another address is another connection, and starts anew', () => {
    const corrected = outcome(failed, setAccount('right@example.com', true));
    expect(corrected).toMatchObject({ state: 'held', email: 'right@example.com', connectionId: OTHER });
    expect(corrected.connection).toBeUndefined();
  });

  test('a late answer about the address before is not taken', () => {
    const corrected = outcome(failed, setAccount('right@example.com', true), send);
    expect(outcome(corrected, answered('done', 'verified'))).toEqual(corrected);
  });
});

const anyEvent: fc.Arbitrary<CaptureEvent> = fc.oneof(
  fc.constantFrom<CaptureEvent>(
    send,
    withdraw,
    { type: 'retry' },
    { type: 'keep-sealed', on: true },
    { type: 'keep-sealed', on: false },
    { type: 'forgotten', forgottenId: CONNECTION },
    { type: 'forgotten', forgottenId: OTHER },
    { type: 'confirm-code' },
    sealed,
    answered('verifying'),
    answered('done', 'rejected'),
    answered('done', 'partial'),
    answered('done', 'verified'),
    setAccount('other@example.com', true),
    setAccount('half', false),
    { type: 'account-detected', email: 'seen@example.com', account: 'certain' },
  ),
  fc
    .constantFrom<FaultCode>(
      'offline',
      'unreachable',
      'token_refused',
      'key_changed',
      'sealed_for_other',
      'not_found',
      'malformed',
    )
    .map(hindered),
);

test('whatever happens, in whatever order: nothing is lost that is not verified, nothing is left once it is', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
      let capture = held;
      for (const event of events) {
        const next = transition(capture, event);
        if (!next) return false; // only `discard` makes it go
        capture = next;
        const hasCode = capture.password !== undefined;
        // Taken back after it was verified, there is no code to hold again.
        const isUsedUp = capture.state === 'verified' || capture.fault?.code === 'undone';
        if (hasCode === isUsedUp) return false;
        if (capture.state === 'verified' && capture.sealed !== undefined) return false;
        // It waits for the user, or there is something to do: it is never stuck.
        const waitsForUser = ['held', 'failed', 'verified'].includes(capture.state);
        const duty = dutyOf(capture);
        if (duty === 'forget' || (duty === 'seal' && capture.state === 'held')) continue;
        if (waitsForUser !== (duty === undefined)) return false;
      }
      return true;
    }),
    { numRuns: 2000 },
  );
});

describe('discarded', () => {
  test('before it was handed in, or once it is verified, it is gone', () => {
    expect(transition(held, { type: 'discard' })).toBeUndefined();
    const verified = outcome(verifying, answered('done', 'verified'));
    expect(transition(verified, { type: 'discard' })).toBeUndefined();
  });

  test('what the backend may have stays, as no more than its id, until the backend has forgotten it', () => {
    for (const capture of [queued, verifying, failed]) {
      const left = outcome(capture, { type: 'discard' });
      expect([left.state, dutyOf(left), left.replaces]).toEqual(['discarded', 'forget', [CONNECTION]]);
      expect(written(left)).not.toMatch(/qwerty|example\.com|a\.b\.c/);
      const waiting = outcome(left, hindered('offline'));
      expect(waiting).toMatchObject({ state: 'discarded', retryAt: 5000 });
      expect(transition(waiting, { type: 'forgotten', forgottenId: CONNECTION })).toBeUndefined();
    }
  });

  test('a backend that can not be told for weeks has forgotten it by itself', () => {
    const left = outcome(queued, { type: 'discard' });
    const late: CaptureEvent = {
      type: 'hindered',
      connectionId: CONNECTION,
      fault: { code: 'offline' },
      retryAt: 15 * 24 * 3_600_000,
    };
    expect(transition(left, late)).toBeUndefined();
  });
});

describe('the time for which a code is held', () => {
  const start = outcome(held, counted(0));

  test('is counted, and then the code is forgotten and its user told', () => {
    let capture = start;
    for (let now = 30_000; now < 10 * minute; now += 30_000) capture = outcome(capture, counted(now));
    expect(capture).toMatchObject({ state: 'held', left: 30_000, password: held.password });
    const over = outcome(capture, counted(10 * minute));
    expect(over).toMatchObject({ state: 'failed', fault: { code: 'expired' } });
    expect(over.password).toBeUndefined();
    expect(outcome(over, send, { type: 'retry' })).toEqual(over);
  });

  test('does not run while the computer sleeps, nor jump with its clock, forwards or backwards', () => {
    expect(outcome(start, counted(8 * 3_600_000))).toMatchObject({ state: 'held', left: 9 * minute });
    expect(outcome(start, counted(-8 * 3_600_000))).toMatchObject({ state: 'held', left: 10 * minute });
    expect(outcome(start, counted(-8 * 3_600_000), counted(-8 * 3_600_000 + 30_000))).toMatchObject({
      left: 9.5 * minute,
    });
  });

  test('does not run for what was sent, and begins anew when that comes back', () => {
    const late = outcome(start, counted(minute), send, sealed);
    expect(late.left).toBeUndefined();
    expect(outcome(late, counted(20 * minute))).toEqual(late);
    expect(outcome(late, withdraw, counted(20 * minute)).left).toBe(10 * minute);
  });

  test('is shortened with the setting, and whole again when the user asks for more', () => {
    expect(outcome(start, counted(0, 2 * minute)).left).toBe(2 * minute);
    expect(outcome(start, counted(minute), { type: 'keep-longer' }, counted(minute)).left).toBe(10 * minute);
  });

  test('is warned of in its last two minutes, a fifth of it at the most, and so that the counting can tell', () => {
    const warnsAt = (hold: number): number | undefined => {
      const capture = outcome(held, counted(0, hold));
      const steps = Array.from({ length: hold / 1000 }, (_, second) => second * 1000);
      // As it is counted: no step is longer than two of the counting.
      let now = capture;
      for (const at of steps) {
        if (at % 30_000 === 0) now = outcome(now, counted(at, hold));
        const [view] = viewsOf([now]);
        if (view && isRunningOut(view, at)) return (hold - at) / 1000;
      }
      return undefined;
    };
    expect(warnsAt(60 * minute)).toBe(120);
    expect(warnsAt(10 * minute)).toBe(120);
    expect(warnsAt(5 * minute)).toBe(60);
    expect(warnsAt(minute)).toBe(30);
  });

  test('is not warned of where that is no matter: sent, failed, kept sealed, or not counted', () => {
    const soon = { left: 1000, countedAt: 0, whole: 10 * minute };
    const inTime = (capture: Capture): boolean[] => viewsOf([capture]).map((view) => isRunningOut(view, 0));
    expect(inTime({ ...held, ...soon })).toEqual([true]);
    expect(inTime(held)).toEqual([false]);
    expect(inTime({ ...failed, ...soon })).toEqual([false]);
    expect(inTime({ ...held, ...soon, keepSealed: true, sealed: 'a.b.c.d.e' })).toEqual([false]);
    expect(outcome({ ...held, ...soon }, send).whole).toBeUndefined();
  });

  test('of a code that failed is a day, and what the backend has of it can still be tried', () => {
    expect(outcome(failed, counted(0)).left).toBe(24 * 3_600_000);
    const almost = outcome({ ...failed, left: 1000, countedAt: 0 }, counted(1000));
    expect(almost).toMatchObject({ state: 'failed', connection: failed.connection });
    expect(almost.password).toBeUndefined();
    expect(dutyOf(outcome(almost, { type: 'retry' }))).toBe('verify-again');
  });
});

describe('a held code that is to be kept sealed', () => {
  const wanted = outcome(held, { type: 'keep-sealed', on: true });
  const kept = outcome(wanted, sealed);
  const { password: _, ...alone } = kept;

  test('is sealed while it is held, and handed in as it is', () => {
    expect(dutyOf(wanted)).toBe('seal');
    expect([kept.state, dutyOf(kept)]).toEqual(['held', undefined]);
    expect(kept.handedIn).toBeUndefined();
    const sent = outcome(kept, send);
    expect([dutyOf(sent), sent.handedIn]).toEqual(['submit', true]);
  });

  test('is sealed anew for another address, and not for one that was replaced meanwhile', () => {
    const corrected = outcome(kept, setAccount('other@example.com', true));
    expect([corrected.sealed, dutyOf(corrected)]).toEqual([undefined, 'seal']);
    expect(outcome(corrected, sealed)).toEqual(corrected);
    const unsure = outcome({ ...wanted, account: 'likely' }, sealed, {
      type: 'account-detected',
      email: 'seen@example.com',
      account: 'certain',
    });
    expect([unsure.sealed, outcome(unsure, sealed).sealed]).toEqual([undefined, undefined]);
  });

  test('is sealed before its user is sure of the address; any other only after that', () => {
    const likely = { account: 'likely' } as const;
    expect([dutyOf({ ...wanted, ...likely }), dutyOf({ ...held, ...likely })]).toEqual(['seal', undefined]);
    expect(dutyOf({ ...wanted, email: '' })).toBeUndefined();
  });

  test('is on disk, and any other not, and none of a private window', () => {
    expect(asOnDisk(kept)).toMatchObject({ sealed: 'a.b.c.d.e' });
    expect(asOnDisk(kept)).not.toHaveProperty('password');
    expect(asOnDisk(outcome(held, sealed))).toBeUndefined();
    expect(asOnDisk({ ...kept, private: true })).toBeUndefined();
  });

  test('when it can not be sealed now, the user is not bothered, and it is tried again', () => {
    expect(outcome(wanted, hindered('unreachable'))).toMatchObject({ state: 'held', retryAt: 5000 });
    expect(outcome(wanted, hindered('unreachable')).fault).toBeUndefined();
  });

  test('outlives its time, and the browser: sent as it is, and to no other address', () => {
    expect(outcome({ ...kept, left: 1, countedAt: 0 }, counted(1000))).toEqual(alone);
    expect(outcome(alone, setAccount('other@example.com', true))).toEqual(alone);
    expect(outcome({ ...alone, account: 'likely' }, setAccount(held.email, true), send)).toMatchObject({
      state: 'queued',
      account: 'confirmed',
      sealed: 'a.b.c.d.e',
    });
  });

  test('no longer wanted, it is in memory only; but what is left of it alone stays', () => {
    const inMemory = outcome(kept, { type: 'keep-sealed', on: false });
    expect(inMemory).toMatchObject({ password: held.password });
    expect(asOnDisk(inMemory)).toBeUndefined();
    expect(outcome({ ...inMemory, left: 1, countedAt: 0 }, counted(1000)).fault?.code).toBe('expired');
    expect(outcome(alone, { type: 'keep-sealed', on: false })).toEqual(alone);
  });
});

describe('when the last private window is closed', () => {
  const closed: CaptureEvent = { type: 'private-windows-closed' };
  const inPrivate = (capture: Capture): Capture => ({ ...capture, private: true });
  const verified = outcome(verifying, answered('done', 'verified'));

  test('what waits for its user, and what is done, is gone at once', () => {
    for (const capture of [held, verified]) expect(transition(inPrivate(capture), closed)).toBeUndefined();
  });

  test('of what failed the backend is told, and nothing else is left', () => {
    const told = outcome(inPrivate(failed), closed);
    expect([told.state, dutyOf(told)]).toEqual(['discarded', 'forget']);
    expect(transition(told, { type: 'forgotten', forgottenId: CONNECTION })).toBeUndefined();
  });

  test('what is under way goes on, and then goes, whatever came of it', () => {
    for (const capture of [outcome(held, send), queued, verifying]) {
      const leaving = outcome(inPrivate(capture), closed);
      expect(dutyOf(leaving)).toBe(dutyOf(capture));
      const waiting = outcome(leaving, hindered('unreachable'));
      expect(waiting).toMatchObject({ leaving: true, state: capture.state });
      const handedIn = capture.handedIn;
      expect(transition(leaving, hindered('token_refused'))?.state).toBe(handedIn && 'discarded');
      expect(transition(leaving, answered('done', 'verified'))).toBeUndefined();
      expect(transition(leaving, answered('done', 'rejected'))?.state).toBe(handedIn && 'discarded');
    }
  });

  test('what is from other windows is as it was', () => {
    for (const capture of [held, queued, verifying, failed, verified])
      expect(transition(capture, closed)).toBe(capture);
  });
});
