import type { ProviderMail } from '../../../providers/registry/types.ts';
import type { Code, Reason } from '../../../utils/onboarding/contract.ts';
import type { AfterSignIn } from './attempt.ts';

export type Dialect = ProviderMail['answers'];
export type Protocol = 'imap' | 'smtp';

/** Where in the conversation a server says no: before any log-in, to one, or after it has taken the password. */
export type Step = 'greeting' | 'sign-in' | AfterSignIn;

export interface AnswerRule {
  /** What the words mean; by protocol, where a switch has a code for each. */
  code: Code | Record<Protocol, Code>;
  /** What `code` has no word for. */
  reason?: Reason;
  /**
   * Tried against the server's words on one line, at most `MAX_WORDS` long. Takes a time that grows with the line alone:
   * what may repeat is bounded (`.{0,40}`).
   */
  says: RegExp;
  /** Only at these steps; at all if nothing is said. */
  step?: readonly Step[];
  /** Only where this dialect is spoken. */
  at?: Dialect;
  /** Only at these hosts of it. */
  host?: RegExp;
  /** How long it makes sense to wait, in seconds, where the words do not say. */
  waitSeconds?: number;
  /** For `docs/mail-server-answers.md`: who says so. */
  where: string;
}

/** Microsoft's hosts for organisations, where an admin has the switch. People's own are `smtp-mail.outlook.com`. */
const MICROSOFT_WORK = /^(smtp|smtp-legacy)\.office365\.com$/;

/** The switch of the protocol that was just refused. */
const SWITCHED_OFF = { imap: 'IMAP_DISABLED', smtp: 'MAILBOX_SMTP_OFF' } as const;

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Once the address or the connection is refused, nothing has been said about any mailbox. */
const BEFORE: readonly Step[] = ['greeting'];
const SIGN_IN: readonly Step[] = ['sign-in'];
const SENDER: readonly Step[] = ['mail-from'];

/**
 * What servers' words mean, in the order in which they must be asked: the first that fits wins. Each was said by a real
 * server, is in its maker's documents or source, or is of the same kind as those. Reasons come before wrong passwords: a
 * refusal that begins like one (`535`, `[AUTHENTICATIONFAILED]`, `Login failed`) may go on with why. Status codes decide
 * little (`5.7.139` has seven meanings) and are matched as whole tokens: `5.7.3` begins `5.7.30`.
 */
export const RULES: readonly AnswerRule[] = [
  // The method is switched off, whatever the password.
  {
    code: 'BASIC_AUTH_RETIRED',
    at: 'microsoft',
    says: /BasicAuthBlocked|basic authentication is (disabled|not supported)/i,
    where: 'Microsoft',
  },
  { code: 'BASIC_AUTH_RETIRED', at: 'microsoft', says: /(?<![\d.])5\.7\.30(?![\d.])/, where: 'Microsoft' },
  { code: 'BASIC_AUTH_RETIRED', at: 'microsoft', says: /mechanism is not supported/i, where: 'Microsoft' },
  {
    code: 'TENANT_SMTP_OFF',
    at: 'microsoft',
    host: MICROSOFT_WORK,
    says: /504 5\.7\.4(?![\d.])/,
    where: 'Microsoft 365',
  },
  { code: 'BASIC_AUTH_RETIRED', at: 'microsoft', says: /504 5\.7\.4(?![\d.])/, where: 'Outlook.com' },

  // A switch of the organisation's administrator.
  {
    code: 'TENANT_SMTP_OFF',
    at: 'microsoft',
    says: /SmtpClientAuthentication is disabled for the Tenant/i,
    where: 'Microsoft 365',
  },
  {
    code: 'MAILBOX_SMTP_OFF',
    at: 'microsoft',
    says: /SmtpClientAuthentication is disabled for the Mailbox/i,
    where: 'Microsoft 365',
  },
  {
    code: 'TENANT_SECURITY_DEFAULTS',
    at: 'microsoft',
    says: /security defaults policy/i,
    where: 'Microsoft 365',
  },
  {
    code: 'TENANT_POLICY',
    at: 'microsoft',
    says: /did not meet the criteria|conditional access/i,
    where: 'Microsoft 365',
  },
  {
    code: 'TEMPORARY',
    at: 'microsoft',
    says: /federated STS service was unreachable/i,
    waitSeconds: 10 * MINUTE,
    where: 'Microsoft 365',
  },
  { code: 'TENANT_POLICY', at: 'microsoft', says: /federated STS/i, where: 'Microsoft 365' },
  {
    code: 'ACCOUNT_BLOCKED',
    at: 'microsoft',
    says: /(?<![\d.])5\.1\.8(?![\d.])|bad outbound sender/i,
    step: SENDER,
    where: 'Microsoft 365',
  },

  // Of the sender and of what was sent today, once the password has been taken; some say so at the log-in.
  {
    code: 'SENDER_NOT_ALLOWED',
    says: /(?<![\d.])5\.7\.60(?![\d.])|SendAsDenied/i,
    where: 'Microsoft',
  },
  { code: 'SENDING_QUOTA', says: /(?<![\d.])5\.4\.5(?![\d.])/, waitSeconds: 24 * HOUR, where: 'Google' },

  // An answer for several causes.
  { code: 'IMAP_OFF_OR_AUTH', says: /service is not open, password is incorrect/i, where: 'QQ' },
  { code: 'IMAP_OFF_OR_AUTH', says: /invalid credentials or IMAP is disabled/i, where: 'Yandex' },
  { code: 'IMAP_OFF_OR_AUTH', says: /does not have access rights to this service/i, where: 'Yandex' },
  {
    code: 'IMAP_OFF_OR_AUTH',
    at: 'united-internet',
    says: /^535\b.{0,20}Authentication credentials invalid/i,
    where: 'GMX, WEB.DE',
  },

  // Our own address or name is refused. Nothing was said about the mailbox.
  {
    code: 'UNREACHABLE_REFUSED',
    reason: 'BACKEND_BLOCKED',
    says: /\b(black|block|deny|reject)[ -]?list|\b(spamhaus|spamcop|barracuda|sorbs|abuseat|uceprotect|invaluement|mailspike|rbl|dnsbl)\b/i,
    where: 'Postfix, postscreen, IONOS',
  },
  {
    code: 'UNREACHABLE_REFUSED',
    reason: 'BACKEND_BLOCKED',
    says: /client host (rejected|blocked)|client \[?[\da-f.:]{3,45}\]? blocked|access denied for \S{1,80}\[/i,
    where: 'Postfix',
  },
  {
    code: 'UNREACHABLE_REFUSED',
    reason: 'BACKEND_BLOCKED',
    says: /\b(HELO|EHLO)\b.{0,40}\b(invalid|rejected|denied|refused|bad|required|not (allowed|accepted))|\b(invalid|bad|forged) (HELO|EHLO)/i,
    where: 'Exim, cPanel',
  },
  {
    code: 'UNREACHABLE_REFUSED',
    reason: 'BACKEND_BLOCKED',
    says: /\b(your|client|remote|source|this) (ip|host|server|network)( address)?\b.{0,40}\b(block|ban|den(y|ied)|reject|refus|listed|reputation|not (allowed|permitted|accepted|authori[sz]ed))/i,
    where: 'many',
  },
  {
    code: 'UNREACHABLE_REFUSED',
    reason: 'BACKEND_BLOCKED',
    says: /\b(block|bann|deni|reject|refus)\w{0,4}\b.{0,30}\b(your |this |client |the )?ip\b|\bip (address )?(\S{1,45} )?(is |has been |was )?(blocked|banned|denied|rejected|refused|black ?listed)/i,
    where: 'many',
  },
  {
    code: 'UNREACHABLE_REFUSED',
    reason: 'BACKEND_BLOCKED',
    says: /access from (ip|your|this|address|host)\b.{0,60}\b(block|den|not allowed|forbidden)|(poor|bad|low) reputation|no (PTR|reverse)|reverse (dns|lookup|hostname)/i,
    where: 'Mail.ru, many',
  },
  {
    code: 'TENANT_POLICY',
    says: /\b(country|location|region|geo\w{0,10})\b.{0,40}\b(block|den|restrict|not (allowed|permitted))|(from|in) (this|your) (country|location|region)/i,
    step: SIGN_IN,
    where: 'hosters',
  },

  // Too many tries. Before locks: what locks by itself unlocks by itself.
  {
    code: 'TOO_MANY_ATTEMPTS',
    step: SIGN_IN,
    says: /too many\b(?!.{0,30}connection).{0,40}\b(attempts?|fail\w{0,6}|log-?ins?|log-?ons?|sign-?ins?|auth\w{0,12}|errors?|tries|passwords?|requests|commands?)\b/i,
    waitSeconds: 30 * MINUTE,
    where: 'Google, Yahoo, Stalwart, hMailServer, Postfix',
  },
  {
    code: 'TOO_MANY_ATTEMPTS',
    step: BEFORE,
    says: /too many\b(?!.{0,30}connection).{0,40}\b(log-?ins?|log-?ons?|auth\w{0,12}|passwords?|fail\w{0,6})\b/i,
    waitSeconds: 30 * MINUTE,
    where: 'hMailServer, hosters',
  },
  {
    code: 'TOO_MANY_ATTEMPTS',
    says: /(login|auth\w{0,12}|password) (attempts?|failures?|tries)\b.{0,20}\b(exceeded|reached)|maximum (number of )?(failed |login |auth\w{0,12} )+(attempts?|failures?|tries)|brute.?force|fail2ban|login frequency|log-?in too (many|often)/i,
    waitSeconds: 30 * MINUTE,
    where: 'many',
  },
  {
    code: 'TOO_MANY_ATTEMPTS',
    says: /temporar(y|ily) (lock|block|bann?|suspend)|lock(ed)?[ -]?out|(locked|blocked|banned|disabled) for \d{1,6} ?(s|m|h)/i,
    waitSeconds: 30 * MINUTE,
    where: 'Zimbra, MDaemon, hosters',
  },

  // TLS ends in front of the server, or the log-in came in the clear.
  {
    code: 'ENCRYPTION_REQUIRED',
    says: /Must issue a STARTTLS command first|\[PRIVACYREQUIRED\]|(insecure|unencrypted|unsecured?|non-secure|cleartext|plain ?text) (\S{1,20} )?(connection|channel|session|authentication|log-?in|auth)|encryption (is )?(needed|required)|(requires|use|need) (an? )?(TLS|SSL|encrypted|secure)|Plain login .{0,20}(are|is) disabled|mechanism (is )?too weak/i,
    where: 'Dovecot, Courier, James, Cyrus, RFC 5530',
  },

  // No log-in with a password here.
  {
    code: 'AUTH_NOT_OFFERED',
    says: /authentication (is )?not (enabled|available|supported|allowed)|AUTH (command )?(is )?not (allowed|available|supported|enabled|implemented)|(unsupported|unknown|unrecogni[sz]ed|unavailable|invalid) (SASL )?(auth\w{0,12} )?(mechanism|method|type)|(mechanism|authentication type|authentication method|SASL method)\b.{0,20}\bnot (supported|available|allowed|recogni[sz]ed|implemented)|no (SASL )?mechanism available|user exists, but no verifier|\b504 5\.7\.4\b|user supplied passwords not permitted|x?oauth2?\w* (is )?(required|only|needed)|(use|requires?|via|only) (x?oauth2?|modern auth)|(password|basic|plain) (authentication|auth|log-?in) (is |are |has been )?(disabled|not (allowed|supported|enabled|permitted))/i,
    where: 'Stalwart, Dovecot, Postfix, Cyrus',
  },

  // The account's main password was used.
  {
    code: 'AUTH_INVALID',
    says: /(invalid|incorrect|wrong|bad|unknown|expired|revoked) (app(lication)?[- ](specific )?(password|code)|authori[sz](ed|ation) code|client password)|(app(lication)?[- ](specific )?password|authori[sz](ed|ation) code|client password) (is )?(invalid|incorrect|wrong|expired|revoked)/i,
    step: SIGN_IN,
    where: 'QQ, hosters',
  },
  {
    code: 'NEEDS_APP_PASSWORD',
    says: /InvalidSecondFactor|app(lication)?[- ](specific[ -])?password|authori[sz](ed|ation) code|weixin token|client[- ](specific )?password/i,
    step: SIGN_IN,
    where: 'Google, Mail.ru, QQ, Stalwart',
  },
  {
    code: 'NEEDS_APP_PASSWORD',
    says: /授权码|客户端专用密码|专用密码|应用专用|пароль (для внешн\p{L}{0,6} )?приложени/iu,
    step: SIGN_IN,
    where: 'QQ, NetEase, Mail.ru',
  },
  {
    code: 'NEEDS_APP_PASSWORD',
    says: /(multi|two|2)[- ]?(factor|step)|\b(2fa|mfa)\b/i,
    step: SIGN_IN,
    where: 'Stalwart, hosters',
  },

  // The provider wants its user to do something first.
  {
    code: 'PROVIDER_CHALLENGE',
    reason: 'TERMS_NOT_ACCEPTED',
    says: /(terms|agreement|conditions|privacy policy|consent)\b.{0,40}\b(accept|agree|sign|confirm)|(accept|agree to|sign) .{0,20}\b(terms|agreement|conditions|privacy policy)/i,
    where: 'hosters',
  },
  {
    code: 'PROVIDER_CHALLENGE',
    says: /web browser|WEBALERT|web[ -]?login required|not a robot|captcha|signin\/continue|Unsafe Login/i,
    where: 'Google, Yandex, NetEase',
  },
  { code: 'PROVIDER_CHALLENGE', says: /(?<![\d.])5\.7\.14(?![\d.])/, where: 'Google' },
  {
    code: 'PROVIDER_CHALLENGE',
    says: /(log ?in|sign ?in|log ?on)( once| first)? (to|via|with|through|using|in|at|on) (the |your |our |a )?(web|browser|site|portal|account|control panel)|(verify|confirm) (your |that |the )(identity|account|phone|e-?mail|it|number)|suspicious|unusual (activity|sign|log)|security (check|challenge|verification)|\b(account|identity) verification/i,
    where: 'many',
  },

  // Another password is wanted; waiting never helps.
  {
    code: 'AUTH_INVALID',
    reason: 'PASSWORD_EXPIRED',
    says: /\[EXPIRED\]|(password|passphrase|credentials?)\b.{0,20}\b(expired|has to be reset|must be (changed|reset)|needs? to be (changed|reset)|too (simple|weak|short|old)|is too weak)|(change|reset|renew) (your |the )?password|must change password|password (transition|change) (is )?(needed|required)/i,
    step: SIGN_IN,
    where: 'Stalwart, Cyrus, Tiscali, Dovecot, RFC 4954',
  },

  // The limit of what may be sent, told at the log-in.
  {
    code: { imap: 'TEMPORARY', smtp: 'SENDING_QUOTA' },
    says: /\b(limit|quota)\b.{0,30}\b(reached|exceeded|used up)|over .{0,20}\b(sending|daily|hourly) (limit|quota)|upgrade your plan/i,
    step: SIGN_IN,
    waitSeconds: 24 * HOUR,
    where: 'relays',
  },

  // A plan that does not have it.
  {
    code: SWITCHED_OFF,
    reason: 'NOT_IN_PLAN',
    says: /\b(licen[cs]e|licen[cs]ed|subscription|free (plan|account|user)|paid|premium|upgrade (your|to|the)|plan does not|not (included|available) (in|on|for) (your|this|the) (plan|account type|subscription))\b/i,
    step: [...SIGN_IN, 'open-inbox'],
    where: 'hosters',
  },

  // The limit of what may be sent.
  {
    code: 'SENDING_QUOTA',
    says: /\b(e-?mails?|messages?|sending|daily|hourly|monthly|outgoing|outbound|recipients?|relay)\b.{0,30}\b(limit|quota|allowance)\b.{0,30}\b(reached|exceeded|used|hit|full)|\b(limit|quota) (is |has been |was )?(reached|exceeded)|(exceeded|over) .{0,30}\b(sending|message|mail|daily|hourly) .{0,10}\b(limit|quota)|rate limit/i,
    step: SENDER,
    waitSeconds: 24 * HOUR,
    where: 'Google, relays',
  },

  // The password was taken, and the mailbox is not there. Waiting does not mend that.
  {
    code: 'MAILBOX_NOT_CONNECTED',
    says: /no such file or directory|Fatal error|does(n't| not) exist|not owned by|permission|\[NONEXISTENT\]|namespace|no (such )?mailbox|invalid (mailbox|settings)|home directory|storage|corrupt|\[SERVERBUG\]|internal (server )?error/i,
    step: ['open-inbox'],
    where: 'Courier, Dovecot, Cyrus',
  },
  {
    code: 'TEMPORARY',
    says: /\[INUSE\]/i,
    waitSeconds: 5 * MINUTE,
    where: 'RFC 5530',
  },

  // Server trouble; nothing was said about the password. It may stand behind the words for a wrong one.
  {
    code: 'TEMPORARY',
    reason: 'AUTHENTICATION_AWAY',
    says: /Temporary authentication failure|authentication (server|service|backend|process|daemon)\b.{0,40}\b(unavailable|not (responding|available)|failed|died|timed|lost|away|down|unreachable|error)|(lost|no) connection to (the )?auth|remote authentication server|Connection lost to authentication/i,
    step: SIGN_IN,
    waitSeconds: 5 * MINUTE,
    where: 'Dovecot, Postfix, Cyrus',
  },
  {
    code: 'TEMPORARY',
    reason: 'AUTHENTICATION_AWAY',
    says: /\bgeneric failure\b|transient failure|can't request info|bad protocol|invalid parameter supplied|(no|out of) memory|overflowed buffer|SASL library|system too busy|another step is needed|server failed mutual|integrity check failed|version mismatch with plug-in/i,
    step: SIGN_IN,
    waitSeconds: 5 * MINUTE,
    where: 'Cyrus SASL',
  },
  {
    code: 'TEMPORARY',
    reason: 'AUTHENTICATION_AWAY',
    says: /\b(mysql|postgres(ql)?|sqlite|sql|ldap|redis|database|directory|radius)\b.{0,30}\b(error|failure|failed|unavailable|timeout|down|unreachable|connection)/i,
    step: SIGN_IN,
    waitSeconds: 5 * MINUTE,
    where: 'Stalwart, hosters',
  },
  {
    code: 'WRONG_HOST',
    says: /wrong (host|server|region|data ?cent(er|re)|cluster|node)|\[REFERRAL\b|server (details|settings|name)\b.{0,40}\bincorrect|incorrect server|(mailbox|account|user) (has |was |is )?(moved|hosted|located|lives?) (to|on|at|in) (an)?other|use (the )?(correct|other|another|following) (server|host)|(different|other|another) (server|host|region|data ?cent(er|re))/i,
    where: 'Zimbra, Zoho',
  },

  // The account's own state; it may stand in an [UNAVAILABLE] or a 5.7.139.
  {
    code: 'TEMPORARY',
    says: /under(going)? maintenance|being (moved|migrated|restored)|maintenance (mode|window)/i,
    waitSeconds: 30 * MINUTE,
    where: 'Zimbra',
  },
  {
    code: 'ACCOUNT_BLOCKED',
    says: /\b(account|user|mailbox|login|log-in|domain|service|passphrase|sending|address|sender)s? (is |has been |was |are |have been |temporarily |currently |permanently )*(now )?(locked|disabled|deactivated|suspended|blocked|closed|terminated|frozen|inactive|deleted|expired|banned|restricted|on hold|not active|not activated)/i,
    where: 'Dovecot, Cyrus, hosters',
  },
  {
    code: 'ACCOUNT_BLOCKED',
    says: /\bsuspended\b|525 5\.7\.13(?![\d.])|(locked|disabled|suspended|blocked) (account|user|mailbox)|locked for inactivity|login disabled|compromised|spam abuse|abuse detected/i,
    where: 'hosters, Microsoft',
  },
  // Cyrus: the password is right, and the service is not for this user.
  { code: 'ACCOUNT_BLOCKED', says: /\bauthorization failure\b/i, where: 'Cyrus' },

  // The protocol is switched off.
  {
    code: 'IMAP_DISABLED',
    says: /not enabled for IMAP|IMAP access (is )?disabled|yet to enable IMAP/i,
    where: 'Google, Zoho, Courier',
  },
  { code: 'POP_DISABLED', says: /not enabled for POP access/i, where: 'Google' },
  {
    code: SWITCHED_OFF,
    says: /\b(imap4?|smtp|pop3?|mail access|client|external|third[- ]party|remote)\b.{0,40}\b(disabled|deactivated|turned off|switched off|blocked|forbidden|not (been )?(enabled|activated|allowed|permitted|available|open(ed)?|supported|active))/i,
    step: [...SIGN_IN, 'open-inbox'],
    where: 'many',
  },
  {
    code: SWITCHED_OFF,
    says: /(does not|doesn't|do not|don't) have (an? )?(imap|smtp|mail|pop)\w{0,4} access|(please |must |to )(enable|activate|open|turn on|switch on) (the )?(imap|smtp|pop|client|external|access)|not (enabled|allowed|permitted|authori[sz]ed|entitled|provisioned) (for|to use|to access) (the )?(imap|smtp|pop|mail|this|service)/i,
    step: [...SIGN_IN, 'open-inbox'],
    where: 'Zimbra, QQ',
  },
  {
    code: SWITCHED_OFF,
    says: /(no|insufficient|not enough|lacks?|missing|without|does not have( the)?) (the )?(permissions?|privileges?|rights?|authori[sz]ation|access)\b|permission denied|\[NOPERM\]|not (authori[sz]ed|permitted|allowed) to (use|access|log|sign|connect|send|submit|relay|auth)/i,
    step: SIGN_IN,
    where: 'Stalwart, NetEase',
  },

  // The sender.
  {
    code: 'SENDER_NOT_ALLOWED',
    says: /Sender address rejected|sender (is )?(not (owned|allowed|authori[sz]ed|permitted|local|verified|valid)|denied|mismatch|rejected|refused)|not (owned|allowed|permitted|authori[sz]ed)\b.{0,30}\b(sender|from|send)|(from|sender|envelope|return.path)\b.{0,40}\b(not|must|does not|doesn't|mismatch|differ|unverified|invalid|rejected|denied)|must (match|be|use)\b.{0,40}\b(auth|user|account|login|address|sender)|(?<![\d.])5\.(1\.[78]|7\.0)(?![\d.]).{0,60}(sender|address|from)|unverified address|identity/i,
    step: SENDER,
    where: 'Microsoft, Postfix, Exim, relays',
  },
  {
    code: 'MAILBOX_SMTP_OFF',
    says: /\b(smtp|sending|submission|relay\w{0,3})\b.{0,40}\b(disabled|not (enabled|allowed|permitted|available|activated)|denied|off|forbidden)|not (allowed|permitted|authori[sz]ed) to (send|relay|submit)/i,
    step: SENDER,
    where: 'hosters',
  },

  // Limits, and bad moments.
  {
    code: 'TOO_MANY_ATTEMPTS',
    says: /request is throttled|throttl/i,
    waitSeconds: 5 * MINUTE,
    where: 'Microsoft, Exchange',
  },
  {
    code: 'TEMPORARY',
    says: /(too many|maximum( number of)?|simultaneous|concurrent|limit (of|on))\b.{0,30}\bconnections?|connection (limit|rate|queue)|\[(OVERQUOTA|LIMIT|UNAVAILABLE|SERVERBUG)\]|rate limit/i,
    waitSeconds: 5 * MINUTE,
    where: 'RFC 5530, Google, Dovecot, Postfix',
  },
  {
    code: 'MAILBOX_NOT_CONNECTED',
    says: /Fatal error: .{0,60}(No such file|not owned|permission)|^(BYE|NO|BAD) .{0,30}(Maildir|mailbox directory|home directory)/i,
    where: 'Courier',
  },
  { code: 'MAILBOX_NOT_CONNECTED', says: /authenticated but not connected/i, where: 'Microsoft, Exchange' },
  {
    code: 'TEMPORARY',
    says: /temporar(y|ily)|try (again|it)?\s?(again )?(later|in \d|in a|after|shortly|soon)|(?<!reason )\bunavailable\b|internal (server )?error|server (error|failure|trouble|busy|disconnected|is down)|not responding|time(d)? ?out|backend|overload|service (is )?busy|system (failure|problem|error|is busy|busy)|shutting down|server disconnected|maintenance|connection (is )?(closed|lost|reset)|in use\b/i,
    step: [...BEFORE, ...SIGN_IN, 'open-inbox'],
    waitSeconds: MINUTE,
    where: 'many',
  },
  {
    code: 'TEMPORARY',
    says: /^4\d\d[ -]/,
    step: [...BEFORE, ...SIGN_IN],
    waitSeconds: MINUTE,
    where: 'RFC 5321, 4954',
  },
  { code: 'UNREACHABLE_REFUSED', says: /^5\d\d[ -]/, step: BEFORE, where: 'RFC 5321' },

  // At Microsoft only, the words for a wrong password are also said when the method is refused.
  { code: 'AUTH_INVALID', at: 'microsoft', says: /the user credentials were incorrect/i, where: 'Microsoft' },
  {
    code: 'UNKNOWN',
    at: 'microsoft',
    reason: 'REFUSED_WITH_REASON',
    says: /(?<![\d.])5\.7\.139(?![\d.])/,
    where: 'Microsoft',
  },
  {
    code: 'AUTH_AMBIGUOUS',
    at: 'microsoft',
    says: /LOGIN failed|AUTHENTICATE failed|Logon failure/i,
    step: SIGN_IN,
    where: 'Microsoft',
  },
  { code: 'AUTH_AMBIGUOUS', at: 'microsoft', says: /(?<![\d.])5\.7\.3(?![\d.])/, where: 'Microsoft' },

  // A server that hangs up, for a reason that nobody has explained.
  { code: 'TEMPORARY', says: /^BYE /, step: [...BEFORE, ...SIGN_IN], waitSeconds: MINUTE, where: 'RFC 9051' },
  {
    code: 'MAILBOX_NOT_CONNECTED',
    says: /^/,
    step: ['open-inbox'],
    where: 'any IMAP server, once it has taken the password',
  },
];
