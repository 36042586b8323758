import type { ProviderMail } from '../../providers/registry/types.ts';

/*
 * What providers' mail servers say, word for word as far as it is known.
 *
 * REFUSALS: every answer without a remark is verbatim, from the provider's documents or from several logs of real
 * servers. `likely` stands on one good source, `check` on recollection. Ids, dates, host names and links' parameters
 * are invented. Answers to a message (quota, sender not allowed) and over POP are left out: a log-in never gets them.
 *
 * MANNERS (greetings, capabilities, EHLO, and the words for a log-in that worked) are from recollection of public
 * transcripts: their structure is right, their details are not to be relied on.
 */

export type Dialect = ProviderMail['answers'];
export type Protocol = 'imap' | 'smtp';

/**
 * By provider, protocol and reason. An IMAP refusal is the tagged answer without its tag (`COMMAND` being the command
 * that was refused), followed by untagged lines; an SMTP refusal is the reply's lines.
 */
export const REFUSALS = {
  google: {
    imap: {
      'wrong-password': ['NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)'],
      'app-password-needed': [
        'NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)',
      ],
      'imap-off': [
        'NO [ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)',
      ],
      'imap-off-for-domain': [
        'NO [ALERT] IMAP access is disabled for your domain. Please contact your domain administrator for questions about this feature. (Failure)',
      ],
      'web-browser': [
        'NO [ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)',
      ],
      'web-login': [
        'NO [WEBALERT https://accounts.google.com/signin/continue?sarp=1&scc=1&plt=fakeContinuation] Web login required.',
      ],
      'web-login-old': [
        'NO [ALERT] Web login required: http://support.google.com/mail/bin/answer.py?answer=78754 (Failure)',
      ],
      bandwidth: ['NO [OVERQUOTA] Account exceeded command or bandwidth limits.'],
      'too-many-connections': ['NO [ALERT] Too many simultaneous connections. (Failure)'],
      temporary: ['NO [UNAVAILABLE] Temporary System Problem (Failure)'],
    },
    smtp: {
      'wrong-password': [
        '535-5.7.8 Username and Password not accepted. For more information, go to',
        '535 5.7.8  https://support.google.com/mail/?p=BadCredentials fake0123456789id.12 - gsmtp',
      ],
      'app-password-needed': [
        '534-5.7.9 Application-specific password required. For more information, go to',
        '534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor fake0123456789id.12 - gsmtp',
      ],
      'web-browser': [
        '534-5.7.14 <https://accounts.google.com/signin/continue?sarp=1&scc=1&plt=fakeContinuation> Please',
        '534-5.7.14 log in via your web browser and then try again.',
        '534 5.7.14 https://support.google.com/mail/answer/78754 fake0123456789id.12 - gsmtp',
      ],
      'too-many-log-ins': [
        '454 4.7.0 Too many login attempts, please try again later. fake0123456789id.12 - gsmtp',
      ],
      // likely
      temporary: ['421 4.7.0 Try again later, closing connection. fake0123456789id.12 - gsmtp'],
    },
  },
  microsoft: {
    imap: {
      // Of a wrong password and of a method that is refused.
      'wrong-password': ['NO COMMAND failed.'],
      'mechanism-off': ['NO COMMAND failed. Provided authentication mechanism is not supported.'],
      'basic-off': [
        'NO Basic authentication is disabled.',
        '* BYE Microsoft Exchange Server IMAP4 server signing off.',
      ],
      'basic-blocked': [
        'NO [AUTHENTICATIONFAILED] AuthFailed:LogonDenied-BasicAuthBlocked-<UserType:OutlookCom> LogonFailed-BasicAuthBlocked',
      ],
      'basic-blocked-short': ['NO [AUTHENTICATIONFAILED] AuthFailed:LogonDenied-BasicAuthBlocked'],
      // Not of the log-in, which is accepted, but of every command after it.
      'not-connected': ['BAD User is authenticated but not connected.'],
    },
    smtp: {
      'wrong-password': [
        '535 5.7.139 Authentication unsuccessful, the user credentials were incorrect. [FAKE0001.PROD.OUTLOOK.COM 2026-01-01T00:00:00.000Z 08DDFAKE00000001]',
      ],
      generic: ['535 5.7.3 Authentication unsuccessful [FAKE0001.PROD.OUTLOOK.COM]'],
      'basic-off': [
        '535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [FAKE0001.PROD.OUTLOOK.COM 2026-01-01T00:00:00.000Z 08DDFAKE00000001]',
      ],
      'off-for-tenant': [
        '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. [FAKE0001.PROD.OUTLOOK.COM 2026-01-01T00:00:00.000Z 08DDFAKE00000001]',
      ],
      'off-for-mailbox': [
        '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information. [FAKE0001.PROD.OUTLOOK.COM 2026-01-01T00:00:00.000Z 08DDFAKE00000001]',
      ],
      // likely
      'security-defaults': [
        "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator. [FAKE0001.PROD.OUTLOOK.COM 2026-01-01T00:00:00.000Z 08DDFAKE00000001]",
      ],
      policy: [
        '535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully. Contact your administrator. [FAKE0001.PROD.OUTLOOK.COM 2026-01-01T00:00:00.000Z 08DDFAKE00000001]',
      ],
      // check
      'account-locked': [
        '535 5.7.139 Authentication unsuccessful, account locked. [FAKE0001.PROD.OUTLOOK.COM]',
      ],
      // Invented, for the meanings of this status code that nobody has written down.
      'another-reason': ['535 5.7.139 Authentication unsuccessful, for another reason.'],
      // likely
      'mechanism-unknown': ['504 5.7.4 Unrecognized authentication type [FAKE0001.PROD.OUTLOOK.COM]'],
      // Announced by the maker, not seen yet.
      'basic-gone': ['550 5.7.30 Basic authentication is not supported for Client Submission.'],
    },
  },
  yahoo: {
    imap: {
      'wrong-password': ['NO [AUTHENTICATIONFAILED] COMMAND Invalid credentials'],
      // check
      limit: ['NO [LIMIT] COMMAND Rate limit hit.'],
    },
    smtp: {
      // On the very first wrong try already.
      'wrong-password': ['535 5.7.0 (#AUTH005) Too many bad auth attempts.'],
      // check
      'bad-credentials': ['535 5.7.0 (#AUTH005) Bad credentials'],
    },
  },
  'united-internet': {
    imap: {
      // likely: also of a mailbox whose IMAP is switched off
      'wrong-password': ['NO [AUTHENTICATIONFAILED] authentication failed'],
    },
    smtp: {
      // check: of a wrong password, of IMAP and POP switched off, and of an address of the other family
      'wrong-password': ['535 Authentication credentials invalid'],
    },
  },
  standard: {
    imap: {
      'wrong-password': ['NO [AUTHENTICATIONFAILED] Authentication failed.'],
      unavailable: ['NO [UNAVAILABLE] Temporary authentication failure.'],
      'in-use': ['NO [INUSE] Mailbox in use'],
      limit: ['NO [LIMIT] Too many simultaneous connections'],
      // likely
      suspended: ['NO [UNAVAILABLE] Your account has been suspended'],
      'account-off': ['NO [CONTACTADMIN] Account disabled'],
    },
    smtp: {
      // likely
      'wrong-password': ['535 5.7.8 Error: authentication failed: authentication failure'],
      'account-off': ['525 5.7.13 Account disabled'],
      // likely
      temporary: ['451 4.3.0 Temporary authentication failure'],
      // likely
      'auth-off': ['503 5.5.1 Error: authentication not enabled'],
    },
  },
} as const satisfies Record<Dialect, Record<Protocol, Record<string, readonly string[]>>>;

type Reasons<P extends Protocol> = { [D in Dialect]: keyof (typeof REFUSALS)[D][P] }[Dialect];
export type Refusal = Reasons<'imap'> | Reasons<'smtp'>;

export interface Manner {
  imap: { greeting: string; capabilities: string; signedIn: string };
  smtp: { greeting: string; ehlo: readonly string[]; mechanisms: readonly string[]; signedIn: string };
}

export const MANNERS: Record<Dialect, Manner> = {
  google: {
    imap: {
      greeting: '* OK Gimap ready for requests from 192.0.2.1 fake0123456789id',
      capabilities:
        'IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 XYZZY SASL-IR AUTH=XOAUTH2 AUTH=PLAIN AUTH=PLAIN-CLIENTTOKEN AUTH=OAUTHBEARER',
      signedIn: 'OK authenticated (Success)',
    },
    smtp: {
      greeting: '220 smtp.gmail.com ESMTP fake0123456789id.12 - gsmtp',
      ehlo: [
        'smtp.gmail.com at your service, [192.0.2.1]',
        'SIZE 35882577',
        '8BITMIME',
        'ENHANCEDSTATUSCODES',
        'PIPELINING',
        'CHUNKING',
        'SMTPUTF8',
      ],
      mechanisms: ['LOGIN', 'PLAIN', 'XOAUTH2', 'PLAIN-CLIENTTOKEN', 'OAUTHBEARER', 'XOAUTH'],
      signedIn: '235 2.7.0 Accepted',
    },
  },
  microsoft: {
    imap: {
      greeting: '* OK The Microsoft Exchange IMAP4 service is ready. [RgBBAEsARQAwADAAMAAxAA==]',
      capabilities:
        'IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+',
      signedIn: 'OK COMMAND completed.',
    },
    smtp: {
      greeting:
        '220 FAKE0001.outlook.office365.com Microsoft ESMTP MAIL Service ready at Thu, 1 Jan 2026 00:00:00 +0000',
      ehlo: [
        'FAKE0001.outlook.office365.com Hello [192.0.2.1]',
        'SIZE 157286400',
        'PIPELINING',
        'DSN',
        'ENHANCEDSTATUSCODES',
        '8BITMIME',
        'BINARYMIME',
        'CHUNKING',
        'SMTPUTF8',
      ],
      mechanisms: ['LOGIN', 'XOAUTH2'],
      signedIn: '235 2.7.0 Authentication successful',
    },
  },
  yahoo: {
    imap: {
      greeting: '* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2 ID NAMESPACE] IMAP4rev1 Hello',
      capabilities:
        'IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER ID MOVE NAMESPACE XYMHIGHESTMODSEQ UIDPLUS LITERAL+ CHILDREN UNSELECT OBJECTID',
      signedIn: 'OK COMMAND completed',
    },
    smtp: {
      greeting: '220 smtp.mail.yahoo.com ESMTP ready',
      ehlo: [
        'fake--production-0 Hello client.example [192.0.2.1])',
        'PIPELINING',
        'ENHANCEDSTATUSCODES',
        '8BITMIME',
        'SIZE 41697280',
      ],
      mechanisms: ['PLAIN', 'LOGIN', 'XOAUTH2', 'OAUTHBEARER'],
      signedIn: '235 2.0.0 OK',
    },
  },
  'united-internet': {
    imap: {
      greeting: '* OK [CAPABILITY IMAP4rev1 ID NAMESPACE AUTH=LOGIN AUTH=PLAIN SASL-IR] server ready',
      capabilities: 'IMAP4rev1 ID NAMESPACE AUTH=LOGIN AUTH=PLAIN SASL-IR',
      signedIn: 'OK COMMAND completed',
    },
    smtp: {
      greeting: '220 mail.test ESMTP ready',
      ehlo: ['mail.test Hello client.example [192.0.2.1]', '8BITMIME', 'SIZE 69920427'],
      mechanisms: ['LOGIN', 'PLAIN'],
      signedIn: '235 Authentication succeeded',
    },
  },
  standard: {
    imap: {
      greeting: '* OK IMAP ready',
      capabilities: 'IMAP4rev1 SASL-IR ID NAMESPACE AUTH=PLAIN',
      signedIn: 'OK Logged in',
    },
    smtp: {
      greeting: '220 mail.test ESMTP',
      ehlo: ['mail.test', 'PIPELINING', '8BITMIME', 'ENHANCEDSTATUSCODES'],
      mechanisms: ['PLAIN', 'LOGIN'],
      signedIn: '235 2.7.0 Authentication successful',
    },
  },
};
