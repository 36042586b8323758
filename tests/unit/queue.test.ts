import { exportJWK, generateKeyPair } from 'jose';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { isClosed } from '../../components/queue/words.ts';
import { guides } from '../../providers/registry/guides.ts';
import { type CaptureView, canSucceed } from '../../utils/captures/view.ts';
import type { Connection, Verdict } from '../../utils/onboarding/contract.ts';
import { readAddressFile, textOf } from '../../utils/queue/address-file.ts';
import { linesOf, readAddresses } from '../../utils/queue/addresses.ts';
import { pageFor } from '../../utils/queue/open-page.ts';
import { noteOutcomes, withOutcomes } from '../../utils/queue/outcomes.ts';
import { MOST_ROWS, type QueueRow, queue } from '../../utils/queue/queue.ts';
import { resultsCsv } from '../../utils/queue/results.ts';
import { guessFor, nextRow, progressOf, rowInFront, rowViews, straysOf } from '../../utils/queue/rows.ts';
import { steady } from '../../utils/queue/steady.ts';
import { senderTemplate, tagsIn, templateFrom, templateProblems } from '../../utils/queue/template.ts';
import { putOnDisk } from './indexed-db.ts';

const ACCOUNT = '6f2f1d3e-0000-4000-8000-00000000000b';
const ID = '6f2f1d3e-0000-4000-8000-000000000001';
const ANN = 'ann@gmail.com';

const held: CaptureView = {
  id: ID,
  connectionId: ID,
  provider: 'google',
  email: ANN,
  account: 'certain',
  code: 'certain',
  state: 'held',
  capturedAt: 1000,
  private: false,
  tries: 0,
  hasCode: true,
  survives: false,
};

const connection = (verdict?: Verdict, rest: Partial<Connection> = {}): Connection => ({
  id: ID,
  provider: 'google',
  email: ANN,
  state: verdict ? 'done' : 'verifying',
  version: 1,
  attempt: 1,
  checks: { receiving: { status: 'pending' }, sending: { status: 'pending' } },
  ...(verdict ? { verdict } : {}),
  ...rest,
});
const verified: CaptureView = {
  ...held,
  state: 'verified',
  hasCode: false,
  connection: connection('verified'),
};
const rejected: CaptureView = {
  ...held,
  state: 'failed',
  connection: connection('rejected', { advice: { code: 'AUTH_INVALID' } }),
};

const views = (rows: QueueRow[], captures: CaptureView[] = []) =>
  rowViews(rows, captures, (provider) => isClosed(guides.get(provider)));
const viewOf = (capture: CaptureView, row: Partial<QueueRow> = {}) =>
  views([{ email: ANN, provider: 'google', ...row }], [capture])[0];

describe('addresses that are pasted', () => {
  const read = (text: string, known: string[] = [], room = MOST_ROWS) =>
    readAddresses(linesOf(text), known, room);

  test.each([
    ['one a line, however lines end', 'ann@example.com\r\nbob@example.com\rcid@example.com\n'],
    ['commas, semicolons and blanks', 'ann@example.com, bob@example.com;cid@example.com'],
    ['with names', 'Ann <ann@example.com>, "Smith, Bob" <bob@example.com>\nCid Jones cid@example.com'],
    ['from a page', '\u200Bann@example.com\u00A0bob@example.com\tmailto:cid@example.com'],
    ['in quotes and brackets', '"ann@example.com" (bob@example.com) <mailto:cid@example.com>.'],
  ])('%s', (_, text) => {
    expect(read(text)).toEqual({
      emails: ['ann@example.com', 'bob@example.com', 'cid@example.com'],
      wrong: [],
      doubles: 0,
      left: 0,
    });
  });

  test('what is none is told with its line, and the rest is taken', () => {
    expect(read('ann@example.com\n\nnobody\nbob@ example.com\ncid@example\nann@@example.com')).toEqual({
      emails: ['ann@example.com'],
      wrong: [
        { line: 3, text: 'nobody' },
        { line: 4, text: 'bob@' },
        { line: 5, text: 'cid@example' },
        { line: 6, text: 'ann@@example.com' },
      ],
      doubles: 0,
      left: 0,
    });
  });

  test('twice is once, in whichever letters, and in the list before', () => {
    const { emails, doubles } = read('Ann@Example.com ann@example.com bob@example.com', ['BOB@example.com']);
    expect(emails).toEqual(['Ann@Example.com']);
    expect(doubles).toBe(2);
  });

  test('no more than there is room for', () => {
    const many = Array.from({ length: 503 }, (_, at) => `box${at}@example.com`).join('\n');
    const { emails, left } = read(many);
    expect([emails.length, left]).toEqual([500, 3]);
    expect(read('ann@example.com ann@example.com bob@example.com', [], 1)).toMatchObject({
      emails: ['ann@example.com'],
      doubles: 1,
      left: 1,
    });
  });

  test('a huge text in one line is read at once', () => {
    const began = performance.now();
    const { wrong } = read(`${'"'.repeat(100_000)}${'<'.repeat(100_000)}${'a'.repeat(500_000)}@`);
    expect(wrong).toHaveLength(1);
    expect(wrong[0]?.text.length).toBeLessThan(100);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test('a password that is pasted along goes nowhere', () => {
    expect(JSON.stringify(read('ann@example.com not-a-real-password'))).not.toContain('password');
  });
});

describe('addresses in a file', () => {
  const emailsOf = async (text: string) => {
    const read = await readAddressFile(text);
    return typeof read === 'string' ? read : read.lines.map((line) => line.text);
  };

  test.each([
    ['plain', 'email\nann@example.com\nbob@example.com\n'],
    ['with a byte order mark and other line ends', '\uFEFFE-Mail\r\nann@example.com\r\nbob@example.com'],
    ['semicolons', 'Name;E-Mail-Adresse\n"Smith; Ann";ann@example.com\nBob;bob@example.com'],
    ['tabs', 'Name\tMail\nAnn\tann@example.com\nBob\tbob@example.com'],
    ['quoted', '"Name","Email"\n"Ann ""A"" Smith,\nof Example","ann@example.com"\n"Bob","bob@example.com"'],
    ['without a header', 'Ann,ann@example.com\nBob,bob@example.com'],
    ['the name says nothing', 'a,b\nAnn,ann@example.com\nBob,bob@example.com'],
    ['others’ addresses beside', 'Recovery email,Email\nzoe@example.com,ann@example.com\n,bob@example.com'],
    ['in another script', 'имя,почта\nAnn,ann@example.com\nBob,bob@example.com'],
  ])('%s', async (_, text) => {
    expect((await emailsOf(text)).slice(0, 2)).toEqual(['ann@example.com', 'bob@example.com']);
  });

  test.each(['', '\n\n', 'name\nAnn\nBob', 'a,b,c', '{"not": "csv"}'])('none: %j', async (text) => {
    expect(await readAddressFile(text)).toBe('no_addresses');
  });

  test('wrong ones are told with the line of the file', async () => {
    const read = await readAddressFile('name,email\nAnn,ann@example.com\nBob,bob@\nCid,cid@example.com');
    if (typeof read === 'string') throw new Error(read);
    expect(readAddresses(read.lines, [], MOST_ROWS).wrong).toEqual([{ line: 3, text: 'bob@' }]);
  });

  const SECRETS = [
    ...['password', 'Password', 'smtpPassword', 'imapPassword', 'IMAP_PASS', 'SMTP Password', 'app password'],
    ...[
      'smtppassword',
      'passwort',
      'App-Passwort',
      'Kennwort',
      'pw',
      'pwd',
      'pass',
      'code',
      'app code',
      'secret',
    ],
    ...[
      'Contraseña',
      'Clave',
      'mot de passe',
      'Mot de passe SMTP',
      'senha',
      'wachtwoord',
      'hasło',
      'Lösenord',
    ],
    ...['пароль', 'Пароль приложения', '密码', 'パスワード', '비밀번호', 'şifre', 'heslo', 'jelszó', 'token'],
    ...['كلمة المرور', 'סיסמה', 'API key'],
  ];
  test.each(SECRETS)('a column “%s” is named, and nothing of it is read', async (name) => {
    const read = await readAddressFile(`email,${name}\nann@example.com,not-a-real-password\n`);
    expect(read).toEqual({ lines: [{ line: 2, text: 'ann@example.com' }], passwords: [name] });
  });

  test.each(['zip code', 'Country code', 'company', 'passport', 'first name', 'notes', 'compass', 'status'])(
    'a column “%s” is nothing to warn of',
    async (name) => {
      expect(await readAddressFile(`email,${name}\nann@example.com,12345\n`)).toMatchObject({
        passwords: [],
      });
    },
  );

  test('without a header app passwords are told by their form', async () => {
    const read = await readAddressFile(
      'ann@example.com,qwer tyui opas dfgh\nbob@example.com,asdfghjklzxcvbnm\n',
    );
    expect(read).toMatchObject({ passwords: ['2'] });
    expect(JSON.stringify(read)).not.toMatch(/qwer|asdf/);
  });

  test('a password that looks like an address is in no list', async () => {
    const read = await readAddressFile('password,email\nnot@areal.password,ann@example.com\n');
    expect(read).toMatchObject({ lines: [{ text: 'ann@example.com' }] });
  });

  test('spreadsheets write UTF-16 too, and what is no text is none', () => {
    const utf16 = new Uint8Array(Buffer.from('\uFEFFemail\nann@example.com', 'utf16le'));
    expect(textOf(utf16)).toContain('ann@example.com');
    expect(textOf(new Uint8Array(Buffer.from('\uFEFFann@example.com')))).toContain('ann@example.com');
    expect(textOf(new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 0]))).toBeUndefined();
  });
});

describe('a row', () => {
  test.each<[string, CaptureView, object]>([
    ['held', held, { state: 'held', open: undefined }],
    ['held, to be confirmed', { ...held, account: 'likely' }, { state: 'held', open: 'account' }],
    ['held, perhaps no code', { ...held, code: 'likely' }, { state: 'held', open: 'code' }],
    [
      'held, refused',
      { ...held, fault: { code: 'token_refused' } },
      { state: 'held', cause: 'token_refused' },
    ],
    ['queued', { ...held, state: 'queued' }, { state: 'sending' }],
    [
      'waiting',
      { ...held, state: 'queued', fault: { code: 'offline' } },
      { state: 'waiting', cause: 'offline' },
    ],
    ['verifying', { ...held, state: 'verifying', connection: connection() }, { state: 'checking' }],
    [
      'verifying, hindered',
      { ...held, state: 'verifying', fault: { code: 'slow' } },
      { state: 'waiting', cause: 'slow' },
    ],
    ['verified', verified, { state: 'connected', verdict: 'verified' }],
    ['failed', rejected, { state: 'needs', verdict: 'rejected', cause: 'AUTH_INVALID' }],
    [
      'forgotten in time',
      { ...held, state: 'failed', hasCode: false, fault: { code: 'expired' } },
      { state: 'needs', cause: 'expired', verdict: undefined },
    ],
  ])('whose code is %s', (_, capture, expected) => {
    expect(viewOf(capture)).toMatchObject({ email: ANN, provider: 'google', ...expected });
  });

  test('without a code', () => {
    const rows: QueueRow[] = [
      { email: ANN, provider: 'google' },
      { email: 'bob@example.com' },
      { email: 'cid@outlook.com', provider: 'microsoft-personal' },
      { email: 'dan@tuta.com', provider: 'tuta' },
      { email: 'eve@gmail.com', provider: 'google', skipped: true },
    ];
    expect(views(rows).map(({ state }) => state)).toEqual(['todo', 'todo', 'closed', 'closed', 'skipped']);
  });

  test('is found by its address in whichever letters, and by the newest code', () => {
    expect(viewOf({ ...held, email: 'ANN@gmail.com' })?.state).toBe('held');
    const newer = { ...verified, capturedAt: 2000 };
    for (const captures of [
      [rejected, newer],
      [newer, rejected],
    ])
      expect(views([{ email: ANN }], captures)[0]?.state).toBe('connected');
  });

  test('knows nothing of private windows', () => {
    expect(viewOf({ ...held, private: true })?.state).toBe('todo');
    const rows: QueueRow[] = [{ email: ANN }];
    expect(withOutcomes(rows, [{ ...verified, private: true }], 5000)).toBe(rows);
    expect(straysOf([], [{ ...held, private: true }])).toEqual([]);
  });

  test('has the provider whose page showed the code, where its domain does not tell', () => {
    expect(views([{ email: ANN }], [held])[0]?.provider).toBe('google');
    expect(views([{ email: ANN, provider: 'zoho' }], [{ ...held, provider: 'other' }])[0]?.provider).toBe(
      'zoho',
    );
  });

  test('that was skipped is taken up by a code, and not by a failure that was there before', () => {
    expect(viewOf(held, { skipped: true })?.state).toBe('held');
    expect(viewOf(rejected, { skipped: true })?.state).toBe('skipped');
  });
});

describe('outcomes', () => {
  const rows: QueueRow[] = [{ email: ANN }, { email: 'bob@gmail.com' }];

  test('stay when the capture is put away', () => {
    const kept = withOutcomes(rows, [verified], 5000);
    expect(kept).toEqual([{ email: ANN, outcome: { verdict: 'verified', at: 5000 } }, rows[1]]);
    expect(views(kept)).toMatchObject([{ state: 'connected', at: 5000 }, { state: 'todo' }]);
    const failed = withOutcomes(rows, [rejected], 5000);
    expect(views(failed)[0]).toMatchObject({ state: 'needs', verdict: 'rejected', cause: 'AUTH_INVALID' });
  });

  test('are written once, and are the same list where nothing is new', () => {
    const once = withOutcomes(rows, [verified], 5000);
    expect(withOutcomes(once, [verified], 9000)).toBe(once);
    expect(withOutcomes(rows, [held], 5000)).toBe(rows);
    expect(withOutcomes(rows, [], 5000)).toBe(rows);
  });

  test('are of the newest code; an older one that failed undoes no success', () => {
    const kept = withOutcomes(rows, [{ ...verified, capturedAt: 2000 }, rejected], 3000);
    expect(kept[0]?.outcome?.verdict).toBe('verified');
    // The newer one was put away, and the older one is still there.
    expect(withOutcomes(kept, [rejected], 4000)).toBe(kept);
    expect(views(kept, [rejected])[0]?.state).toBe('connected');
    // A still newer one counts again.
    expect(views(kept, [{ ...held, capturedAt: 6000 }])[0]?.state).toBe('held');
    expect(withOutcomes(kept, [{ ...rejected, capturedAt: 6000 }], 7000)[0]?.outcome).toEqual({
      verdict: 'rejected',
      code: 'AUTH_INVALID',
      at: 7000,
    });
  });

  test('are written by the worker without a code, while others write rows', async () => {
    await queue.write(rows);
    await Promise.all([
      noteOutcomes([verified]),
      noteOutcomes([{ ...rejected, email: 'bob@gmail.com', fault: { code: 'code_gone' } }]),
    ]);
    expect(await queue.read()).toMatchObject([
      { email: ANN, outcome: { verdict: 'verified' } },
      { email: 'bob@gmail.com', outcome: { code: 'code_gone' } },
    ]);
    await queue.write([]);
  });
});

describe('next', () => {
  const rows = views(
    [
      { email: 'cid@outlook.com', provider: 'microsoft-personal' },
      { email: 'eve@gmail.com', provider: 'google', skipped: true },
      { email: ANN, provider: 'google' },
      { email: 'bob@yahoo.com', provider: 'yahoo' },
      { email: 'dan@gmail.com', provider: 'google', outcome: { code: 'expired', at: 1 } },
    ],
    [held],
  );

  test('is the first that is not begun, not closed and not skipped', () => {
    expect(nextRow(rows)?.email).toBe('bob@yahoo.com');
    expect(nextRow([])).toBeUndefined();
  });

  test('is what was opened, until a code is there', () => {
    expect(rowInFront(rows, 'CID@outlook.com')?.email).toBe('cid@outlook.com');
    expect(rowInFront(rows, 'dan@gmail.com')?.email).toBe('dan@gmail.com');
    for (const opened of [ANN, 'eve@gmail.com', 'gone@example.com', undefined])
      expect(rowInFront(rows, opened)?.email).toBe('bob@yahoo.com');
  });

  test('is what an unsure code may be for, if the provider is the same', () => {
    const front = nextRow(rows);
    const unsure = { ...held, provider: 'yahoo', email: '', account: 'unknown' } as const;
    expect(guessFor(unsure, rows, front)).toBe('bob@yahoo.com');
    expect(guessFor({ ...unsure, email: 'zoe@yahoo.com', account: 'likely' }, rows, front)).toBe(
      'bob@yahoo.com',
    );
    // An address of the list that the page itself named comes first.
    expect(guessFor({ ...unsure, email: 'dan@gmail.com', account: 'likely' }, rows, front)).toBe(
      'dan@gmail.com',
    );
    expect(guessFor({ ...unsure, provider: 'google' }, rows, front)).toBeUndefined();
    expect(guessFor({ ...unsure, account: 'certain', email: ANN }, rows, front)).toBeUndefined();
    expect(guessFor({ ...unsure, code: 'likely' }, rows, front)).toBeUndefined();
    expect(guessFor(unsure, rows, undefined)).toBeUndefined();
  });

  test('codes for addresses that are not in the list are told apart', () => {
    const stray = { ...held, email: 'zoe@gmail.com' };
    expect(straysOf(rows, [held, stray, verified])).toEqual([stray]);
  });
});

test('progress', () => {
  const rows = [
    { email: ANN },
    { email: 'bob@gmail.com', outcome: { verdict: 'rejected', code: 'AUTH_INVALID', at: 1 } },
    { email: 'cid@outlook.com', provider: 'microsoft-personal' },
    { email: 'eve@gmail.com', skipped: true },
  ] as QueueRow[];
  const counted = { all: 4, needs: 1, skipped: 1, closed: 1 };
  expect(progressOf(views(rows))).toEqual({ ...counted, connected: 0, isDone: false });
  for (const capture of [held, { ...held, state: 'queued' } as const])
    expect(progressOf(views(rows, [capture])).isDone).toBe(false);
  expect(progressOf(views(rows, [verified]))).toEqual({ ...counted, connected: 1, isDone: true });
  expect(progressOf([]).isDone).toBe(false);
});

test('what has not changed is the same object as before', () => {
  const before = views([{ email: ANN }, { email: 'bob@gmail.com' }]);
  const after = steady(
    before,
    views([{ email: ANN }, { email: 'bob@gmail.com' }], [held]),
    ({ email }) => email,
  );
  expect(after[0]).not.toBe(before[0]);
  expect(after[0]?.state).toBe('held');
  expect(after[1]).toBe(before[1]);
});

describe('results', () => {
  test('every row, and nothing that is secret', async () => {
    const rows: QueueRow[] = [
      { email: ANN, provider: 'google' },
      { email: 'bob@gmail.com', provider: 'google' },
    ];
    const captures = [
      { ...rejected, password: 'qwertyuiopasdfgh' } as CaptureView,
      { ...held, email: 'bob@gmail.com' },
    ];
    expect(await resultsCsv(views(withOutcomes(rows, captures, Date.UTC(2026, 0, 2)), captures))).toBe(
      [
        'address,provider,state,verdict,cause,time',
        'ann@gmail.com,google,needs,rejected,AUTH_INVALID,2026-01-02T00:00:00.000Z',
        'bob@gmail.com,google,held,,,',
      ].join('\r\n'),
    );
  });

  test('no formula, and what they write is read again', async () => {
    const csv = await resultsCsv(views([{ email: '+cmd@example.com' }, { email: '-2+3@example.com' }]));
    for (const line of csv.split('\r\n').slice(1)) expect(line).toMatch(/^"?'[+-]/);
    const read = await readAddressFile(csv);
    if (typeof read === 'string') throw new Error(read);
    expect(readAddresses(read.lines, [], MOST_ROWS).emails).toEqual(['+cmd@example.com', '-2+3@example.com']);
  });
});

test('the page of a mailbox is that of its account, where it can be named', () => {
  const url = new URL(pageFor(guides.get('google'), 'ann+a&b@gmail.com') as string);
  expect(url.searchParams.get('Email')).toBe('ann+a&b@gmail.com');
  expect(url.searchParams.get('continue')).toBe(guides.get('google')?.appPasswords);
  expect(pageFor(guides.get('yahoo'), 'bob@yahoo.com')).toBe(guides.get('yahoo')?.appPasswords);
  expect(pageFor(guides.get('tuta'), 'dan@tuta.com')).toBe(guides.get('tuta')?.fix.webmail);
  expect(pageFor(undefined, 'eve@example.com')).toBeUndefined();
});

test('trying again can help where something was in the way, and not where the code is wrong', () => {
  const check = (retryable: boolean) =>
    ({ status: 'failed', host: 'h', port: 1, ms: 1, stage: 'auth', code: 'UNKNOWN', retryable }) as const;
  const checks = (retryable: boolean) => ({ receiving: check(retryable), sending: check(true) });
  expect(canSucceed(connection('partial', { checks: checks(true) }))).toBe(true);
  expect(canSucceed(connection('rejected', { checks: checks(false) }))).toBe(false);
});

describe('the template', () => {
  afterEach(() => vi.unstubAllGlobals());

  test('what is typed', () => {
    expect(templateFrom({ fromName: ' Ann ', client: '', tags: ['a', ' a', 'b ', ''] })).toEqual({
      fromName: 'Ann',
      tags: ['a', 'b'],
    });
    expect(tagsIn('a, b,c')).toEqual({ tags: ['a', 'b'], rest: 'c' });
    expect(tagsIn('a')).toEqual({ tags: [], rest: 'a' });
    expect(tagsIn(',,')).toEqual({ tags: [], rest: '' });
  });

  test.each([
    [{ fromName: 'Ann\u0007' }, { fromName: 'control' }],
    [{ client: 'a'.repeat(101) }, { client: 'long' }],
    [{ tags: ['a'.repeat(51)] }, { tags: 'long' }],
    [{ tags: ['fine', 'a\tb'] }, { tags: 'control' }],
    [{ tags: Array.from({ length: 21 }, String) }, { tags: 'many' }],
    [{ fromName: 'a'.repeat(100), client: 'ü', tags: ['a'.repeat(50)] }, {}],
    [{}, {}],
  ])('what is wrong with it: %j', (template, problems) => {
    expect(templateProblems(template)).toEqual(problems);
  });

  test('goes along with every mailbox that is sent, and only if there is one', async () => {
    const [{ Keeper }, { CaptureStore }, { Secret }] = await Promise.all([
      import('../../utils/captures/keeper.ts'),
      import('../../utils/captures/store.ts'),
      import('../../utils/secret.ts'),
    ]);
    const { publicKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
    const key = { ...(await exportJWK(publicKey)), kid: 'first', use: 'enc', alg: 'ECDH-ES' };
    const sent: { template?: unknown }[] = [];
    vi.stubGlobal('fetch', async (input: Request | URL | string, init?: RequestInit) => {
      const request = new Request(input, init);
      if (request.url.endsWith('jwks.json')) return Response.json({ keys: [key] });
      if (request.url.endsWith('workspace')) return Response.json({ id: 'default', name: 'Workspace' });
      if (request.method === 'PUT') sent.push((await request.json()) as object);
      return Response.json(connection('verified'));
    });
    putOnDisk({
      settings: { agreedAt: 1 },
      accounts: {
        current: ACCOUNT,
        all: [
          {
            id: ACCOUNT,
            address: 'https://onboarding.example.com',
            access: { token: 'a token' },
            addedAt: 1,
          },
        ],
      },
    });
    const send = async (code: string): Promise<void> => {
      const store = new CaptureStore();
      await store.ready;
      const done = new Promise<void>((resolve) => {
        const changed = (): void => {
          const [capture] = store.all().filter(({ state }) => state !== 'verified');
          if (capture?.state === 'held')
            void keeper.dispatch(capture.id, { type: 'send', backend: ACCOUNT, now: Date.now() });
          if (!capture && store.all().length > 0) resolve();
        };
        const keeper = new Keeper(store, changed, () => Promise.resolve());
        void keeper.hold({ ...held, password: new Secret(code) });
      });
      await done;
      await fakeBrowser.storage.session.clear();
      putOnDisk({ outbox: {} });
    };
    await send('qwertyuiopasdfgh');
    await senderTemplate.write({ fromName: 'Ann', tags: ['a'] });
    await send('asdfghjklqwertyu');
    expect(sent).toHaveLength(2);
    expect(sent[0]).not.toHaveProperty('template');
    expect(sent[1]?.template).toEqual({ fromName: 'Ann', tags: ['a'] });
  });
});
