import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * Free, of France. Its mail servers want the part before the @.
 *
 * Likely: the account's own password. From public programs: the mail servers and the form of the user name.
 * From memory: the webmail's address.
 */
export const mail = {
  imap: [{ host: 'imap.free.fr', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.free.fr', port: 465, security: 'tls' }],
  login: { imap: 'local-part', smtp: 'local-part' },
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Free',
  mailboxes: 'Free (France)',
  domains: ['free.fr'],
  opensWith: 'mailbox_password',
  before: [],
  unavailableBecause: [],
  fix: { webmail: 'https://webmail.free.fr/' },
} as const satisfies ProviderGuide;
