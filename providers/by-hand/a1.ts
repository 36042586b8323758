import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * A1, of Austria, with the addresses of AON.
 *
 * Likely: the mailbox's own password. From public programs: the mail servers. From memory: the webmail's
 * address.
 */
export const mail = {
  imap: [{ host: 'securemail.a1.net', port: 993, security: 'tls' }],
  smtp: [{ host: 'securemail.a1.net', port: 587, security: 'starttls' }],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'A1',
  mailboxes: 'A1, AON (Austria)',
  domains: ['a1.net', 'aon.at'],
  opensWith: 'mailbox_password',
  before: [],
  unavailableBecause: [],
  fix: { webmail: 'https://webmail.a1.net/' },
} as const satisfies ProviderGuide;
