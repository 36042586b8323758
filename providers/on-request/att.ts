import type { ProviderGuide, ProviderMail, ProviderPage } from '../registry/types.ts';

/**
 * AT&T Mail and the addresses of the companies it came from. Its word is "secure mail key".
 *
 * Known: the way there (profile, sign-in info, manage secure mail key) and the mail servers. From public
 * programs: the profile's address. Guessed: the path of the key's own page, 16 lower-case letters, how they
 * are drawn, all elements, and that an address in the header is the account, of which there may be several
 * with a key each.
 */
export const page = {
  id: 'att',
  origins: ['https://www.att.com'],
  route: /^\/(acctmgmt\/.*(profile|sign-?in-?info|mail-?key)|my\/?#\/profile)/i,
  code: { alphabet: 'a-z', length: 16, group: 4 },
  codeHints: [],
  account: [{ selector: 'header, [role="banner"]', certain: false }],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [{ host: 'imap.mail.att.net', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.mail.att.net', port: 465, security: 'tls' }],
  // One wrong try can be answered with "too many" already.
  settlesWithinMs: 0,
  answers: 'yahoo',
} as const satisfies ProviderMail;

export const guide = {
  name: 'AT&T',
  mailboxes: 'AT&T Mail, SBCGlobal, BellSouth, Currently',
  domains: [
    'att.net',
    'sbcglobal.net',
    'bellsouth.net',
    'currently.com',
    'ameritech.net',
    'pacbell.net',
    'swbell.net',
    'prodigy.net',
    'nvbell.net',
    'flash.net',
    'snet.net',
    'wans.net',
  ],
  appPasswords: 'https://www.att.com/acctmgmt/myprofile',
  before: [],
  needs: [{ what: 'one_for_each_address' }],
  unavailableBecause: [],
  fix: { webmail: 'https://currently.att.yahoo.com/' },
} as const satisfies ProviderGuide;
