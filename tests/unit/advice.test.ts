import { afterAll, beforeAll, expect, test } from 'vitest';
import messages from '../../public/_locales/en/messages.json' with { type: 'json' };
import { adviceText } from '../../utils/captures/advice.ts';
import { speak } from '../../utils/i18n.ts';
import { type Advice, type Check, Code, Connection, Reason } from '../../utils/onboarding/contract.ts';

const failed = (more: Partial<Extract<Check, { status: 'failed' }>>): Check => ({
  status: 'failed',
  host: 'mail.test',
  port: 993,
  ms: 12,
  stage: 'auth',
  code: 'UNKNOWN',
  retryable: true,
  ...more,
});

const connection = (advice: Advice, receiving: Check, sending = receiving): Connection => ({
  id: '00000000-0000-4000-8000-000000000000',
  provider: 'google',
  email: 'person@example.com',
  state: 'done',
  version: 2,
  attempt: 1,
  verdict: 'unknown',
  checks: { receiving, sending },
  advice,
});

const tell = (it: Connection): string | undefined => adviceText(it, 'Example Mail', 'person@example.com');

beforeAll(() => speak(messages));
afterAll(() => speak(undefined));

test('a refusal for an unknown reason is told in the words of the server that gave it', () => {
  const reason = 'REFUSED_WITH_REASON';
  const receiving = failed({ code: 'AUTH_INVALID', serverText: 'NO [AUTHENTICATIONFAILED] No' });
  const sending = failed({ reason, serverText: '535 5.7.0 The moon is full' });
  const text = tell(connection({ code: 'UNKNOWN', reason }, receiving, sending));
  expect(text).toContain('Example Mail refused the sign-in');
  expect(text).toContain('\u2068535 5.7.0 The moon is full\u2069');
  expect(text).not.toContain('AUTHENTICATIONFAILED');
});

test('a refusal for an unknown reason without words falls back to the sentence of its code', () => {
  const reason = 'REFUSED_WITH_REASON';
  expect(tell(connection({ code: 'UNKNOWN', reason }, failed({ reason })))).toBe(
    messages.code_UNKNOWN.message.replace('$1', 'Example Mail'),
  );
});

test('a backend whose address is refused is told as that, and not as a matter of the code', () => {
  const reason = 'BACKEND_BLOCKED';
  const text = tell(connection({ code: 'UNREACHABLE_REFUSED', reason }, failed({ reason })));
  expect(text).toMatch(/nothing to do with the code.*whoever runs the backend/);
});

test.each([
  [60, '60 seconds'],
  [299, '5 minutes'],
  [1800, '30 minutes'],
  [7200, '2 hours'],
  [172_800, '2 days'],
])('a wait of %i s is told as %s', (waitSeconds, told) => {
  expect(tell(connection({ code: 'TEMPORARY', waitSeconds }, failed({})))).toContain(told);
});

test('a backend that names no wait gets the sentence of the code', () => {
  expect(tell(connection({ code: 'TEMPORARY' }, failed({})))).toContain('Try again in a minute');
});

test('every code and every reason has a sentence, and none that is left unfilled', () => {
  for (const code of Code.options) {
    for (const reason of [undefined, ...Reason.options]) {
      const check = failed({ code, ...(reason ? { reason } : {}), serverText: 'words' });
      const text = tell(connection({ code, ...(reason ? { reason } : {}) }, check)) ?? '';
      expect(text.length, `${code} ${reason}`).toBeGreaterThan(20);
      expect(text, `${code} ${reason}`).not.toMatch(/\$\d/);
    }
  }
});

test('a code and a reason of a later version are taken as unknown, and the rest stays', () => {
  const sent = connection({ code: 'TEMPORARY' }, failed({ serverText: 'words' }));
  const later = JSON.parse(JSON.stringify(sent));
  later.advice = { code: 'MOON_IS_FULL', reason: 'FULL_MOON' };
  later.checks.sending = { ...later.checks.sending, code: 'MOON_IS_FULL', reason: 'FULL_MOON' };
  const read = Connection.parse(later);
  expect(read.advice).toEqual({ code: 'UNKNOWN' });
  expect(read.checks.sending).toMatchObject({ code: 'UNKNOWN', serverText: 'words' });
  expect(read.checks.receiving).toEqual(sent.checks.receiving);
});
