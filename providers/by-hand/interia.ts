import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * Interia.
 *
 * Likely: the account's own password, once mail programs are let in by a switch in the settings. From public
 * programs: the mail servers. From memory: the webmail's address.
 */
export const mail = {
  imap: [{ host: 'poczta.interia.pl', port: 993, security: 'tls' }],
  smtp: [{ host: 'poczta.interia.pl', port: 465, security: 'tls' }],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Interia',
  mailboxes: 'Poczta Interia',
  domains: ['interia.pl', 'interia.eu'],
  opensWith: 'mailbox_password',
  before: [],
  needs: [{ what: 'imap_on' }],
  unavailableBecause: [],
  fix: { webmail: 'https://poczta.interia.pl/' },
} as const satisfies ProviderGuide;
