import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * Bluewin, the mail of Swisscom.
 *
 * Likely: the mailbox's own password. From public programs: the mail servers. From memory: the webmail's
 * address.
 */
export const mail = {
  imap: [{ host: 'imaps.bluewin.ch', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtpauths.bluewin.ch', port: 465, security: 'tls' }],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Bluewin',
  mailboxes: 'Bluewin, Swisscom',
  domains: ['bluewin.ch', 'bluemail.ch'],
  opensWith: 'mailbox_password',
  before: [],
  unavailableBecause: [],
  fix: { webmail: 'https://webmail.bluewin.ch/' },
} as const satisfies ProviderGuide;
