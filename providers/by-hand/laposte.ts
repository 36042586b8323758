import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * Laposte.net. Its mail servers want the part before the @.
 *
 * Likely: the account's own password. From public programs: the mail servers and the form of the user name.
 * From memory: the webmail's address.
 */
export const mail = {
  imap: [{ host: 'imap.laposte.net', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.laposte.net', port: 465, security: 'tls' }],
  login: { imap: 'local-part', smtp: 'local-part' },
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Laposte',
  mailboxes: 'Laposte.net',
  domains: ['laposte.net'],
  opensWith: 'mailbox_password',
  before: [],
  unavailableBecause: [],
  fix: { webmail: 'https://www.laposte.net/' },
} as const satisfies ProviderGuide;
