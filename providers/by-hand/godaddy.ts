import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * GoDaddy's own mail, called Workspace. Mailboxes that GoDaddy sells as Microsoft 365 or as Titan follow the
 * rules of those.
 *
 * Known: the mail servers. Likely: the mailbox's own password. From memory: the webmail's address.
 */
export const mail = {
  imap: [{ host: 'imap.secureserver.net', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtpout.secureserver.net', port: 465, security: 'tls' }],
  mx: ['secureserver.net'],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'GoDaddy',
  mailboxes: 'GoDaddy Workspace Email',
  opensWith: 'mailbox_password',
  before: [],
  unavailableBecause: [],
  fix: { webmail: 'https://email.godaddy.com/' },
} as const satisfies ProviderGuide;
