import type { ProviderGuide, ProviderMail, ProviderPage } from '../registry/types.ts';

/**
 * Posteo. Its help names the app password as what mail programs need, for sending too; five at a time.
 *
 * Known: the way there (settings, my account, password and security, app passwords). Guessed: the page's
 * path, all elements, the account in the header, the code's shape, which is wide for that reason.
 */
export const page = {
  id: 'posteo',
  origins: ['https://posteo.de'],
  route: /^\/([a-z]{2}\/)?(settings|account|users?)(\/|#|$)/,
  code: { alphabet: 'A-Za-z0-9', length: [12, 32], group: 4 },
  codeHints: [],
  account: [{ selector: 'header, [role="banner"]', certain: false }],
  unavailable: {},
} as const satisfies ProviderPage;

/** The same servers for every one of its domains. */
export const mail = {
  imap: [{ host: 'posteo.de', port: 993, security: 'tls' }],
  smtp: [
    { host: 'posteo.de', port: 465, security: 'tls' },
    { host: 'posteo.de', port: 587, security: 'starttls' },
  ],
  mx: ['posteo.de'],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Posteo',
  mailboxes: 'posteo.de, posteo.net, posteo.com and its other domains',
  domains: [
    'posteo.de',
    'posteo.net',
    'posteo.com',
    'posteo.org',
    'posteo.eu',
    'posteo.me',
    'posteo.at',
    'posteo.ch',
    'posteo.be',
    'posteo.ca',
    'posteo.es',
    'posteo.ie',
    'posteo.lu',
    'posteo.nl',
    'posteo.uk',
    'posteo.us',
  ],
  appPasswords: 'https://posteo.de/',
  before: [],
  unavailableBecause: ['limit_reached'],
  fix: { webmail: 'https://posteo.de/' },
} as const satisfies ProviderGuide;
