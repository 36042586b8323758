import { exportJWK, generateKeyPair } from 'jose';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { StoredCapture } from '../../utils/captures/capture.ts';
import type { Connection, JsonWebKeySet } from '../../utils/onboarding/contract.ts';
import { problemTypes } from '../../utils/onboarding/contract.ts';

/*
 * The keeper is ended at every await there is, one after the other, and another one takes over with what is stored. The
 * browser's storage and the backend are models here; both are real in `tests/faults`, where the moment is chance.
 */

// Hundreds of lives each.
vi.setConfig({ testTimeout: 60_000 });

const CODE = 'qwertyuiopasdfgh';
const EMAIL = 'test.person@gmail.com';
const ADDRESS = 'https://onboarding.example.com';
const ACCOUNT = '6f2f1d3e-0000-4000-8000-00000000000b';

/** Where a life of the worker can end. Whatever it awaits after that never comes. */
class Life {
  awaits = 0;
  readonly #endsAt: number;
  #ended = (): void => {};
  readonly ended = new Promise<void>((resolve) => {
    this.#ended = resolve;
  });

  constructor(endsAt = Number.POSITIVE_INFINITY) {
    this.#endsAt = endsAt;
  }

  get isOver(): boolean {
    return this.awaits >= this.#endsAt;
  }

  /** Does it, with a moment before and one after it at which the life may end. */
  async through<T>(action: () => T | Promise<T>): Promise<T> {
    await this.#moment();
    const result = await action();
    await this.#moment();
    return result;
  }

  async #moment(): Promise<void> {
    if (!this.isOver) this.awaits += 1;
    if (!this.isOver) return;
    this.#ended();
    await new Promise(() => {});
  }
}

type Stored = Record<string, unknown>;

/** What outlives a worker: the browser's memory and disk. */
class Storage {
  disk: Stored = {
    settings: { agreedAt: 1 },
    accounts: {
      current: ACCOUNT,
      all: [{ id: ACCOUNT, address: ADDRESS, access: { token: 'a token' }, addedAt: 1 }],
    },
  };
  session: Stored = {};
  managed: Stored = {};
  isFull = false;

  /** The browser's memory. */
  memory(life: Life) {
    return {
      get: (key: string) =>
        life.through(() => (key in this.session ? { [key]: structuredClone(this.session[key]) } : {})),
      set: (values: Stored) =>
        life.through(() => {
          // Through JSON, as browsers do.
          Object.assign(this.session, JSON.parse(JSON.stringify(values)));
        }),
      remove: (key: string) =>
        life.through(() => {
          delete this.session[key];
        }),
    };
  }

  onDisk(life: Life) {
    return {
      read: (key: string) => life.through(() => structuredClone(this.disk[key])),
      write: (key: string, value: unknown) =>
        life.through(() => {
          if (this.isFull) throw new DOMException('There is no room', 'QuotaExceededError');
          this.disk[key] = JSON.parse(JSON.stringify(value));
        }),
    };
  }

  captures(): StoredCapture[] {
    return Object.values((this.session.captures ?? {}) as Record<string, StoredCapture>);
  }
}

/** One connection for an id, verified at the second time of asking. */
class Backend {
  readonly connections = new Map<string, { email: string; isAsked: boolean }>();
  keys: JsonWebKeySet = { keys: [] as never };
  /** Answers to give first, instead of what was asked for. */
  readonly trouble: (() => Response | Promise<Response>)[] = [];

  async answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const id = pathname.split('/')[3] ?? '';
    if (pathname === '/.well-known/jwks.json') return Response.json(this.keys);
    if (pathname === '/v1/workspace') return Response.json({ id: 'default', name: 'Workspace' });
    const known = this.connections.get(id);
    if (request.method === 'DELETE') {
      this.connections.delete(id);
      return new Response(null, { status: 204 });
    }
    if (request.method === 'PUT') {
      const { email, password } = (await request.json()) as { email: string; password: string };
      const { kid } = JSON.parse(Buffer.from(password.split('.')[0] as string, 'base64url').toString());
      if (!this.keys.keys.some((key) => key.kid === kid))
        return problem(409, problemTypes.keyUnknown, 'The key is not known.');
      if (!known) this.connections.set(id, { email, isAsked: false });
      return Response.json(this.#connection(id, 'verifying'), { status: known ? 200 : 202 });
    }
    if (!known) return problem(404, problemTypes.notFound, 'There is none.');
    const isDone = known.isAsked;
    known.isAsked = true;
    return Response.json(this.#connection(id, isDone ? 'done' : 'verifying'));
  }

  #connection(id: string, state: Connection['state']): Connection {
    const check = { status: 'ok', host: 'imap.example.com', port: 993, ms: 1 } as const;
    const facts = { id, provider: 'google', email: EMAIL, version: state === 'done' ? 2 : 1, attempt: 1 };
    return {
      ...facts,
      state,
      checks: { receiving: check, sending: check },
      ...(state === 'done' ? { verdict: 'verified' } : {}),
    };
  }
}

const problem = (status: number, type: string, title: string): Response =>
  Response.json({ type, title, status }, { status, headers: { 'Content-Type': 'application/problem+json' } });

/** A worker with the real keeper and store, on the model of a browser. */
async function begin(life: Life, storage: Storage, backend: Backend) {
  vi.resetModules();
  vi.doMock('wxt/browser', () => ({
    browser: {
      storage: {
        session: storage.memory(life),
        managed: { get: () => life.through(() => storage.managed) },
      },
    },
  }));
  vi.doMock('../../utils/disk.ts', () => ({ disk: storage.onDisk(life) }));
  // A worker that ends gives back its locks; one life runs at a time here.
  vi.stubGlobal('navigator', {
    onLine: true,
    locks: { request: (_: string, work: () => Promise<void>) => life.through(work) },
  });
  vi.stubGlobal('fetch', (input: Request | URL | string, init?: RequestInit) =>
    life.through(() => (backend.trouble.shift() ?? (() => backend.answer(new Request(input, init))))()),
  );
  const [{ Keeper }, { CaptureStore }, { Secret }] = await Promise.all([
    import('../../utils/captures/keeper.ts'),
    import('../../utils/captures/store.ts'),
    import('../../utils/secret.ts'),
  ]);
  const store = new CaptureStore();
  const came = new Map<string, () => void>();
  const keeper = new Keeper(
    store,
    () => {
      for (const { state } of store.all()) came.get(state)?.();
    },
    () => Promise.resolve(),
  );
  const until = (state: string): Promise<void> =>
    new Promise((resolve) => {
      came.set(state, resolve);
      if (store.all().some((capture) => capture.state === state)) resolve();
    });
  /** What the page shows is told until it is taken note of, and the user clicks until something happens. */
  const runs = async (): Promise<void> => {
    await store.ready;
    keeper.work();
    const seen = {
      provider: 'google',
      email: EMAIL,
      account: 'certain',
      code: 'certain',
      private: false,
    } as const;
    if (storage.captures().length === 0) await keeper.hold({ ...seen, password: new Secret(CODE) });
    for (const { id, state } of store.all())
      if (state === 'held') await keeper.dispatch(id, { type: 'send', backend: ACCOUNT, now: Date.now() });
    await until('verified');
  };
  return { keeper, store, until, runs };
}

/** The one there is, to be changed. */
const account = (storage: Storage) =>
  (storage.disk.accounts as { all: { met: { askedAt: number } & Record<string, unknown> }[] }).all[0] as {
    met: { askedAt: number } & Record<string, unknown>;
  };

let keys: JsonWebKeySet;
let otherKeys: JsonWebKeySet;
const newKeys = async (kid: string): Promise<JsonWebKeySet> => {
  const { publicKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  const key = { ...(await exportJWK(publicKey)), kid, use: 'enc', alg: 'ECDH-ES' };
  return { keys: [key] } as JsonWebKeySet;
};
beforeAll(async () => {
  keys = await newKeys('first');
  otherKeys = await newKeys('second');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.doUnmock('wxt/browser');
  vi.doUnmock('../../utils/disk.ts');
});

const world = (): [Storage, Backend] => {
  const backend = new Backend();
  backend.keys = keys;
  return [new Storage(), backend];
};

/** Lives that end at these awaits, each where the last one left off, and one that is left to live. */
async function live(endings: number[], storage: Storage, backend: Backend): Promise<number> {
  for (const ending of endings) {
    const life = new Life(ending);
    const { runs } = await begin(life, storage, backend);
    await Promise.race([runs(), life.ended]);
    if (!life.isOver) return life.awaits;
  }
  const last = new Life();
  const { runs } = await begin(last, storage, backend);
  await runs();
  return last.awaits;
}

describe('a worker that is ended at any await', () => {
  test('once: the code ends verified, wiped, and as one connection', async () => {
    const whole = await live([], ...world());
    expect(whole).toBeGreaterThan(40);
    for (let ending = 1; ending <= whole; ending++) {
      const [storage, backend] = world();
      await live([ending], storage, backend);
      expect(storage.captures(), `ended at ${ending}`).toMatchObject([{ state: 'verified', email: EMAIL }]);
      expect([...backend.connections], `ended at ${ending}`).toHaveLength(1);
      expect(JSON.stringify([storage.disk, storage.session]), `ended at ${ending}`).not.toContain(CODE);
    }
  });

  test('twice: likewise', async () => {
    for (let first = 5; first <= 60; first += 4) {
      for (let second = 5; second <= 40; second += 5) {
        const [storage, backend] = world();
        await live([first, second], storage, backend);
        expect(storage.captures(), `${first}, ${second}`).toMatchObject([{ state: 'verified' }]);
        expect([...backend.connections], `${first}, ${second}`).toHaveLength(1);
      }
    }
  });

  test('and the browser with it: what was sent is on its way, what was held is asked for again', async () => {
    const whole = await live([], ...world());
    for (let ending = 1; ending <= whole; ending++) {
      const [storage, backend] = world();
      const life = new Life(ending);
      const { runs } = await begin(life, storage, backend);
      await Promise.race([runs(), life.ended]);
      expect(JSON.stringify(storage.disk), 'on disk').not.toContain(CODE);
      const wasSent = storage.captures().some(({ state }) => state !== 'held');
      storage.session = {};
      const { keeper, store, until } = await begin(new Life(), storage, backend);
      await store.ready;
      if (wasSent) expect(storage.captures(), `ended at ${ending}`).toHaveLength(1);
      keeper.work();
      const isSealed = store
        .all()
        .some(({ sealed, state }) => sealed || state === 'verifying' || state === 'verified');
      if (store.all().length > 0) await until(isSealed ? 'verified' : 'failed');
      expect(backend.connections.size).toBeLessThanOrEqual(1);
    }
  });
});

test('a code that comes back to its user has its whole time again, at once', async () => {
  const [storage, backend] = world();
  const { keeper, store } = await begin(new Life(), storage, backend);
  const { Secret } = await import('../../utils/secret.ts');
  await store.ready;
  const seen = {
    provider: 'google',
    email: EMAIL,
    account: 'certain',
    code: 'certain',
    private: false,
  } as const;
  backend.trouble.push(...Array.from({ length: 9 }, () => () => Promise.reject(new TypeError('no network'))));
  await keeper.hold({ ...seen, password: new Secret(CODE) });
  const [{ id = '' } = {}] = store.all();
  await keeper.dispatch(id, { type: 'send', backend: ACCOUNT, now: Date.now() });
  expect(store.get(id)?.left).toBeUndefined();
  await keeper.dispatch(id, { type: 'withdraw', connectionId: crypto.randomUUID() });
  expect(store.get(id)).toMatchObject({ state: 'held', left: 600_000 });
  expect(keeper.nextDuty()).toBeLessThanOrEqual(Date.now() + 30_000);
});

test('a disk that is full keeps nothing from memory, and is told', async () => {
  const [storage, backend] = world();
  account(storage).met = { keys, workspace: { id: 'default', name: 'W' }, askedAt: Date.now() };
  storage.isFull = true;
  const { runs } = await begin(new Life(), storage, backend);
  await runs();
  expect(storage.captures()).toMatchObject([{ state: 'verified' }]);
  expect(storage.session.diskFull).toBe(true);
});

test('what waits for the network does not wait for its next try once there is one', async () => {
  const [storage, backend] = world();
  const { keeper, store, until } = await begin(new Life(), storage, backend);
  const { Secret } = await import('../../utils/secret.ts');
  await store.ready;
  const seen = { provider: 'google', account: 'certain', code: 'certain', private: false } as const;
  await keeper.hold({ ...seen, email: EMAIL, password: new Secret(CODE) });
  const [{ id = '' } = {}] = store.all();
  await vi.waitFor(() => expect(store.get(id)?.sealed).toBeDefined());
  const network = navigator as { onLine: boolean };
  network.onLine = false;
  backend.trouble.push(...Array.from({ length: 9 }, () => () => Promise.reject(new TypeError('no network'))));
  await keeper.dispatch(id, { type: 'send', backend: ACCOUNT, now: Date.now() });
  await vi.waitFor(() => expect(store.get(id)?.fault).toEqual({ code: 'offline' }));

  // It was away for long.
  const waiting = { ...(store.get(id) as NonNullable<ReturnType<typeof store.get>>), tries: 99 };
  await store.set(id, { ...waiting, retryAt: Date.now() });
  keeper.work();
  await vi.waitFor(() => expect(store.get(id)?.tries).toBe(100));
  expect(store.get(id)?.retryAt).toBeLessThanOrEqual(Date.now() + 30_000);

  await store.set(id, { ...waiting, retryAt: Date.now() + 300_000 });
  keeper.work();
  expect(store.get(id)).toMatchObject({ state: 'queued', fault: { code: 'offline' } });

  // It is there, and the first try with it fails.
  network.onLine = true;
  backend.trouble.length = 1;
  keeper.work();
  await vi.waitFor(() => expect(store.get(id)).toMatchObject({ fault: { code: 'unreachable' }, tries: 1 }));
  expect(store.get(id)?.retryAt).toBeLessThanOrEqual(Date.now() + 1_000);
  await until('verified');
});

test('another key is not sealed to before the user agrees, and then the code goes on its way', async () => {
  const [storage, backend] = world();
  const { keeper, store, until } = await begin(new Life(), storage, backend);
  const { Secret } = await import('../../utils/secret.ts');
  const { agreeToKeys } = await import('../../utils/onboarding/backend.ts');
  await store.ready;
  const seen = { provider: 'google', account: 'certain', code: 'certain', private: false } as const;
  const send = async (email: string, code: string): Promise<string> => {
    await keeper.hold({ ...seen, email, password: new Secret(code) });
    const { id } = store.all().find((capture) => capture.email === email) ?? { id: '' };
    await keeper.dispatch(id, { type: 'send', backend: ACCOUNT, now: Date.now() });
    return id;
  };
  const first = await send(EMAIL, CODE);
  await until('verified');
  await keeper.dispatch(first, { type: 'discard' });

  // The backend still opens what is sealed to the key before, and does not offer it any more: the next day it is noticed.
  const known = account(storage).met;
  account(storage).met = { ...known, askedAt: known.askedAt - 25 * 3_600_000 };
  backend.keys = { keys: [...otherKeys.keys, ...keys.keys] };
  const third = await send('third.person@gmail.com', 'plokijuhygtfrdes');
  await vi.waitFor(() =>
    expect(store.get(third)).toMatchObject({ state: 'held', fault: { code: 'key_changed' } }),
  );
  await keeper.dispatch(third, { type: 'discard' });
  account(storage).met = known;

  backend.keys = otherKeys;
  const second = await send('second.person@gmail.com', 'zxcvbnmasdfghjkl');
  await vi.waitFor(() =>
    expect(store.get(second)).toMatchObject({ state: 'held', fault: { code: 'key_changed' } }),
  );
  await keeper.dispatch(second, { type: 'send', backend: ACCOUNT, now: Date.now() });
  await vi.waitFor(() =>
    expect(store.get(second)).toMatchObject({ state: 'held', fault: { code: 'key_changed' } }),
  );
  expect(backend.connections.size).toBe(1);

  await agreeToKeys();
  await keeper.dispatch(second, { type: 'send', backend: ACCOUNT, now: Date.now() });
  await until('verified');
  expect(backend.connections.size).toBe(2);
});

test('a mailbox that the organisation does not allow is not handed in, and its user is told', async () => {
  const [storage, backend] = world();
  storage.managed = { allowedDomains: ['example.com'] };
  const { keeper, store } = await begin(new Life(), storage, backend);
  const { Secret } = await import('../../utils/secret.ts');
  await store.ready;
  const seen = { provider: 'google', account: 'certain', code: 'certain', private: false } as const;
  await keeper.hold({ ...seen, email: EMAIL, password: new Secret(CODE) });
  const [{ id = '' } = {}] = store.all();
  await keeper.dispatch(id, { type: 'send', backend: ACCOUNT, now: Date.now() });
  await vi.waitFor(() =>
    expect(store.get(id)).toMatchObject({ state: 'held', fault: { code: 'domain_not_allowed' } }),
  );
  expect(store.get(id)?.password?.open()).toBe(CODE);
  expect(backend.connections.size).toBe(0);
});
