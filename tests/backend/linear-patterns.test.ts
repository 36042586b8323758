import { describe, expect, test } from 'vitest';
import { RULES } from '../../backend/src/verification/answer-rules.ts';
import { failure } from '../../backend/src/verification/attempt.ts';
import { classify } from '../../backend/src/verification/classify.ts';
import { decodeText } from '../../backend/src/verification/decode-text.ts';
import { scrub } from '../../backend/src/verification/scrub.ts';
import { saysWrongPassword } from '../../backend/src/verification/wrong-password.ts';
import { Secret } from '../../utils/secret.ts';

/** Texts that patterns stumble over, made of pieces that come again and again. */
const PIECES: [string, string][] = [
  ['one long word', 'a'],
  ['a run of one sign', '@'],
  ['a run of colons', ':'],
  ['words and blanks', 'a '],
  ['blanks alone', ' '],
  ['half characters', '\ud83d'],
  ['NUL', '\0'],
  ['mixed scripts', 'aש世я'],
  ['beginnings of addresses', 'a@b.'],
  ['beginnings of IP addresses', '1.1.'],
  ['beginnings of refusals', 'invalid user '],
  ['beginnings of limits', 'too many '],
  ['beginnings of servers', 'server server '],
  ['responses codes that do not end', '[A'],
  ['brackets', '(['],
  ['escapes', '%41'],
  ['lines of a reply', '\n535-5.7.8 '],
  ['Base64', 'QUJD'],
];

/** What a quadratic pattern takes for this text is some hundred times the budget. */
const LENGTH = 50_000;
const BUDGET_MS = 250;

const secret = new Secret('fakepasswordonly');

const READERS: [string, (text: string) => unknown][] = [
  ['scrub', (text) => scrub(text, secret, 'test.person@mail.test')],
  [
    'classify',
    (text) => classify(failure('auth', 'answer', text), { protocol: 'smtp', dialect: 'standard', host: 'a' }),
  ],
  ['saysWrongPassword', (text) => saysWrongPassword(text.slice(0, 2000))],
  ['decodeText', (text) => decodeText(Buffer.from(text, 'latin1'))],
];

function timed(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

describe.each(READERS)('%s', (_, read) => {
  test.each(PIECES)('takes no longer for %s than for any text of that length', (_, piece) => {
    const text = piece.repeat(LENGTH / piece.length);
    expect(timed(() => read(`535 ${text}`))).toBeLessThan(BUDGET_MS);
  });
});

test.each(PIECES)('no rule for servers’ answers takes long for %s', (_, piece) => {
  const text = piece.repeat(LENGTH / piece.length);
  for (const { says } of RULES) {
    expect(
      timed(() => says.test(text)),
      says.source,
    ).toBeLessThan(BUDGET_MS);
  }
});

test('what is kept of a server’s words is bounded and well formed, wherever they are cut', () => {
  for (let before = 280; before <= 310; before += 1) {
    const kept = scrub(`${'ab '.repeat(200).slice(0, before)}${'😀'.repeat(40)}`, secret, 'test.person');
    expect(kept.length).toBeLessThanOrEqual(300);
    expect(kept.isWellFormed()).toBe(true);
  }
});
