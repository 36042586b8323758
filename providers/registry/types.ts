/**
 * What a file in `providers/` says about one mail provider. Three exports, read by three different programs:
 * `page` by the watcher in the provider's tab, `mail` by the onboarding backend, `guide` by the popup.
 *
 * The folder says how its pages are reached. In `providers/` itself: watched from the start. In `on-request/`: watched
 * once the user has allowed its host, on a click that needs it. In `by-hand/`: there is nothing to watch, because no app
 * password is ever shown; such a file has no `page`.
 */

/** How a provider writes its app passwords. */
export interface CodeShape {
  /** Body of a regular-expression character class: the characters a code is made of. */
  alphabet: string;
  /** How many of them, separators not counted; the fewest and the most where it varies or is not known for sure. */
  length: number | readonly [fewest: number, most: number];
  /** Drawn in groups of this many characters, when it is drawn in groups. */
  group?: number;
  /** Stands between the groups and is part of the code. Without one, the gaps between groups are not part of it. */
  separator?: '-';
}

/** Where a page says whose account this is. */
export interface AccountSource {
  selector: string;
  /** The attribute that holds the address; the element's text when absent. */
  attribute?: string;
  /** True when the place can hold nothing but the signed-in account's address. */
  certain: boolean;
}

export interface ProviderPage {
  id: string;
  /**
   * Exact origins. The watcher is loaded on these and the worker accepts its messages from these only. None where
   * people run it on hosts of their own: then the user says which.
   */
  origins: readonly string[];
  /** Tested against the path and the fragment (`/home#security`); the only pages the watcher looks at. */
  route: RegExp;
  /** Paths that exist for nothing but showing a code just made. */
  codeOnlyRoute?: RegExp;
  code: CodeShape;
  /** Elements the code is known to stand in. A fast and certain path, never the only one. */
  codeHints: readonly string[];
  account: readonly AccountSource[];
  /** How the page looks where app passwords can't be made. */
  unavailable: {
    /** Controls without which no code can be made: a settled page that has none of them offers no app passwords. */
    withoutAll?: string;
    /** Elements that are only seen on the refusal. */
    withAny?: string;
  };
}

export interface MailServer {
  host: string;
  port: number;
  /** `tls` from the first byte, or `starttls` after the greeting. */
  security: 'tls' | 'starttls';
}

/** In order of preference; the next one is tried only when a server can't be reached. */
export interface MailServers {
  imap: readonly MailServer[];
  smtp: readonly MailServer[];
  /**
   * Where the mailbox may be instead, when these call its password wrong because they do not know its address. Each is
   * tried once, in this order, so it is a small fixed set; none where a wrong try does harm.
   */
  otherwise?: readonly Pick<MailServers, 'imap' | 'smtp'>[];
}

/** What of an address its server wants as the user name. */
export type LoginForm = 'address' | 'local-part';

export interface ProviderMail extends MailServers {
  /** Families of addresses with servers of their own, which know no other addresses. Domains in lower case. */
  byDomain?: readonly (MailServers & { domains: readonly string[] })[];
  /** For addresses on any other domain: the servers of the region whose page showed the code. Hosts of `origins`. */
  byPageHost?: readonly (MailServers & { hosts: readonly string[] })[];
  /** The whole address where nothing is said. Of several the next is tried only when the one before is called wrong. */
  login?: { imap?: LoginForm | readonly LoginForm[]; smtp?: LoginForm };
  /**
   * How long after it was made a code may still be called wrong, in ms: until then a refusal is not believed, and the code
   * is tried again. No provider publishes a figure; this is our bound on it. 0 where a single wrong try can lock the
   * mailbox out. Where nothing is said there is one more try.
   */
  settlesWithinMs?: number;
  /** The servers let in only programs that name themselves, with the IMAP command ID. */
  wantsId?: true;
  /**
   * Suffixes, in lower case, of the hosts that mail for other domains is delivered to when this provider has their
   * mailboxes. Seen in DNS and in published zone files of 2026 where a comment does not say otherwise. None where such
   * mailboxes have other servers than these, as at the business mail of NetEase, QQ and Naver.
   */
  mx?: readonly string[];
  /** Whose dialect the servers speak, where the same words mean different things. */
  answers: 'google' | 'microsoft' | 'yahoo' | 'united-internet' | 'standard';
}

/** Something to do before an app password can be made or used. The words are in `_locales`. */
export type Prerequisite =
  | 'two_step_on'
  | 'two_step_off'
  | 'signed_in_for_days'
  | 'app_passwords_on'
  | 'phone_at_hand';

/** What else it takes until a password opens the mailbox. The words are in `_locales`. */
export type Need =
  | 'imap_on'
  | 'mail_access'
  | 'plan_with_imap'
  | 'smtp_on_by_admin'
  | 'one_for_each_address'
  | 'program_password_with_two_step'
  | 'yahoo_once_moved'
  | 'bridge';

/** Why a provider's page may say that app passwords are not available. The pages do not say which it is. */
export type UnavailableCause =
  | 'two_step_off'
  | 'security_keys_only'
  | 'organisation'
  | 'advanced_protection'
  | 'browser_too_new'
  | 'app_passwords_off'
  | 'limit_reached'
  | 'plan';

/**
 * What opens a mailbox whose provider shows no app passwords. `mailbox_password`: the one people sign in with.
 * `program_password`: one that people choose themselves, for mail programs. `nothing`: no server can be let in.
 */
export type OpensWith = 'mailbox_password' | 'program_password' | 'nothing';

export interface ProviderGuide {
  /** The name people know, never translated. */
  name: string;
  /** Which mailboxes it covers, as people call them. */
  mailboxes: string;
  /** The domains of its addresses, in lower case, by which an address tells its provider. */
  domains?: readonly string[];
  /** Where app passwords are made, or the password that is used instead. Absent where only the user knows the host. */
  appPasswords?: string;
  /** The same for one account of several that the browser is signed in to: `{email}` stands for its address. */
  appPasswordsFor?: string;
  /** Set where there are no app passwords to be shown. */
  opensWith?: OpensWith;
  before: readonly { what: Prerequisite; link?: string }[];
  needs?: readonly { what: Need; link?: string }[];
  unavailableBecause: readonly UnavailableCause[];
  /** Where an organisation's administrator allows it is known: which message tells. */
  admin?: 'google' | 'microsoft';
  /** Pages that repair a refusal, by what they repair. */
  fix: {
    /** Switches receiving over IMAP on. */
    imap?: string;
    /** Where the provider asks its user to confirm a sign-in. Absent where only the user knows the host. */
    webmail?: string;
  };
  /** The provider still makes app passwords, but its mail servers no longer take them. */
  passwordsRefused?: true;
  /** Sending takes app passwords, receiving does not: such a mailbox can only be connected in part. */
  receivingRefused?: true;
}
