import type { ProviderGuide, ProviderMail, ProviderPage } from '../registry/types.ts';

/**
 * Runbox. Its page's structure is known from its own published source (runbox/runbox7, 2026): a table of app
 * passwords, in which the one just made is seen in its row and every other is 16 asterisks. Each stands
 * there a second time, in a row that is hidden except on narrow screens. The account's password is asked for
 * in a pop-up.
 *
 * Known: that, and the end of the path, `account/app_passwords`. Likely: `/app/` before it. Not known: the
 * code's shape, which is wide for that reason, and where the page says whose account it is.
 */
export const page = {
  id: 'runbox',
  origins: ['https://runbox.com'],
  route: /^\/(app|mail)\/(account\/app_passwords|account_security)(\/|#|$)/,
  code: { alphabet: 'A-Za-z0-9', length: [12, 32], group: 4 },
  codeHints: ['td > span > strong', 'td > div > div > span > strong'],
  account: [],
  unavailable: {},
} as const satisfies ProviderPage;

/**
 * The user name is the part before the @ at Runbox's own domains.
 *
 * Missing: with a domain of one's own it is `name%domain`, or that of a Runbox address, which the address
 * doesn't tell.
 */
export const mail = {
  imap: [{ host: 'mail.runbox.com', port: 993, security: 'tls' }],
  smtp: [
    { host: 'mail.runbox.com', port: 465, security: 'tls' },
    { host: 'mail.runbox.com', port: 587, security: 'starttls' },
  ],
  login: { imap: 'local-part', smtp: 'local-part' },
  mx: ['runbox.com'],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Runbox',
  mailboxes: 'Runbox, and domains hosted there',
  domains: [
    'runbox.com',
    'runbox.no',
    'runbox.us',
    'rbx.run',
    'rbx.email',
    'offshore.rocks',
    'mailhouse.biz',
  ],
  appPasswords: 'https://runbox.com/app/account/app_passwords',
  // A switch above the table; until it is on, a new one opens nothing.
  before: [{ what: 'app_passwords_on' }],
  unavailableBecause: ['app_passwords_off'],
  fix: { webmail: 'https://runbox.com/' },
} as const satisfies ProviderGuide;
