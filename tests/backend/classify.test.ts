import { describe, expect, test } from 'vitest';
import { failure } from '../../backend/src/verification/attempt.ts';
import { classify, type Dialect, isRetryable } from '../../backend/src/verification/classify.ts';
import type { Code } from '../../utils/onboarding/contract.ts';

/** What servers answered, without an IMAP tag, and the lines of an SMTP reply as nodemailer joins them. */
type Row = [code: Code, answer: string];

const google: Row[] = [
  ['AUTH_INVALID', 'NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)'],
  [
    'NEEDS_APP_PASSWORD',
    'NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)',
  ],
  [
    'IMAP_DISABLED',
    'NO [ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)',
  ],
  [
    'IMAP_DISABLED',
    'NO [ALERT] IMAP access is disabled for your domain. Please contact your domain administrator for questions about this feature. (Failure)',
  ],
  [
    'PROVIDER_CHALLENGE',
    'NO [ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)',
  ],
  [
    'PROVIDER_CHALLENGE',
    'NO [WEBALERT https://accounts.google.com/signin/continue?sarp=1&scc=1&plt=fake] Web login required.',
  ],
  [
    'PROVIDER_CHALLENGE',
    'NO [ALERT] Web login required: http://support.google.com/mail/bin/answer.py?answer=78754 (Failure)',
  ],
  ['TEMPORARY', 'NO [OVERQUOTA] Account exceeded command or bandwidth limits.'],
  ['TEMPORARY', 'NO [ALERT] Too many simultaneous connections. (Failure)'],
  ['TEMPORARY', 'NO [UNAVAILABLE] Temporary System Problem (Failure)'],
  [
    'AUTH_INVALID',
    '535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials fake - gsmtp',
  ],
  [
    'AUTH_INVALID',
    '535-5.7.8 Username and Password not accepted. Learn more at\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials fake - gsmtp',
  ],
  [
    'NEEDS_APP_PASSWORD',
    '534-5.7.9 Application-specific password required. For more information, go to\n534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor fake - gsmtp',
  ],
  ['NEEDS_APP_PASSWORD', '534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor fake - gsmtp'],
  [
    'PROVIDER_CHALLENGE',
    '534-5.7.14 <https://accounts.google.com/signin/continue?sarp=1&plt=fake> Please\n534-5.7.14 log in via your web browser and then try again.\n534 5.7.14 fake - gsmtp',
  ],
  ['TOO_MANY_ATTEMPTS', '454 4.7.0 Too many login attempts, please try again later. fake - gsmtp'],
  ['TOO_MANY_ATTEMPTS', '454-4.7.0 Too many login attempts, please try again later.\n454 4.7.0 fake - gsmtp'],
  ['TEMPORARY', '421 4.7.0 Try again later, closing connection. fake - gsmtp'],
  ['SENDING_QUOTA', '550 5.4.5 Daily user sending limit exceeded.'],
  ['AUTH_INVALID', '-ERR [AUTH] Username and password not accepted.'],
  [
    'POP_DISABLED',
    '-ERR [SYS/PERM] Your account is not enabled for POP access. Please visit your Gmail settings page and enable your account for POP access.',
  ],
];

const microsoft: Row[] = [
  ['AUTH_AMBIGUOUS', 'NO LOGIN failed.'],
  ['AUTH_AMBIGUOUS', 'NO AUTHENTICATE failed.'],
  ['BASIC_AUTH_RETIRED', 'NO AUTHENTICATE failed. Provided authentication mechanism is not supported.'],
  ['BASIC_AUTH_RETIRED', 'NO Basic authentication is disabled.'],
  [
    'BASIC_AUTH_RETIRED',
    'NO [AUTHENTICATIONFAILED] AuthFailed:LogonDenied-BasicAuthBlocked-<UserType:OutlookCom> LogonFailed-BasicAuthBlocked',
  ],
  ['BASIC_AUTH_RETIRED', 'NO [AUTHENTICATIONFAILED] AuthFailed:LogonDenied-BasicAuthBlocked'],
  ['MAILBOX_NOT_CONNECTED', 'BAD User is authenticated but not connected.'],
  [
    'BASIC_AUTH_RETIRED',
    '535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [FAKE.PROD.OUTLOOK.COM 2026-01-01T00:00:00.000Z 08DDFAKE]',
  ],
  [
    'TENANT_SMTP_OFF',
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. [FAKE]',
  ],
  [
    'MAILBOX_SMTP_OFF',
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information. [FAKE]',
  ],
  [
    'TENANT_SECURITY_DEFAULTS',
    "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator.",
  ],
  [
    'TENANT_POLICY',
    '535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully. Contact your administrator.',
  ],
  ['AUTH_INVALID', '535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.'],
  ['ACCOUNT_BLOCKED', '535 5.7.139 Authentication unsuccessful, account locked.'],
  ['UNKNOWN', '535 5.7.139 Authentication unsuccessful, for another reason.'],
  ['AUTH_AMBIGUOUS', '535 5.7.3 Authentication unsuccessful [FAKE.PROD.OUTLOOK.COM]'],
  ['BASIC_AUTH_RETIRED', '504 5.7.4 Unrecognized authentication type [FAKE.PROD.OUTLOOK.COM]'],
  [
    'BASIC_AUTH_RETIRED',
    '530 5.7.57 Client not authenticated to send mail. Error: 535 5.7.139 Authentication unsuccessful, basic authentication is disabled.',
  ],
  [
    'TENANT_SMTP_OFF',
    '530 5.7.57 Client not authenticated to send mail. Error: 535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
  ],
  ['UNKNOWN', '530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM'],
  ['BASIC_AUTH_RETIRED', '550 5.7.30 Basic authentication is not supported for Client Submission.'],
  ['SENDER_NOT_ALLOWED', '550 5.7.60 SMTP; Client does not have permissions to send as this sender'],
  [
    'SENDER_NOT_ALLOWED',
    '554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied',
  ],
  ['AUTH_AMBIGUOUS', '-ERR Logon failure: unknown user name or bad password.'],
];

const yahoo: Row[] = [
  ['AUTH_INVALID', 'NO [AUTHENTICATIONFAILED] LOGIN Invalid credentials'],
  ['AUTH_INVALID', 'NO [AUTHENTICATIONFAILED] AUTHENTICATE Invalid credentials'],
  ['TOO_MANY_ATTEMPTS', '535 5.7.0 (#AUTH005) Too many bad auth attempts.'],
  ['AUTH_INVALID', '535 5.7.0 (#AUTH005) Bad credentials'],
];

const any: Row[] = [
  ['AUTH_INVALID', 'NO [AUTHORIZATIONFAILED] No'],
  ['AUTH_INVALID', 'NO Login incorrect'],
  ['AUTH_INVALID', 'NO Invalid email login'],
  ['AUTH_INVALID', 'NO LOGIN failed.'],
  ['AUTH_INVALID', '535 Incorrect authentication data'],
  ['AUTH_INVALID', '535 5.7.8 Error: authentication failed: authentication failure'],
  ['TEMPORARY', 'NO [UNAVAILABLE] Temporary authentication failure.'],
  ['TEMPORARY', 'NO [INUSE] Mailbox in use'],
  ['TEMPORARY', 'NO [LIMIT] Rate limit hit'],
  ['TEMPORARY', 'NO [SERVERBUG] Internal error occurred.'],
  ['TEMPORARY', 'NO [OVERQUOTA] Quota exceeded'],
  ['TEMPORARY', 'NO Too many simultaneous connections'],
  ['ACCOUNT_BLOCKED', 'NO Account disabled'],
  ['ACCOUNT_BLOCKED', 'NO [CONTACTADMIN] No'],
  ['ACCOUNT_BLOCKED', '525 5.7.13 Account disabled'],
  ['ACCOUNT_BLOCKED', '535 Authentication failed: account disabled'],
  ['TEMPORARY', '451 4.3.0 Temporary server error. Please try again later'],
  ['TEMPORARY', '421 Service not available'],
  ['TEMPORARY', 'BYE Too many connections, try again later'],
  ['ENCRYPTION_REQUIRED', '530 5.7.0 Must issue a STARTTLS command first'],
  ['AUTH_NOT_OFFERED', '503 5.5.1 Error: authentication not enabled'],
  ['UNKNOWN', 'NO Something nobody has explained'],
  ['UNKNOWN', '550 5.1.1 Something nobody has explained'],
];

describe.each<[Dialect, Row[]]>([
  ['google', google],
  ['microsoft', microsoft],
  ['yahoo', yahoo],
  ['standard', any],
])('%s', (dialect, rows) => {
  test.each(rows)('%s: %s', (code, answer) => {
    expect(classify(failure('auth', 'answer', answer), dialect)).toBe(code);
  });
});

describe('what stands first wins', () => {
  test.each<[Code, Dialect, string, string]>([
    [
      'BASIC_AUTH_RETIRED',
      'microsoft',
      'begins as a wrong password',
      'NO [AUTHENTICATIONFAILED] BasicAuthBlocked',
    ],
    [
      'IMAP_OFF_OR_AUTH',
      'standard',
      'begins as a wrong password',
      'NO [AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled sc=fake',
    ],
    [
      'IMAP_OFF_OR_AUTH',
      'standard',
      'has the status of a wrong password',
      '535 5.7.8 Error: authentication failed: This user does not have access rights to this service',
    ],
    [
      'ACCOUNT_BLOCKED',
      'standard',
      'is marked as temporary',
      'NO [UNAVAILABLE] Your account has been suspended',
    ],
    [
      'PROVIDER_CHALLENGE',
      'standard',
      'has the status of a wrong password',
      '535 5.7.8 Error: authentication failed: Your message looks like spam. You need to use web for sending or prove you are not a robot',
    ],
    [
      'NEEDS_APP_PASSWORD',
      'standard',
      "has the status of Yahoo's throttling",
      '535 5.7.0 NEOBHODIM parol prilozheniya https://help.mail.ru/mail/security/protection/external / Application password is REQUIRED',
    ],
    ['TOO_MANY_ATTEMPTS', 'google', 'is a 4xx', '454 4.7.0 Too many login attempts, please try again later.'],
  ])('%s at %s, though it %s', (code, dialect, _, answer) => {
    expect(classify(failure('auth', 'answer', answer), dialect)).toBe(code);
  });
});

describe('enhanced status codes are whole', () => {
  test.each<[Code, Dialect, string]>([
    ['AUTH_AMBIGUOUS', 'microsoft', '535 5.7.3 No'],
    ['BASIC_AUTH_RETIRED', 'microsoft', '550 5.7.30 No'],
    ['UNKNOWN', 'microsoft', '550 5.7.31 No'],
    ['UNKNOWN', 'microsoft', '535 5.7.139 No'],
    ['ACCOUNT_BLOCKED', 'standard', '525 5.7.13 No'],
    ['UNKNOWN', 'standard', '525 5.7.139 No'],
    ['PROVIDER_CHALLENGE', 'google', '534 5.7.14 No'],
    ['UNKNOWN', 'google', '534 5.7.140 No'],
    ['UNKNOWN', 'google', '534 15.7.14 No'],
  ])('%s at %s: %s', (code, dialect, answer) => {
    expect(classify(failure('auth', 'answer', answer), dialect)).toBe(code);
  });
});

test('words are found across the lines of a reply, whatever their case', () => {
  const reply = '534-5.7.9 APPLICATION-SPECIFIC PASSWORD\r\n  REQUIRED\r\n534 5.7.9 fake';
  expect(classify(failure('auth', 'answer', reply), 'google')).toBe('NEEDS_APP_PASSWORD');
});

test('the words for a wrong password do not say so at Microsoft', () => {
  const said = failure('auth', 'answer', 'NO LOGIN failed.');
  expect(classify(said, 'microsoft')).toBe('AUTH_AMBIGUOUS');
  expect(classify(said, 'standard')).toBe('AUTH_INVALID');
});

test.each<[Code, Parameters<typeof failure>]>([
  ['UNREACHABLE_DNS', ['dns', 'dns', 'ENOTFOUND']],
  ['UNREACHABLE_REFUSED', ['connect', 'refused', 'ECONNREFUSED']],
  ['UNREACHABLE_TIMEOUT', ['connect', 'timeout', 'ETIMEDOUT']],
  ['UNREACHABLE_TIMEOUT', ['auth', 'timeout']],
  ['UNREACHABLE_TLS', ['tls', 'tls', 'CERT_HAS_EXPIRED']],
  ['AUTH_NOT_OFFERED', ['auth', 'not-offered', 'Login is disabled']],
  ['TEMPORARY', ['auth', 'dropped', 'ECONNRESET']],
])('%s of a connection that failed: %j', (code, attempt) => {
  expect(classify(failure(...attempt), 'standard')).toBe(code);
});

test('the same password is worth another try unless it is the password, or the method, that is refused', () => {
  const final: Code[] = [
    'AUTH_INVALID',
    'AUTH_AMBIGUOUS',
    'NEEDS_APP_PASSWORD',
    'BASIC_AUTH_RETIRED',
    'UNKNOWN',
  ];
  for (const code of final) expect(isRetryable(code), code).toBe(false);
  for (const code of ['IMAP_DISABLED', 'TOO_MANY_ATTEMPTS', 'TEMPORARY', 'UNREACHABLE_TIMEOUT'] as const) {
    expect(isRetryable(code), code).toBe(true);
  }
});
