import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * Hostinger, whose mailboxes are all on their owners' domains.
 *
 * Not confirmed: the mail servers, and that the mailbox's own password opens them. That one is set in
 * hPanel.
 */
export const mail = {
  imap: [{ host: 'imap.hostinger.com', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.hostinger.com', port: 465, security: 'tls' }],
  mx: ['hostinger.com'],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Hostinger',
  mailboxes: 'Hostinger Email',
  appPasswords: 'https://hpanel.hostinger.com/',
  opensWith: 'mailbox_password',
  before: [],
  unavailableBecause: [],
  fix: { webmail: 'https://mail.hostinger.com/' },
} as const satisfies ProviderGuide;
