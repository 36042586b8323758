import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * Titan, sold by HostGator, GoDaddy, Crazy Domains, A2 and more. Its mailboxes are all on their owners'
 * domains.
 *
 * Likely: the mailbox's own password opens it, and with two-step verification on, nothing does but Titan's
 * own programs (help of A2 Hosting). Not confirmed: the mail servers. From memory: the webmail's address.
 */
export const mail = {
  imap: [{ host: 'imap.titan.email', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.titan.email', port: 465, security: 'tls' }],
  mx: ['titan.email'],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Titan',
  mailboxes: 'Titan, HostGator, GoDaddy Titan, Crazy Domains, A2',
  opensWith: 'mailbox_password',
  before: [{ what: 'two_step_off' }],
  unavailableBecause: [],
  fix: { webmail: 'https://app.titan.email/' },
} as const satisfies ProviderGuide;
