import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * Tuta, formerly Tutanota. Mail is decrypted by Tuta's own programs only.
 *
 * Known: neither IMAP nor SMTP, for anyone. From memory: the domains and the webmail's address.
 */
export const mail = {
  imap: [],
  smtp: [],
  mx: ['tutanota.de'],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Tuta',
  mailboxes: 'Tuta, Tutanota',
  domains: ['tuta.com', 'tutanota.com', 'tutanota.de', 'tutamail.com', 'tuta.io', 'keemail.me'],
  opensWith: 'nothing',
  before: [],
  unavailableBecause: [],
  fix: { webmail: 'https://app.tuta.com/' },
} as const satisfies ProviderGuide;
