import type { ProviderGuide, ProviderMail, ProviderPage } from '../registry/types.ts';

/**
 * Virgin Media Mail, with the addresses of NTL and Blueyonder.
 *
 * Known, from its staff's answers to customers and a public program: mail programs need an email app
 * password, made in My Virgin Media under account settings; a button generates it, without a name. Likely:
 * the host and the path's beginning. Guessed: all elements, the account in the header, the code's shape,
 * which is wide for that reason.
 */
export const page = {
  id: 'virgin-media',
  origins: ['https://www.virginmedia.com'],
  route: /^\/my-virgin-media(\/|#|$)/,
  code: { alphabet: 'A-Za-z0-9', length: [12, 32], group: 4 },
  codeHints: [],
  account: [{ selector: 'header, [role="banner"]', certain: false }],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [{ host: 'imap.virginmedia.com', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.virginmedia.com', port: 465, security: 'tls' }],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Virgin Media',
  mailboxes: 'Virgin Media Mail, NTL World, Blueyonder',
  domains: ['virginmedia.com', 'virgin.net', 'ntlworld.com', 'blueyonder.co.uk'],
  appPasswords: 'https://www.virginmedia.com/my-virgin-media',
  before: [],
  unavailableBecause: [],
  fix: { webmail: 'https://mail.virginmedia.com/' },
} as const satisfies ProviderGuide;
