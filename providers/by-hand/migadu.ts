import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * Migadu, whose mailboxes are all on their owners' domains.
 *
 * Likely: the mail servers, and that the password is the mailbox's, or that of an "identity" beside it,
 * which its admin sets. From memory: the addresses of the admin's pages and of the webmail.
 */
export const mail = {
  imap: [{ host: 'imap.migadu.com', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.migadu.com', port: 465, security: 'tls' }],
  mx: ['migadu.com'],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Migadu',
  mailboxes: 'Migadu, and domains hosted there',
  appPasswords: 'https://admin.migadu.com/',
  opensWith: 'mailbox_password',
  before: [],
  unavailableBecause: [],
  fix: { webmail: 'https://webmail.migadu.com/' },
} as const satisfies ProviderGuide;
