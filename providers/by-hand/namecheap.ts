import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * Namecheap Private Email, whose mailboxes are all on their owners' domains.
 *
 * Likely: the mail servers, and that the mailbox's own password opens them, as no app passwords are
 * documented. Older plans have an Open-Xchange webmail, whose application passwords are not for IMAP; plans
 * bought since June 2026 have another. From memory: the webmail's address.
 */
export const mail = {
  imap: [{ host: 'mail.privateemail.com', port: 993, security: 'tls' }],
  smtp: [{ host: 'mail.privateemail.com', port: 465, security: 'tls' }],
  mx: ['privateemail.com'],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Namecheap',
  mailboxes: 'Namecheap Private Email',
  opensWith: 'mailbox_password',
  before: [],
  unavailableBecause: [],
  fix: { webmail: 'https://privateemail.com/' },
} as const satisfies ProviderGuide;
