import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * HEY, and HEY for Domains.
 *
 * Known: neither IMAP nor SMTP, for anyone. From memory: the webmail's address.
 */
export const mail = {
  imap: [],
  smtp: [],
  mx: ['app.hey.com'],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'HEY',
  mailboxes: 'HEY, HEY for Domains',
  domains: ['hey.com'],
  opensWith: 'nothing',
  before: [],
  unavailableBecause: [],
  fix: { webmail: 'https://app.hey.com/' },
} as const satisfies ProviderGuide;
