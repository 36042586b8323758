import { describe, expect, test } from 'vitest';
import type { Dialect, Protocol } from '../../backend/src/verification/answer-rules.ts';
import { type Failure, failure, networkFailure } from '../../backend/src/verification/attempt.ts';
import { classify, isRetryable, type Meaning } from '../../backend/src/verification/classify.ts';
import { loadProviders } from '../../providers/registry/node.ts';
import { Code } from '../../utils/onboarding/contract.ts';

const providers = await loadProviders();

/**
 * What servers answered, without an IMAP tag, and the lines of an SMTP reply joined as one text. One row for each of
 * what is known, in that order: whose server, over which protocol, its words, what they mean.
 */
type Row = [provider: string, protocol: 'imap' | 'smtp' | 'pop', answer: string, code: Code];

const google: Row[] = [
  ['google', 'imap', 'NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)', 'AUTH_INVALID'],
  [
    'google',
    'imap',
    'NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)',
    'NEEDS_APP_PASSWORD',
  ],
  [
    'google',
    'imap',
    'NO [ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)',
    'IMAP_DISABLED',
  ],
  [
    'google',
    'imap',
    'NO [ALERT] IMAP access is disabled for your domain. Please contact your domain administrator for questions about this feature. (Failure)',
    'IMAP_DISABLED',
  ],
  [
    'google',
    'imap',
    'NO [ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)',
    'PROVIDER_CHALLENGE',
  ],
  [
    'google',
    'imap',
    'NO [WEBALERT https://accounts.google.com/signin/continue?sarp=1&scc=1&plt=fake] Web login required.',
    'PROVIDER_CHALLENGE',
  ],
  [
    'google',
    'imap',
    'NO [ALERT] Web login required: http://support.google.com/mail/bin/answer.py?answer=78754 (Failure)',
    'PROVIDER_CHALLENGE',
  ],
  ['google', 'imap', 'NO [OVERQUOTA] Account exceeded command or bandwidth limits.', 'TEMPORARY'],
  ['google', 'imap', 'NO [ALERT] Too many simultaneous connections. (Failure)', 'TEMPORARY'],
  ['google', 'imap', 'NO [UNAVAILABLE] Temporary System Problem (Failure)', 'TEMPORARY'],
  [
    'google',
    'smtp',
    '535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials fake - gsmtp',
    'AUTH_INVALID',
  ],
  [
    'google',
    'smtp',
    '535-5.7.8 Username and Password not accepted. Learn more at\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials fake - gsmtp',
    'AUTH_INVALID',
  ],
  [
    'google',
    'smtp',
    '534-5.7.9 Application-specific password required. For more information, go to\n534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor fake - gsmtp',
    'NEEDS_APP_PASSWORD',
  ],
  [
    'google',
    'smtp',
    '534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor fake - gsmtp',
    'NEEDS_APP_PASSWORD',
  ],
  [
    'google',
    'smtp',
    '534-5.7.14 <https://accounts.google.com/signin/continue?sarp=1&plt=fake> Please\n534-5.7.14 log in via your web browser and then try again.\n534 5.7.14 fake - gsmtp',
    'PROVIDER_CHALLENGE',
  ],
  [
    'google',
    'smtp',
    '454 4.7.0 Too many login attempts, please try again later. fake - gsmtp',
    'TOO_MANY_ATTEMPTS',
  ],
  [
    'google',
    'smtp',
    '454-4.7.0 Too many login attempts, please try again later.\n454 4.7.0 fake - gsmtp',
    'TOO_MANY_ATTEMPTS',
  ],
  ['google', 'smtp', '421 4.7.0 Try again later, closing connection. fake - gsmtp', 'TEMPORARY'],
  ['google', 'smtp', '550 5.4.5 Daily user sending limit exceeded.', 'SENDING_QUOTA'],
  ['google', 'pop', '-ERR [AUTH] Username and password not accepted.', 'AUTH_INVALID'],
  [
    'google',
    'pop',
    '-ERR [SYS/PERM] Your account is not enabled for POP access. Please visit your Gmail settings page and enable your account for POP access.',
    'POP_DISABLED',
  ],
];

/** Alike at the hosts for people and for organisations. */
const microsoft: Row[] = (['microsoft-personal', 'microsoft-work'] as const).flatMap((provider): Row[] => [
  [provider, 'imap', 'NO LOGIN failed.', 'AUTH_AMBIGUOUS'],
  [provider, 'imap', 'NO AUTHENTICATE failed.', 'AUTH_AMBIGUOUS'],
  [
    provider,
    'imap',
    'NO AUTHENTICATE failed. Provided authentication mechanism is not supported.',
    'BASIC_AUTH_RETIRED',
  ],
  [provider, 'imap', 'NO Basic authentication is disabled.', 'BASIC_AUTH_RETIRED'],
  [
    provider,
    'imap',
    'NO [AUTHENTICATIONFAILED] AuthFailed:LogonDenied-BasicAuthBlocked-<UserType:OutlookCom> LogonFailed-BasicAuthBlocked',
    'BASIC_AUTH_RETIRED',
  ],
  [
    provider,
    'imap',
    'NO [AUTHENTICATIONFAILED] AuthFailed:LogonDenied-BasicAuthBlocked',
    'BASIC_AUTH_RETIRED',
  ],
  [provider, 'imap', 'BAD User is authenticated but not connected.', 'MAILBOX_NOT_CONNECTED'],
  [
    provider,
    'smtp',
    '535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [FAKE.PROD.OUTLOOK.COM 2026-01-01T00:00:00.000Z 08DDFAKE]',
    'BASIC_AUTH_RETIRED',
  ],
  [
    provider,
    'smtp',
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. [FAKE]',
    'TENANT_SMTP_OFF',
  ],
  [
    provider,
    'smtp',
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information. [FAKE]',
    'MAILBOX_SMTP_OFF',
  ],
  [
    provider,
    'smtp',
    "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator.",
    'TENANT_SECURITY_DEFAULTS',
  ],
  [
    provider,
    'smtp',
    '535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully. Contact your administrator.',
    'TENANT_POLICY',
  ],
  [
    provider,
    'smtp',
    '535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.',
    'AUTH_INVALID',
  ],
  [provider, 'smtp', '535 5.7.139 Authentication unsuccessful, account locked.', 'ACCOUNT_BLOCKED'],
  [provider, 'smtp', '535 5.7.139 Authentication unsuccessful, for another reason.', 'UNKNOWN'],
  [provider, 'smtp', '535 5.7.3 Authentication unsuccessful [FAKE.PROD.OUTLOOK.COM]', 'AUTH_AMBIGUOUS'],
  [
    provider,
    'smtp',
    '504 5.7.4 Unrecognized authentication type [FAKE.PROD.OUTLOOK.COM]',
    provider === 'microsoft-work' ? 'TENANT_SMTP_OFF' : 'BASIC_AUTH_RETIRED',
  ],
  [
    provider,
    'smtp',
    '530 5.7.57 Client not authenticated to send mail. Error: 535 5.7.139 Authentication unsuccessful, basic authentication is disabled.',
    'BASIC_AUTH_RETIRED',
  ],
  [
    provider,
    'smtp',
    '530 5.7.57 Client not authenticated to send mail. Error: 535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
    'TENANT_SMTP_OFF',
  ],
  // With no first error in it, nothing is known.
  [
    provider,
    'smtp',
    '530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM',
    'UNKNOWN',
  ],
  [
    provider,
    'smtp',
    '550 5.7.30 Basic authentication is not supported for Client Submission.',
    'BASIC_AUTH_RETIRED',
  ],
  [
    provider,
    'smtp',
    '550 5.7.60 SMTP; Client does not have permissions to send as this sender',
    'SENDER_NOT_ALLOWED',
  ],
  [
    provider,
    'smtp',
    '554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied',
    'SENDER_NOT_ALLOWED',
  ],
  [provider, 'pop', '-ERR Logon failure: unknown user name or bad password.', 'AUTH_AMBIGUOUS'],
]);

const others: Row[] = [
  ...(['yahoo', 'aol', 'att'] as const).flatMap((provider): Row[] => [
    [provider, 'imap', 'NO [AUTHENTICATIONFAILED] LOGIN Invalid credentials', 'AUTH_INVALID'],
    [provider, 'imap', 'NO [AUTHENTICATIONFAILED] AUTHENTICATE Invalid credentials', 'AUTH_INVALID'],
    [provider, 'smtp', '535 5.7.0 (#AUTH005) Too many bad auth attempts.', 'TOO_MANY_ATTEMPTS'],
    [provider, 'smtp', '535 5.7.0 (#AUTH005) Bad credentials', 'AUTH_INVALID'],
  ]),
  [
    'zoho',
    'imap',
    'NO [ALERT] You are yet to enable IMAP for your account. Please contact your administrator (Failure)',
    'IMAP_DISABLED',
  ],
  // While there are other hosts to be tried, these mean no more than WRONG_HOST; `verify.test.ts` has that.
  ['zoho', 'imap', 'NO [AUTHENTICATIONFAILED] Invalid credentials(Failure)', 'AUTH_INVALID'],
  ['zoho', 'imap', 'NO [ALERT] Invalid credentials (Failure)', 'AUTH_INVALID'],
  ['zoho', 'smtp', '535 Authentication Failed', 'AUTH_INVALID'],
  // Invented: the exact words are not known.
  ['zoho', 'imap', 'NO [ALERT] Your server details seem to be incorrect (Failure)', 'WRONG_HOST'],
  ['icloud', 'imap', 'NO [AUTHENTICATIONFAILED] Authentication Failed', 'AUTH_INVALID'],
  ['icloud', 'smtp', '535 5.7.8 Error: authentication failed', 'AUTH_INVALID'],
  ['fastmail', 'imap', 'NO [AUTHENTICATIONFAILED] Authentication failed', 'AUTH_INVALID'],
  [
    'yandex',
    'imap',
    'NO [AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled sc=fake',
    'IMAP_OFF_OR_AUTH',
  ],
  [
    'yandex',
    'imap',
    'NO [AUTHENTICATIONFAILED] AUTHENTICATE invalid credentials or IMAP is disabled sc=fake',
    'IMAP_OFF_OR_AUTH',
  ],
  [
    'yandex',
    'smtp',
    '535 5.7.8 Error: authentication failed: This user does not have access rights to this service',
    'IMAP_OFF_OR_AUTH',
  ],
  [
    'yandex',
    'smtp',
    '535 5.7.8 Error: authentication failed: Your message looks like spam. You need to use web for sending or prove you are not a robot',
    'PROVIDER_CHALLENGE',
  ],
  [
    'mail-ru',
    'imap',
    'NO NEOBHODIM parol prilozheniya https://help.mail.ru/mail/security/protection/external / Application password is REQUIRED',
    'NEEDS_APP_PASSWORD',
  ],
  [
    'mail-ru',
    'smtp',
    '535 5.7.0 NEOBHODIM parol prilozheniya https://help.mail.ru/mail/security/protection/external / Application password is REQUIRED',
    'NEEDS_APP_PASSWORD',
  ],
  ...(['gmx', 'web-de'] as const).flatMap((provider): Row[] => [
    [provider, 'smtp', '535 Authentication credentials invalid', 'IMAP_OFF_OR_AUTH'],
    // While sending works it is the switch; `verdict.test.ts` has that.
    [provider, 'imap', 'NO [AUTHENTICATIONFAILED] authentication failed', 'AUTH_INVALID'],
  ]),
  // Elsewhere the same words are said of a wrong password.
  ['ionos', 'smtp', '535 Authentication credentials invalid', 'AUTH_INVALID'],
  ['qq', 'imap', 'NO Please using authorized code to login', 'NEEDS_APP_PASSWORD'],
  ['qq', 'pop', '-ERR Please using authorized code to login', 'NEEDS_APP_PASSWORD'],
  ['qq', 'imap', 'NO Authorized code is incorrect', 'AUTH_INVALID'],
  ['qq', 'pop', '-ERR Authorized code is incorrect', 'AUTH_INVALID'],
  ['qq', 'imap', 'NO Login fail. Please using weixin token', 'NEEDS_APP_PASSWORD'],
  ['netease', 'imap', 'NO SELECT Unsafe Login. Please contact the support for help', 'PROVIDER_CHALLENGE'],
  ['godaddy', 'smtp', '535 Authentication failed: account disabled', 'ACCOUNT_BLOCKED'],
];

/** At a server that nobody knows. */
const any: Row[] = [
  ['any', 'imap', 'NO [AUTHORIZATIONFAILED] No', 'AUTH_INVALID'],
  ['any', 'imap', 'NO Login incorrect', 'AUTH_INVALID'],
  ['any', 'imap', 'NO Invalid email login', 'AUTH_INVALID'],
  ['any', 'imap', 'NO LOGIN failed.', 'AUTH_INVALID'],
  // Those of Cyrus, Courier, Exim and Postfix are also in `real-servers.test.ts`, from themselves.
  ['any', 'imap', 'NO Login failed: authentication failure', 'AUTH_INVALID'],
  ['any', 'imap', 'NO authentication failure', 'AUTH_INVALID'],
  ['any', 'imap', 'NO Login failed: authorization failure', 'ACCOUNT_BLOCKED'],
  ['any', 'imap', 'NO Login failed: account disabled', 'ACCOUNT_BLOCKED'],
  ['any', 'imap', 'NO Login failed: generic failure', 'TEMPORARY'],
  ['any', 'imap', 'NO generic failure', 'TEMPORARY'],
  ['any', 'imap', 'BYE IMAP access disabled for this account.', 'IMAP_DISABLED'],
  ['any', 'smtp', '435 Unable to authenticate at present', 'TEMPORARY'],
  ['any', 'smtp', '454 4.7.0 Temporary authentication failure: generic failure', 'TEMPORARY'],
  ['any', 'smtp', '535 5.7.8 Error: authentication failed: (reason unavailable)', 'AUTH_INVALID'],
  ['any', 'smtp', '535 Incorrect authentication data', 'AUTH_INVALID'],
  ['any', 'smtp', '535 5.7.8 Error: authentication failed: authentication failure', 'AUTH_INVALID'],
  ['any', 'imap', 'NO [UNAVAILABLE] Temporary authentication failure.', 'TEMPORARY'],
  ['any', 'imap', 'NO [INUSE] Mailbox in use', 'TEMPORARY'],
  ['any', 'imap', 'NO [LIMIT] Rate limit hit', 'TEMPORARY'],
  ['any', 'imap', 'NO [SERVERBUG] Internal error occurred.', 'TEMPORARY'],
  ['any', 'imap', 'NO [OVERQUOTA] Quota exceeded', 'TEMPORARY'],
  ['any', 'imap', 'NO Too many simultaneous connections', 'TEMPORARY'],
  ['any', 'imap', 'NO Account disabled', 'ACCOUNT_BLOCKED'],
  ['any', 'imap', 'NO [UNAVAILABLE] Your account has been suspended', 'ACCOUNT_BLOCKED'],
  ['any', 'imap', 'NO Mailbox suspended', 'ACCOUNT_BLOCKED'],
  ['any', 'imap', 'NO [CONTACTADMIN] No', 'UNKNOWN'],
  ['any', 'smtp', '525 5.7.13 Account disabled', 'ACCOUNT_BLOCKED'],
  ['any', 'smtp', '451 4.3.0 Temporary server error. Please try again later', 'TEMPORARY'],
  ['any', 'smtp', '421 Service not available', 'TEMPORARY'],
  ['any', 'smtp', '454 4.7.0 Temporary authentication failure: Connection lost', 'TEMPORARY'],
  ['any', 'imap', 'BYE Too many connections, try again later', 'TEMPORARY'],
  ['any', 'smtp', '530 5.7.0 Must issue a STARTTLS command first', 'ENCRYPTION_REQUIRED'],
  ['any', 'smtp', '503 5.5.1 Error: authentication not enabled', 'AUTH_NOT_OFFERED'],
  ['any', 'imap', 'NO Something nobody has explained', 'UNKNOWN'],
  ['any', 'smtp', '550 5.1.1 Something nobody has explained', 'UNKNOWN'],
];

/** The code for what a server answered; over SMTP, where it has a reply's status. */
function said(attempt: Failure, dialect: Dialect, host?: string): Code | undefined {
  const protocol: Protocol = /^\d/.test(attempt.text) ? 'smtp' : 'imap';
  return classify(attempt, { protocol, dialect, ...(host ? { host } : {}) })?.code;
}

/** Of these only another password, or another way to sign in, helps. */
const FINAL: Code[] = [
  'AUTH_INVALID',
  'AUTH_AMBIGUOUS',
  'NEEDS_APP_PASSWORD',
  'BASIC_AUTH_RETIRED',
  'UNKNOWN',
];

test.each([...google, ...microsoft, ...others, ...any])('%s %s: %s: %s', (id, protocol, answer, code) => {
  const mail = providers.get(id)?.mail;
  expect(mail !== undefined).toBe(id !== 'any');
  const host = protocol === 'pop' ? '' : (mail?.[protocol][0]?.host ?? 'mail.example.com');
  const server = {
    protocol: protocol === 'smtp' ? protocol : 'imap',
    dialect: mail?.answers ?? 'standard',
    host,
  } as const;
  const said = classify(failure('auth', 'answer', answer), server) as Meaning;
  expect([said.code, isRetryable(said)]).toEqual([
    code,
    !FINAL.includes(code) || said.reason === 'REFUSED_WITH_REASON',
  ]);
});

test.each(['smtp.office365.com', 'smtp-legacy.office365.com'])('%s is for organisations', (host) => {
  const refusal = failure('auth', 'answer', '504 5.7.4 Unrecognized authentication type');
  expect(said(refusal, 'microsoft', host)).toBe('TENANT_SMTP_OFF');
  expect(said(refusal, 'microsoft', `${host}.example`)).toBe('BASIC_AUTH_RETIRED');
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
    ['TEMPORARY', 'standard', 'begins as a wrong password', 'NO Login failed: generic failure'],
    ['TOO_MANY_ATTEMPTS', 'google', 'is a 4xx', '454 4.7.0 Too many login attempts, please try again later.'],
  ])('%s at %s, though it %s', (code, dialect, _, answer) => {
    expect(said(failure('auth', 'answer', answer), dialect)).toBe(code);
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
    expect(said(failure('auth', 'answer', answer), dialect)).toBe(code);
  });
});

test('words are found across the lines of a reply, whatever their case', () => {
  const reply = '534-5.7.9 APPLICATION-SPECIFIC PASSWORD\r\n  REQUIRED\r\n534 5.7.9 fake';
  expect(said(failure('auth', 'answer', reply), 'google')).toBe('NEEDS_APP_PASSWORD');
});

test('the words for a wrong password do not say so at Microsoft', () => {
  const refusal = failure('auth', 'answer', 'NO LOGIN failed.');
  expect(said(refusal, 'microsoft')).toBe('AUTH_AMBIGUOUS');
  expect(said(refusal, 'standard')).toBe('AUTH_INVALID');
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
  expect(said(failure(...attempt), 'standard')).toBe(code);
});

test('the same password is worth another try unless it is the password, or the method, that is refused', () => {
  expect(Code.options.filter((code) => !isRetryable({ code })).sort()).toEqual([...FINAL].sort());
});

test.each([
  ['UNREACHABLE_DNS', 'ENOTFOUND'],
  ['UNREACHABLE_REFUSED', 'ECONNREFUSED'],
  ['UNREACHABLE_REFUSED', 'EHOSTUNREACH'],
  ['UNREACHABLE_TIMEOUT', 'ETIMEDOUT'],
  ['UNREACHABLE_TLS', 'ERR_SSL_WRONG_VERSION_NUMBER'],
  ['UNREACHABLE_TLS', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
])('%s when a socket reports %s', (code, name) => {
  const attempt = networkFailure(name);
  expect(attempt && said(attempt, 'standard')).toBe(code);
});
