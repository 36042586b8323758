import type { ProviderGuide, ProviderMail, ProviderPage } from './registry/types.ts';

/**
 * Yahoo Mail, which also serves ymail.com, rocketmail.com, myyahoo.com and cox.net; not yahoo.co.jp.
 *
 * Known: a bordered box with the code in four groups and a "Copy" link beside it. Ids and classes of the page are not
 * known, so there are no hints here and the detector rests on the shape. Where the account stands is not known
 * either: an address in the page's header is taken as a suggestion only.
 */
export const page = {
  id: 'yahoo',
  origins: ['https://login.yahoo.com'],
  route: /^\/(my)?account\/security(\/|#|$)/,
  codeOnlyRoute: /^\/account\/security\/app-passwords\/add\/confirm/,
  code: { alphabet: 'a-z', length: 16, group: 4 },
  codeHints: [],
  account: [{ selector: 'header, [role="banner"]', certain: false }],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [{ host: 'imap.mail.yahoo.com', port: 993, security: 'tls' }],
  smtp: [
    { host: 'smtp.mail.yahoo.com', port: 465, security: 'tls' },
    { host: 'smtp.mail.yahoo.com', port: 587, security: 'starttls' },
  ],
  mx: ['yahoodns.net'],
  // One wrong try can be answered with "too many" already.
  settlesWithinMs: 0,
  answers: 'yahoo',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Yahoo',
  mailboxes: 'Yahoo Mail, Ymail, Rocketmail',
  domains: [
    'yahoo.com',
    'ymail.com',
    'rocketmail.com',
    'myyahoo.com',
    'cox.net',
    'yahoo.ca',
    'yahoo.co.id',
    'yahoo.co.in',
    'yahoo.co.nz',
    'yahoo.co.th',
    'yahoo.co.uk',
    'yahoo.co.za',
    'yahoo.com.ar',
    'yahoo.com.au',
    'yahoo.com.br',
    'yahoo.com.hk',
    'yahoo.com.mx',
    'yahoo.com.my',
    'yahoo.com.ph',
    'yahoo.com.sg',
    'yahoo.com.tr',
    'yahoo.com.tw',
    'yahoo.com.vn',
    'yahoo.de',
    'yahoo.dk',
    'yahoo.es',
    'yahoo.fr',
    'yahoo.gr',
    'yahoo.ie',
    'yahoo.in',
    'yahoo.it',
    'yahoo.no',
    'yahoo.pl',
    'yahoo.ro',
    'yahoo.se',
  ],
  appPasswords: 'https://login.yahoo.com/account/security',
  // Yahoo decides by browser: it must have been signed in for several days, and its support can't override that.
  before: [{ what: 'signed_in_for_days' }],
  unavailableBecause: ['browser_too_new'],
  fix: { webmail: 'https://mail.yahoo.com/' },
} as const satisfies ProviderGuide;
