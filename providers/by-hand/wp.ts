import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * WP, of Wirtualna Polska.
 *
 * Likely: the account's own password, once mail programs are let in by a switch in the settings. From public
 * programs: the mail servers and the form of the user name, the part before the @. From memory: the webmail's address.
 */
export const mail = {
  imap: [{ host: 'imap.wp.pl', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.wp.pl', port: 465, security: 'tls' }],
  login: { imap: 'local-part', smtp: 'local-part' },
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'WP',
  mailboxes: 'WP Poczta',
  domains: ['wp.pl'],
  opensWith: 'mailbox_password',
  before: [],
  needs: [{ what: 'imap_on', link: 'https://pomoc.wp.pl/jak-skonfigurowac-program-pocztowy' }],
  unavailableBecause: [],
  fix: { imap: 'https://pomoc.wp.pl/jak-skonfigurowac-program-pocztowy', webmail: 'https://poczta.wp.pl/' },
} as const satisfies ProviderGuide;
