import type { ProviderGuide, ProviderMail, ProviderPage } from './registry/types.ts';

/**
 * AOL Mail, which also serves aim.com, verizon.net, netscape.net and compuserve.com. The same platform as Yahoo.
 *
 * Known: the page's address, the order "Get Started", name, generate, and the code in four groups whose gaps are not
 * part of it. Guessed, as at Yahoo: everything about the page's elements, the path of its own for a code just made,
 * and that an address in the header is the account.
 */
export const page = {
  id: 'aol',
  origins: ['https://login.aol.com'],
  route: /^\/(my)?account\/security(\/|#|$)/,
  codeOnlyRoute: /^\/account\/security\/app-passwords\/add\/confirm/,
  code: { alphabet: 'a-z', length: 16, group: 4 },
  codeHints: [],
  account: [{ selector: 'header, [role="banner"]', certain: false }],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [{ host: 'imap.aol.com', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.aol.com', port: 465, security: 'tls' }],
  mx: ['mx-aol.mail.gm0.yahoodns.net'],
  // One wrong try can be answered with "too many" already.
  settlesWithinMs: 0,
  answers: 'yahoo',
} as const satisfies ProviderMail;

export const guide = {
  name: 'AOL',
  mailboxes: 'AOL Mail, AIM, Verizon, Netscape, CompuServe',
  domains: [
    'aol.com',
    'aim.com',
    'aol.co.uk',
    'aol.de',
    'aol.fr',
    'verizon.net',
    'netscape.net',
    'compuserve.com',
  ],
  appPasswords: 'https://login.aol.com/account/security',
  // Decided by browser, as at Yahoo.
  before: [{ what: 'signed_in_for_days' }],
  unavailableBecause: ['browser_too_new'],
  fix: { webmail: 'https://mail.aol.com/' },
} as const satisfies ProviderGuide;
