import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * Mailfence. IMAP is for paying customers.
 *
 * Not confirmed: that, the mail servers, and that mail programs take the account's own password. A public
 * guide knows of a password of its own for them where two-step verification is on.
 */
export const mail = {
  imap: [{ host: 'imap.mailfence.com', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.mailfence.com', port: 465, security: 'tls' }],
  mx: ['mailfence.com'],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Mailfence',
  mailboxes: 'Mailfence, and domains hosted there',
  domains: ['mailfence.com'],
  opensWith: 'mailbox_password',
  before: [],
  needs: [{ what: 'plan_with_imap' }, { what: 'program_password_with_two_step' }],
  unavailableBecause: [],
  fix: { webmail: 'https://mailfence.com/' },
} as const satisfies ProviderGuide;
