import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * BT Mail, with the addresses of BT Openworld and Talk21.
 *
 * Known: the mail servers. Likely: the account's own password; whether there are app passwords is not known.
 * From memory: the webmail's address.
 */
export const mail = {
  imap: [{ host: 'mail.btinternet.com', port: 993, security: 'tls' }],
  smtp: [{ host: 'mail.btinternet.com', port: 465, security: 'tls' }],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'BT',
  mailboxes: 'BT Mail, BT Openworld, Talk21',
  domains: ['btinternet.com', 'btopenworld.com', 'talk21.com'],
  opensWith: 'mailbox_password',
  before: [],
  unavailableBecause: [],
  fix: { webmail: 'https://email.bt.com/' },
} as const satisfies ProviderGuide;
