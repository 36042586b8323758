import { describe, expect, test } from 'vitest';
import { isRetryable } from '../../backend/src/verification/classify.ts';
import { conclude } from '../../backend/src/verification/verdict.ts';
import { guide as google } from '../../providers/google.ts';
import { guide as microsoft } from '../../providers/microsoft-personal.ts';
import { guide as yahoo } from '../../providers/yahoo.ts';
import { type Check, Code, type Reason, type Verdict } from '../../utils/onboarding/contract.ts';

const PLACE = { host: 'mail.test', port: 993, ms: 12 };

/** A check that failed with this code, or worked. */
const check = (code: Code | 'ok'): Check =>
  code === 'ok'
    ? { status: 'ok', ...PLACE }
    : { status: 'failed', ...PLACE, stage: 'auth', code, retryable: isRetryable({ code }) };

test('both work: verified, and nothing to do', () => {
  expect(conclude(check('ok'), check('ok'), google)).toEqual({
    verdict: 'verified',
    receiving: check('ok'),
    sending: check('ok'),
  });
});

describe('both fail: the more telling one decides', () => {
  test.each<[Verdict, Code, receiving: Code, sending: Code]>([
    ['rejected', 'AUTH_INVALID', 'AUTH_INVALID', 'AUTH_INVALID'],
    // Yahoo's SMTP says so on the very first wrong try.
    ['rejected', 'AUTH_INVALID', 'AUTH_INVALID', 'TOO_MANY_ATTEMPTS'],
    ['rejected', 'AUTH_INVALID', 'AUTH_INVALID', 'UNREACHABLE_TIMEOUT'],
    ['rejected', 'AUTH_INVALID', 'UNREACHABLE_TIMEOUT', 'AUTH_INVALID'],
    ['rejected', 'AUTH_INVALID', 'TEMPORARY', 'AUTH_INVALID'],
    ['rejected', 'AUTH_INVALID', 'IMAP_DISABLED', 'AUTH_INVALID'],
    ['rejected', 'AUTH_INVALID', 'AUTH_INVALID', 'UNREACHABLE_TLS'],
    ['rejected', 'AUTH_INVALID', 'AUTH_INVALID', 'WRONG_HOST'],
    ['rejected', 'NEEDS_APP_PASSWORD', 'AUTH_INVALID', 'NEEDS_APP_PASSWORD'],
    // GMX's receiving says so too, when it is switched off; Yandex' sending tells the two apart.
    ['blocked', 'IMAP_OFF_OR_AUTH', 'AUTH_INVALID', 'IMAP_OFF_OR_AUTH'],
    ['rejected', 'AUTH_INVALID', 'IMAP_OFF_OR_AUTH', 'AUTH_INVALID'],
    // Microsoft's IMAP does not say why; its SMTP does.
    ['blocked', 'BASIC_AUTH_RETIRED', 'AUTH_AMBIGUOUS', 'BASIC_AUTH_RETIRED'],
    ['blocked', 'TENANT_SMTP_OFF', 'AUTH_AMBIGUOUS', 'TENANT_SMTP_OFF'],
    ['rejected', 'AUTH_INVALID', 'AUTH_AMBIGUOUS', 'AUTH_INVALID'],
    ['blocked', 'BASIC_AUTH_RETIRED', 'BASIC_AUTH_RETIRED', 'AUTH_INVALID'],
    ['unknown', 'AUTH_AMBIGUOUS', 'AUTH_AMBIGUOUS', 'AUTH_AMBIGUOUS'],
    ['blocked', 'ACCOUNT_BLOCKED', 'ACCOUNT_BLOCKED', 'AUTH_INVALID'],
    ['blocked', 'PROVIDER_CHALLENGE', 'PROVIDER_CHALLENGE', 'TOO_MANY_ATTEMPTS'],
    ['unknown', 'TOO_MANY_ATTEMPTS', 'TEMPORARY', 'TOO_MANY_ATTEMPTS'],
    ['unknown', 'TEMPORARY', 'TEMPORARY', 'UNREACHABLE_TIMEOUT'],
    ['unreachable', 'UNREACHABLE_TIMEOUT', 'UNREACHABLE_TIMEOUT', 'UNREACHABLE_TIMEOUT'],
    ['unreachable', 'UNREACHABLE_TLS', 'UNREACHABLE_TIMEOUT', 'UNREACHABLE_TLS'],
    ['unknown', 'UNKNOWN', 'UNKNOWN', 'UNREACHABLE_DNS'],
  ])('%s for %s: %s and %s', (verdict, code, receiving, sending) => {
    const conclusion = conclude(check(receiving), check(sending), undefined);
    expect(conclusion).toMatchObject({ verdict, advice: { code } });
    expect(conclusion.advice).not.toHaveProperty('about');
    expect(conclusion).toMatchObject({ receiving: check(receiving), sending: check(sending) });
  });

  test.each<[Code, Reason]>([
    ['TEMPORARY', 'AUTHENTICATION_AWAY'],
    ['UNKNOWN', 'REFUSED_WITH_REASON'],
    ['AUTH_INVALID', 'PASSWORD_EXPIRED'],
  ])('%s with the reason %s outranks words for a wrong password', (code, reason) => {
    const reasoned = { ...check(code), reason } as Check;
    for (const checks of [
      [reasoned, check('AUTH_INVALID')],
      [check('AUTH_INVALID'), reasoned],
    ] as const) {
      expect(conclude(...checks, undefined).advice).toMatchObject({ code, reason });
    }
  });

  test('the reason and the wait of the decisive check are told with the advice', () => {
    const refused = { ...check('UNREACHABLE_REFUSED'), reason: 'BACKEND_BLOCKED' } as Check;
    const busy = { ...check('TEMPORARY'), waitSeconds: 300 } as Check;
    expect(conclude(refused, refused, google).advice).toEqual({
      code: 'UNREACHABLE_REFUSED',
      reason: 'BACKEND_BLOCKED',
    });
    expect(conclude(busy, busy, google).advice).toEqual({ code: 'TEMPORARY', waitSeconds: 300 });
  });

  test('every code has its place', () => {
    const verdicts = Code.options.map((code) => [
      code,
      conclude(check(code), check(code), undefined).verdict,
    ]);
    expect(verdicts.filter(([, verdict]) => verdict === 'unknown').map(([code]) => code)).toEqual([
      'AUTH_AMBIGUOUS',
      'TOO_MANY_ATTEMPTS',
      'TEMPORARY',
      'WRONG_HOST',
      'UNKNOWN',
    ]);
  });
});

describe('one works: partial, and about the other', () => {
  test('words for a wrong password, from receiving while sending works, mean the switch or the password', () => {
    expect(conclude(check('AUTH_INVALID'), check('ok'), google)).toEqual({
      verdict: 'partial',
      receiving: { ...check('AUTH_INVALID'), retryable: true },
      sending: check('ok'),
      advice: { code: 'IMAP_OFF_OR_AUTH', about: 'receiving', link: google.fix.imap },
    });
  });

  test('other reasons for not receiving stay as they are', () => {
    expect(conclude(check('UNREACHABLE_TIMEOUT'), check('ok'), google)).toMatchObject({
      verdict: 'partial',
      receiving: check('UNREACHABLE_TIMEOUT'),
      advice: { code: 'UNREACHABLE_TIMEOUT', about: 'receiving' },
    });
  });

  test('words for a wrong password, from sending while receiving works, mean the switch or the password', () => {
    expect(conclude(check('ok'), check('AUTH_INVALID'), google)).toEqual({
      verdict: 'partial',
      receiving: check('ok'),
      sending: { ...check('AUTH_INVALID'), retryable: true },
      advice: { code: 'MAILBOX_SMTP_OFF', reason: 'SENDING_OFF_OR_AUTH', about: 'sending' },
    });
  });

  test('sending that fails keeps its reason', () => {
    expect(conclude(check('ok'), check('TENANT_SMTP_OFF'), microsoft)).toEqual({
      verdict: 'partial',
      receiving: check('ok'),
      sending: check('TENANT_SMTP_OFF'),
      advice: { code: 'TENANT_SMTP_OFF', about: 'sending' },
    });
  });
});

describe('a limit on sending is told by a server that has let somebody in', () => {
  test('so the mailbox is verified, with a note', () => {
    expect(conclude(check('ok'), check('SENDING_QUOTA'), google)).toEqual({
      verdict: 'verified',
      receiving: check('ok'),
      sending: check('SENDING_QUOTA'),
      advice: { code: 'SENDING_QUOTA', about: 'sending' },
    });
  });

  test('and the password is right, whatever receiving says', () => {
    expect(conclude(check('AUTH_INVALID'), check('SENDING_QUOTA'), google)).toMatchObject({
      verdict: 'partial',
      receiving: { code: 'AUTH_INVALID', retryable: true },
      sending: check('SENDING_QUOTA'),
      advice: { code: 'IMAP_OFF_OR_AUTH', about: 'receiving' },
    });
  });
});

describe('the advice leads to where it can be mended', () => {
  test.each<[Code, string]>([
    ['AUTH_INVALID', google.appPasswords],
    ['NEEDS_APP_PASSWORD', google.appPasswords],
    ['IMAP_DISABLED', google.fix.imap],
    ['IMAP_OFF_OR_AUTH', google.fix.imap],
    ['MAILBOX_NOT_CONNECTED', google.fix.imap],
    ['PROVIDER_CHALLENGE', google.fix.webmail],
    ['ACCOUNT_BLOCKED', google.fix.webmail],
  ])('%s: %s', (code, link) => {
    expect(conclude(check(code), check(code), google).advice).toEqual({ code, link });
  });

  test('nowhere, where no page mends it', () => {
    expect(conclude(check('TEMPORARY'), check('TEMPORARY'), google).advice).toEqual({ code: 'TEMPORARY' });
  });

  test('nowhere, where the provider has no such page', () => {
    expect(conclude(check('IMAP_DISABLED'), check('IMAP_DISABLED'), yahoo).advice).toEqual({
      code: 'IMAP_DISABLED',
    });
  });

  test('nowhere, for a mailbox at no known provider', () => {
    expect(conclude(check('AUTH_INVALID'), check('AUTH_INVALID'), undefined).advice).toEqual({
      code: 'AUTH_INVALID',
    });
  });
});
