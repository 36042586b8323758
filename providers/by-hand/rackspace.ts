import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * Rackspace Email, whose mailboxes are all on their owners' domains.
 *
 * Known: the mail servers. Likely: the mailbox's own password; whether there are app passwords is not known.
 * From memory: the webmail's address.
 */
export const mail = {
  imap: [{ host: 'secure.emailsrvr.com', port: 993, security: 'tls' }],
  smtp: [{ host: 'secure.emailsrvr.com', port: 465, security: 'tls' }],
  mx: ['emailsrvr.com'],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Rackspace',
  mailboxes: 'Rackspace Email',
  opensWith: 'mailbox_password',
  before: [],
  unavailableBecause: [],
  fix: { webmail: 'https://apps.rackspace.com/' },
} as const satisfies ProviderGuide;
