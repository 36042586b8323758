import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Capture } from '../../utils/captures/capture.ts';
import { type CaptureEvent, dutyOf, transition } from '../../utils/captures/transition.ts';
import type { Connection, Verdict } from '../../utils/onboarding/contract.ts';
import type { FaultCode } from '../../utils/onboarding/fault.ts';

const CONNECTION = '6f2f1d3e-0000-4000-8000-000000000001';
const OTHER = '6f2f1d3e-0000-4000-8000-000000000002';

const held: Capture = {
  id: '6f2f1d3e-0000-4000-8000-00000000000a',
  connectionId: CONNECTION,
  provider: 'google',
  email: 'test.person@example.com',
  account: 'certain',
  code: 'certain',
  password: 'qwertyuiopasdfgh',
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
const sealed: CaptureEvent = { type: 'sealed', connectionId: CONNECTION, sealed: 'a.b.c.d.e' };
const setAccount = (email: string, confirmed: boolean): CaptureEvent => ({
  type: 'account-set',
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

const queued = outcome(held, { type: 'send' }, sealed);
const verifying = outcome(queued, answered('verifying'));
const failed = outcome(verifying, answered('done', 'rejected'));

describe('the way of a good code', () => {
  test('held, sealed, handed in, followed, verified', () => {
    expect(dutyOf(held)).toBeUndefined();
    const sent = outcome(held, { type: 'send' });
    expect([sent.state, dutyOf(sent)]).toEqual(['queued', 'seal']);
    expect([queued.state, dutyOf(queued)]).toEqual(['queued', 'submit']);
    expect([verifying.state, dutyOf(verifying)]).toEqual(['verifying', 'follow']);
    const verified = outcome(verifying, answered('done', 'verified'));
    expect([verified.state, dutyOf(verified)]).toEqual(['verified', undefined]);
  });

  test('the code is wiped once verified, sealed or not', () => {
    const verified = outcome(verifying, answered('done', 'verified'));
    expect(JSON.stringify(verified)).not.toContain(held.password);
    expect(verified.sealed).toBeUndefined();
  });

  test('a backend that is done at once skips verifying', () => {
    expect(outcome(queued, answered('done', 'verified')).state).toBe('verified');
  });
});

describe('what has to be settled first', () => {
  for (const account of ['unknown', 'likely'] as const) {
    test(`an account that is ${account} is not sent to`, () => {
      expect(outcome({ ...held, account }, { type: 'send' }).state).toBe('held');
      const confirmed = outcome({ ...held, account }, setAccount(held.email, true));
      expect(confirmed.account).toBe('confirmed');
      expect(outcome(confirmed, { type: 'send' }).state).toBe('queued');
    });
  }

  test('what the user has begun to type is not overwritten by the page', () => {
    const typed = outcome({ ...held, account: 'likely' }, setAccount('mine@exam', false));
    expect(typed.account).toBe('typed');
    const seen: CaptureEvent = { type: 'account-seen', email: 'other@example.com', certainty: 'certain' };
    expect(outcome(typed, seen).email).toBe('mine@exam');
    expect(outcome(typed, { type: 'send' }).state).toBe('held');
  });

  test('half an address is not an account', () => {
    expect(outcome(held, setAccount('test.person@', true), { type: 'send' }).state).toBe('held');
  });

  test('a code that is only likely is not sent', () => {
    const likely: Capture = { ...held, code: 'likely' };
    expect(outcome(likely, { type: 'send' }).state).toBe('held');
    expect(outcome(likely, { type: 'code-confirmed' }, { type: 'send' }).state).toBe('queued');
  });

  test('what the page says never outranks the user, nor the sure the unsure', () => {
    const seen: CaptureEvent = { type: 'account-seen', email: 'other@example.com', certainty: 'certain' };
    expect(outcome(held, seen).email).toBe(held.email);
    expect(outcome(held, setAccount('mine@example.com', true), seen).email).toBe('mine@example.com');
    expect(outcome({ ...held, account: 'unknown', email: '' }, seen)).toMatchObject({ account: 'certain' });
  });
});

describe('when the backend can not be asked', () => {
  test('what may pass leaves it queued, sealed, with a time to try again', () => {
    const waiting = outcome(queued, hindered('unreachable'), hindered('backend_error'));
    expect(waiting).toMatchObject({ state: 'queued', sealed: 'a.b.c.d.e', tries: 2, retryAt: 5000 });
    expect(outcome(waiting, { type: 'send' })).not.toHaveProperty('retryAt');
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

  test('a key that is gone: sealed again while the code is held, else asked for', () => {
    expect(dutyOf(outcome(queued, hindered('key_unknown')))).toBe('seal');
    const { password: _, ...restored } = queued;
    expect(outcome(restored, hindered('key_unknown'))).toMatchObject({
      state: 'failed',
      fault: { code: 'code_gone' },
    });
  });

  test('a connection the backend lost is handed in again', () => {
    expect(outcome(verifying, hindered('not_found'))).toMatchObject({
      state: 'queued',
      connectionId: CONNECTION,
    });
  });

  test('while verifying, an answer that does not come changes nothing else', () => {
    expect(outcome(verifying, hindered('slow'))).toMatchObject({
      state: 'verifying',
      connection: verifying.connection,
    });
  });

  test('withdrawn, it is held again', () => {
    expect(outcome(queued, hindered('unreachable'), { type: 'withdraw' })).toMatchObject({ state: 'held' });
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
    const corrected = outcome(failed, setAccount('right@example.com', true), { type: 'send' });
    expect(outcome(corrected, answered('done', 'verified'))).toEqual(corrected);
  });
});

const anyEvent: fc.Arbitrary<CaptureEvent> = fc.oneof(
  fc.constantFrom<CaptureEvent>(
    { type: 'send' },
    { type: 'withdraw' },
    { type: 'retry' },
    { type: 'code-confirmed' },
    sealed,
    answered('verifying'),
    answered('done', 'rejected'),
    answered('done', 'partial'),
    answered('done', 'verified'),
    setAccount('other@example.com', true),
    setAccount('half', false),
    { type: 'account-seen', email: 'seen@example.com', certainty: 'certain' },
  ),
  fc
    .constantFrom<FaultCode>(
      'offline',
      'unreachable',
      'token_refused',
      'key_unknown',
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
        if (hasCode === (capture.state === 'verified')) return false;
        if (capture.state === 'verified' && capture.sealed !== undefined) return false;
        // It waits for the user, or there is something to do: it is never stuck.
        const waitsForUser = ['held', 'failed', 'verified'].includes(capture.state);
        if (waitsForUser !== (dutyOf(capture) === undefined)) return false;
      }
      return true;
    }),
    { numRuns: 2000 },
  );
});

describe('when the last private window is closed', () => {
  const closed: CaptureEvent = { type: 'private-windows-closed' };
  const inPrivate = (capture: Capture): Capture => ({ ...capture, private: true });
  const verified = outcome(verifying, answered('done', 'verified'));

  test('what waits for its user, and what is done, is gone at once', () => {
    for (const capture of [held, failed, verified])
      expect(transition(inPrivate(capture), closed)).toBeUndefined();
  });

  test('what is under way goes on, and then goes, whatever came of it', () => {
    for (const capture of [outcome(held, { type: 'send' }), queued, verifying]) {
      const leaving = outcome(inPrivate(capture), closed);
      expect(dutyOf(leaving)).toBe(dutyOf(capture));
      expect(outcome(leaving, hindered('unreachable'))).toMatchObject({
        leaving: true,
        state: capture.state,
      });
      expect(transition(leaving, hindered('token_refused'))).toBeUndefined();
      for (const verdict of ['verified', 'rejected'] as const)
        expect(transition(leaving, answered('done', verdict))).toBeUndefined();
    }
  });

  test('what is from other windows is as it was', () => {
    for (const capture of [held, queued, verifying, failed, verified])
      expect(transition(capture, closed)).toBe(capture);
  });
});

test('discarded, it is gone', () => {
  for (const capture of [held, queued, verifying, failed]) {
    expect(transition(capture, { type: 'discard' })).toBeUndefined();
  }
});
