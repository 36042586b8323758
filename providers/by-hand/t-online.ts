import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * T-Online, the mail of Deutsche Telekom.
 *
 * Known: the mail servers, and that mail programs need a password of their own, the "Passwort für
 * E-Mail-Programme". People think of it and type it themselves, so there is none to be read. From memory:
 * the webmail's address.
 */
export const mail = {
  imap: [{ host: 'secureimap.t-online.de', port: 993, security: 'tls' }],
  smtp: [{ host: 'securesmtp.t-online.de', port: 465, security: 'tls' }],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'T-Online',
  mailboxes: 'T-Online, Magenta',
  domains: ['t-online.de', 'magenta.de'],
  appPasswords: 'https://www.telekom.de/hilfe/apps-dienste/e-mail/programme/passwort-verwalten',
  opensWith: 'program_password',
  before: [],
  unavailableBecause: [],
  fix: { webmail: 'https://email.t-online.de/' },
} as const satisfies ProviderGuide;
