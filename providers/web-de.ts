import type { ProviderGuide, ProviderMail, ProviderPage } from './registry/types.ts';

/**
 * WEB.DE, the same system as GMX. Known: that, and the mail servers with their form of user name. Guessed, as at GMX:
 * the page's host and path, every element, the account in the header, the code's shape.
 */
export const page = {
  id: 'web-de',
  origins: ['https://account.web.de'],
  route: /^\/ciss\/security(\/|#|$)/,
  code: { alphabet: 'A-Za-z0-9', length: [12, 32], group: 4 },
  codeHints: [],
  account: [{ selector: 'header, [role="banner"]', certain: false }],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [{ host: 'imap.web.de', port: 993, security: 'tls' }],
  smtp: [
    { host: 'smtp.web.de', port: 465, security: 'tls' },
    { host: 'smtp.web.de', port: 587, security: 'starttls' },
  ],
  login: { imap: 'local-part', smtp: 'local-part' },
  mx: ['web.de'],
  settlesWithinMs: 7000,
  answers: 'united-internet',
} as const satisfies ProviderMail;

export const guide = {
  name: 'WEB.DE',
  mailboxes: 'web.de',
  domains: ['web.de'],
  appPasswords: 'https://account.web.de/',
  before: [{ what: 'two_step_on' }],
  needs: [{ what: 'imap_on' }],
  unavailableBecause: ['two_step_off'],
  fix: { webmail: 'https://web.de/' },
} as const satisfies ProviderGuide;
