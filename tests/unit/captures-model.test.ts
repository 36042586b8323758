import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Capture } from '../../utils/captures/capture.ts';
import type { CaptureEvent } from '../../utils/captures/events.ts';
import { asOnDisk, fromDisk } from '../../utils/captures/store.ts';
import { dutyOf, transition } from '../../utils/captures/transition.ts';
import type { Connection, Verdict } from '../../utils/onboarding/contract.ts';
import type { FaultCode } from '../../utils/onboarding/fault.ts';
import { Secret } from '../../utils/secret.ts';

/*
 * A capture and a backend against each other, in every order that chance makes: answers that get lost, a backend that
 * forgets or changes its key, a browser that is killed, users who change their minds.
 */

const ID = '6f2f1d3e-0000-4000-8000-00000000000a';
// Thousands of orders each.
vi.setConfig({ testTimeout: 60_000 });

const CODE = 'qwertyuiopasdfgh';

/** What the backend has: one connection for an id, however often it is handed in. */
class ModelBackend {
  readonly connections = new Map<string, { email: string; verdict?: Verdict }>();

  submit(id: string, email: string): void {
    if (!this.connections.has(id)) this.connections.set(id, { email });
  }

  decide(id: string, verdict: Verdict): void {
    const connection = this.connections.get(id);
    if (!connection || connection.verdict === 'verified') return;
    connection.verdict = verdict;
  }

  /** Mailboxes of an address that work, by now. */
  verified(): string[] {
    return [...this.connections.values()].flatMap(({ email, verdict }) =>
      verdict === 'verified' ? [email] : [],
    );
  }

  tell(id: string): Connection | undefined {
    const known = this.connections.get(id);
    if (!known) return undefined;
    const { email, verdict } = known;
    const checks = { receiving: { status: 'pending' as const }, sending: { status: 'pending' as const } };
    const facts = { id, provider: 'google', email, version: 1, attempt: 1, checks };
    return verdict ? { ...facts, state: 'done', verdict } : { ...facts, state: 'verifying' };
  }
}

type Step =
  | { does: 'user'; event: CaptureEvent['type'] }
  | { does: 'work'; answer: 'arrives' | 'lost' | FaultCode }
  | { does: 'verdict'; verdict: Verdict }
  | { does: 'time passes' }
  | { does: 'keep sealed'; on: boolean }
  | { does: 'backend forgets' }
  | { does: 'browser is killed' }
  | { does: 'private windows are closed' };

/** What is to be met often enough that long ways are gone to their end has more weight. */
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant({ does: 'user', event: 'send' }) },
    {
      weight: 4,
      arbitrary: fc.record({
        does: fc.constant('user'),
        event: fc.constantFrom('withdraw', 'withdraw', 'retry', 'set-account', 'confirm-code', 'keep-longer'),
      }),
    },
    {
      weight: 12,
      arbitrary: fc.record({
        does: fc.constant('work'),
        answer: fc.constantFrom('arrives', 'arrives', 'lost'),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        does: fc.constant('work'),
        answer: fc.constantFrom<FaultCode>(
          'offline',
          'busy',
          'token_refused',
          'key_changed',
          'sealed_for_other',
          'malformed',
        ),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        does: fc.constant('verdict'),
        verdict: fc.constantFrom<Verdict>('verified', 'partial', 'rejected', 'unreachable'),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ does: 'time passes' }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('keep sealed'), on: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constant({ does: 'backend forgets' }) },
    { weight: 1, arbitrary: fc.constant({ does: 'browser is killed' }) },
    { weight: 1, arbitrary: fc.constant({ does: 'private windows are closed' }) },
  ),
  { maxLength: 40, size: 'max' },
) as fc.Arbitrary<Step[]>;

const BACKEND = '6f2f1d3e-0000-4000-8000-00000000000b';

interface World {
  capture: Capture | undefined;
  backend: ModelBackend;
  /** Handed in once, it must not vanish. */
  wasSent: boolean;
}

const begin = (isPrivate: boolean): World => ({
  backend: new ModelBackend(),
  wasSent: false,
  capture: {
    id: ID,
    connectionId: ID,
    provider: 'google',
    email: 'test.person@example.com',
    account: 'certain',
    code: 'certain',
    password: new Secret(CODE),
    state: 'held',
    capturedAt: 1,
    private: isPrivate,
    tries: 0,
  },
});

let addresses = 0;
let now = 0;

function happen(world: World, event: CaptureEvent): void {
  if (world.capture) world.capture = transition(world.capture, event);
}

/** Does what is to be done next, as the keeper does, and loses the answer or not. */
function work(world: World, answer: 'arrives' | 'lost' | FaultCode): void {
  const { capture, backend } = world;
  const duty = capture && dutyOf(capture);
  if (!duty) return;
  const { connectionId, email, password } = capture;
  const hindered = (code: FaultCode): void =>
    happen(world, { type: 'hindered', connectionId, fault: { code }, retryAt: 1 });
  if (answer !== 'arrives' && answer !== 'lost') hindered(answer);
  else if (duty === 'seal') {
    if (password === undefined) hindered('code_gone');
    else happen(world, { type: 'sealed', connectionId, email, sealed: 'a.b.c.d.e', backend: BACKEND });
  } else if (duty === 'forget') {
    const [forgottenId] = capture.replaces as [string];
    backend.connections.delete(forgottenId);
    if (answer === 'lost') hindered('unreachable');
    else happen(world, { type: 'forgotten', forgottenId });
  } else {
    if (duty === 'submit') backend.submit(connectionId, email);
    const connection = backend.tell(connectionId);
    if (answer === 'lost') hindered('unreachable');
    else if (connection) happen(world, { type: 'answered', connectionId, connection });
    else hindered('not_found');
  }
}

function step(world: World, { does, ...rest }: Step): void {
  switch (does) {
    case 'user': {
      const { event } = rest as { event: string };
      const email = `other.${++addresses}@example.com`;
      const connectionId = `6f2f1d3e-0000-4000-8000-${String(addresses).padStart(12, '0')}`;
      if (event === 'set-account') happen(world, { type: event, email, confirmed: true, connectionId });
      else happen(world, { type: event, connectionId } as CaptureEvent);
      return;
    }
    case 'time passes':
      now += 30_000;
      happen(world, { type: 'counted', now, hold: 90_000 });
      return;
    case 'keep sealed':
      happen(world, { type: 'keep-sealed', on: (rest as { on: boolean }).on });
      return;
    case 'work':
      work(world, (rest as { answer: 'arrives' }).answer);
      return;
    case 'verdict': {
      // Whatever is still being verified, also what nobody asks about any more.
      const { connections } = world.backend;
      for (const [id, { verdict }] of connections)
        if (!verdict || id === world.capture?.connectionId)
          world.backend.decide(id, (rest as { verdict: Verdict }).verdict);
      return;
    }
    case 'backend forgets':
      world.backend.connections.clear();
      return;
    case 'browser is killed':
      {
        const left = world.capture && asOnDisk(world.capture);
        world.capture = left && fromDisk(left);
      }
      return;
    case 'private windows are closed':
      happen(world, { type: 'private-windows-closed' });
  }
}

/** What must hold at every moment. */
function check({ capture, wasSent }: World): void {
  if (!capture) {
    expect(wasSent, 'what was sent is there').toBe(false);
    return;
  }
  const { state, password, sealed, keepSealed, leaving } = capture;
  if (state === 'verified') expect([password, sealed], 'wiped once verified').toEqual([undefined, undefined]);
  if (state === 'held') expect(password ?? sealed, 'held is the code').toBeDefined();
  const maySeal = state === 'queued' || state === 'held';
  if (!maySeal) expect(sealed, 'sealed only before the backend has it').toBeUndefined();
  const duty = dutyOf(capture);
  const isUnderWay = state === 'queued' || state === 'verifying';
  if (isUnderWay) expect(duty, 'something to do while it is under way').toBeDefined();
  else
    expect([undefined, 'forget', state === 'held' && 'seal'], 'nothing is handed in unasked').toContain(duty);
  if (leaving) expect(duty, 'of a private window that was closed is left what is under way').toBeDefined();
  const onDisk = asOnDisk(capture);
  if (state === 'held' && !keepSealed && !capture.fault) expect(onDisk, 'unsent on disk').toBeUndefined();
  if (capture.private) expect(onDisk, 'from a private window on disk').toBeUndefined();
  expect(onDisk ?? {}, 'the code is on disk').not.toHaveProperty('password');
}

const RUNS = { numRuns: 5_000 };

describe('whatever happens, in whatever order', () => {
  test('nothing that was sent is lost, no state is against the rules', () => {
    fc.assert(
      fc.property(steps, fc.boolean(), (all, isPrivate) => {
        const world = begin(isPrivate);
        for (const one of all) {
          const before = world.capture;
          step(world, one);
          if (isPrivate && !world.capture) {
            // It went with its window, unless it was on its way; or with the browser.
            const isKilled = one.does === 'browser is killed';
            const isClosed = one.does === 'private windows are closed' || before?.leaving;
            const isWaiting = !before || before.state === 'held' || before.retryAt === 'never';
            const wasUnderWay = !isWaiting && dutyOf(before);
            expect(isKilled || isClosed).toBe(true);
            if (one.does === 'private windows are closed') expect(wasUnderWay).toBeFalsy();
            return;
          }
          if (world.capture?.state === 'queued') world.wasSent = true;
          // Taken back by its user it is only held again, and memory by design.
          if (world.capture?.state === 'held' && !world.capture.fault) world.wasSent = false;
          check(world);
        }
      }),
      RUNS,
    );
  });

  test('once nothing hinders it any more it comes to an end, with one connection at the backend or none', () => {
    fc.assert(
      fc.property(steps, fc.boolean(), fc.boolean(), (all, isPrivate, isDiscarded) => {
        const world = begin(isPrivate);
        for (const one of all) step(world, one);
        const last = world.capture;
        if (isDiscarded) happen(world, { type: 'discard' });
        if (isPrivate) happen(world, { type: 'private-windows-closed' });
        for (let n = 0; n < 50 && world.capture && dutyOf(world.capture); n++) {
          work(world, 'arrives');
          if (world.capture) world.backend.decide(world.capture.connectionId, 'verified');
        }
        const { capture: end, backend } = world;
        const isDone = !last || last.state === 'verified';
        if (isDiscarded || isPrivate) expect(end, 'nothing remains').toBeUndefined();
        if (isDiscarded && !isDone) expect(backend.connections.size).toBe(0);
        if (!end) return;
        expect(backend.connections.size).toBeLessThanOrEqual(1);
        // Verified, or waiting for its user with the code or with a reason.
        expect(['verified', 'held', 'failed']).toContain(end.state);
        if (end.state === 'failed') expect(end.connection ?? end.fault).toBeDefined();
      }),
      RUNS,
    );
  });

  test('one address is verified once, however often it was handed in', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const world = begin(false);
        for (const one of all) {
          step(world, one);
          const verified = world.backend.verified();
          expect(new Set(verified).size).toBe(verified.length);
        }
      }),
      RUNS,
    );
  });
});
