import type { ProviderMail } from '../../../providers/registry/types.ts';
import type { Code } from '../../../utils/onboarding/contract.ts';
import type { Failure } from './attempt.ts';

export type Dialect = ProviderMail['answers'];

interface Rule {
  code: Code;
  /** Tried against the server's words on one line. */
  says: RegExp;
  /** Only where this provider's dialect is spoken. */
  at?: Dialect;
  /** Only at these hosts of it. */
  host?: RegExp;
}

/** Microsoft's hosts for organisations, where an admin has the switch. People's own are `smtp-mail.outlook.com`. */
const MICROSOFT_WORK = /^(smtp|smtp-legacy)\.office365\.com$/;

/**
 * What servers' words mean, in the order in which they must be asked: the first that fits wins. Each was said by a
 * real server or is in its maker's documents. Two traps the order is for: Microsoft's `[AUTHENTICATIONFAILED] …
 * BasicAuthBlocked` begins like a wrong password, and Yandex's `… or IMAP is disabled` ends like one. Status codes
 * decide little (`5.7.139` has seven meanings) and are matched as whole tokens: `5.7.3` begins `5.7.30`.
 */
const RULES: readonly Rule[] = [
  // The method is switched off, whatever the password.
  { code: 'BASIC_AUTH_RETIRED', says: /BasicAuthBlocked|basic authentication is (disabled|not supported)/i },
  { code: 'BASIC_AUTH_RETIRED', says: /(?<![\d.])5\.7\.30(?![\d.])/ },
  { code: 'BASIC_AUTH_RETIRED', says: /mechanism is not supported/i },
  { code: 'TENANT_SMTP_OFF', at: 'microsoft', host: MICROSOFT_WORK, says: /504 5\.7\.4(?![\d.])/ },
  { code: 'BASIC_AUTH_RETIRED', at: 'microsoft', says: /504 5\.7\.4(?![\d.])/ },

  // A switch of the organisation's administrator.
  { code: 'TENANT_SMTP_OFF', says: /SmtpClientAuthentication is disabled for the Tenant/i },
  { code: 'MAILBOX_SMTP_OFF', says: /SmtpClientAuthentication is disabled for the Mailbox/i },
  { code: 'TENANT_SECURITY_DEFAULTS', says: /security defaults policy/i },
  { code: 'TENANT_POLICY', says: /did not meet the criteria/i },

  // The account's own state; it may stand in an [UNAVAILABLE] or a 5.7.139.
  {
    code: 'ACCOUNT_BLOCKED',
    says: /account (is |has been )?(locked|disabled)|\bsuspended\b|\[CONTACTADMIN\]|525 5\.7\.13(?![\d.])/i,
  },
  // Cyrus: the password is right, and the service is not for this user.
  { code: 'ACCOUNT_BLOCKED', says: /\bauthorization failure\b/i },

  // The protocol is switched off.
  {
    code: 'IMAP_OFF_OR_AUTH',
    says: /invalid credentials or IMAP is disabled|does not have access rights to this service/i,
  },
  { code: 'IMAP_OFF_OR_AUTH', at: 'united-internet', says: /^535\b.*Authentication credentials invalid/i },
  {
    code: 'IMAP_DISABLED',
    says: /not enabled for IMAP use|IMAP access (is )?disabled for (your domain|this account)|yet to enable IMAP/i,
  },
  { code: 'POP_DISABLED', says: /not enabled for POP access/i },

  // The account's main password was used.
  { code: 'NEEDS_APP_PASSWORD', says: /InvalidSecondFactor|Application-specific password required/i },
  {
    code: 'NEEDS_APP_PASSWORD',
    says: /Application password is REQUIRED|using authorized code to login|weixin token/i,
  },

  // The provider wants its user to confirm.
  { code: 'PROVIDER_CHALLENGE', says: /web browser|WEBALERT|Web login required|prove you are not a robot/i },
  { code: 'PROVIDER_CHALLENGE', says: /(?<![\d.])5\.7\.14(?![\d.])/ },

  // Limits, and bad moments. These words are a server's own trouble (RFC 4954: 454 4.7.0); Google's with that status are not.
  { code: 'TEMPORARY', says: /Temporary authentication failure/i },
  // What passwords are looked up in is away, and the library of Cyrus's does not know more.
  { code: 'TEMPORARY', says: /\bgeneric failure\b/i },
  { code: 'TOO_MANY_ATTEMPTS', says: /Too many (bad auth|login) attempts|(?<!\d)454[ -]4\.7\.0(?![\d.])/i },
  { code: 'AUTH_INVALID', at: 'yahoo', says: /#AUTH005\) Bad credentials/i },
  {
    code: 'TEMPORARY',
    says: /\[(OVERQUOTA|LIMIT|INUSE|UNAVAILABLE|SERVERBUG)\]|Too many simultaneous connections/i,
  },
  { code: 'TEMPORARY', says: /Account exceeded command or bandwidth limits|Temporary System Problem/i },
  { code: 'TEMPORARY', says: /^4\d\d[ -]/ },

  // Signed in, and then something else.
  { code: 'SENDING_QUOTA', says: /(?<![\d.])5\.4\.5(?![\d.])/ },
  { code: 'SENDER_NOT_ALLOWED', says: /(?<![\d.])5\.7\.60(?![\d.])|SendAsDenied/i },
  { code: 'MAILBOX_NOT_CONNECTED', says: /authenticated but not connected/i },

  { code: 'ENCRYPTION_REQUIRED', says: /Must issue a STARTTLS command first/i },
  { code: 'AUTH_NOT_OFFERED', says: /authentication not enabled/i },

  // At Microsoft only, the words for a wrong password are also said when the method is refused.
  { code: 'AUTH_INVALID', at: 'microsoft', says: /the user credentials were incorrect/i },
  { code: 'UNKNOWN', at: 'microsoft', says: /(?<![\d.])5\.7\.139(?![\d.])/ },
  { code: 'AUTH_AMBIGUOUS', at: 'microsoft', says: /LOGIN failed|AUTHENTICATE failed|Logon failure/i },
  { code: 'AUTH_AMBIGUOUS', at: 'microsoft', says: /(?<![\d.])5\.7\.3(?![\d.])/ },

  // A server of another region, or for other mailboxes. The exact words are not known.
  { code: 'WRONG_HOST', says: /server (details|settings|name)\b.*\bincorrect|incorrect server/i },

  // Only now: the password is wrong.
  {
    code: 'AUTH_INVALID',
    says: /\[(AUTHENTICATIONFAILED|AUTHORIZATIONFAILED|AUTH)\]|Authorized code is incorrect/i,
  },
  { code: 'AUTH_INVALID', says: /invalid credentials|Login incorrect|Invalid email login|LOGIN failed/i },
  { code: 'AUTH_INVALID', says: /\bauthentication failure\b/i },
  { code: 'AUTH_INVALID', says: /^535[ -]/ },

  // A server that hangs up, for a reason that nobody has explained.
  { code: 'TEMPORARY', says: /^BYE / },
];

/** Errors that follow from an earlier one, which they may carry with them. */
const FOLLOW_ON = /(?<![\d.])5\.7\.57(?![\d.])|anonymous mail/i;

/**
 * What a failed log-in means. Words nobody has explained stay `UNKNOWN`.
 * @param host the server's name, where that makes a difference
 */
export function classify({ kind, text }: Failure, dialect: Dialect, host = ''): Code {
  switch (kind) {
    case 'dns':
      return 'UNREACHABLE_DNS';
    case 'refused':
      return 'UNREACHABLE_REFUSED';
    case 'timeout':
      return 'UNREACHABLE_TIMEOUT';
    case 'tls':
      return 'UNREACHABLE_TLS';
    case 'not-offered':
      return 'AUTH_NOT_OFFERED';
    case 'dropped':
      return 'TEMPORARY';
  }
  const line = oneLine(text);
  const said = FOLLOW_ON.test(line) ? (/Error: (.*)$/i.exec(line)?.[1] ?? line) : line;
  const rule = RULES.find(
    (it) => (!it.at || it.at === dialect) && (!it.host || it.host.test(host)) && it.says.test(said),
  );
  return rule?.code ?? 'UNKNOWN';
}

/** A reply of several lines (`535-5.7.8 …` and `535 5.7.8 …`) as one. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Only another password, or another way to sign in, can help. Microsoft's ambiguous answer mostly means the latter. */
const FINAL: ReadonlySet<Code> = new Set<Code>([
  'AUTH_INVALID',
  'AUTH_AMBIGUOUS',
  'NEEDS_APP_PASSWORD',
  'BASIC_AUTH_RETIRED',
  'UNKNOWN',
]);

/** Whether the same password can work later, after a switch, a wait or a confirmation. */
export const isRetryable = (code: Code): boolean => !FINAL.has(code);
