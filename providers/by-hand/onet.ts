import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * Onet.
 *
 * Likely: the account's own password. From public programs: the mail servers. From memory: the webmail's
 * address.
 */
export const mail = {
  imap: [{ host: 'imap.poczta.onet.pl', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.poczta.onet.pl', port: 465, security: 'tls' }],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Onet',
  mailboxes: 'Onet Poczta, op.pl, vp.pl',
  domains: ['onet.pl', 'onet.eu', 'poczta.onet.pl', 'op.pl', 'vp.pl'],
  opensWith: 'mailbox_password',
  before: [],
  unavailableBecause: [],
  fix: { webmail: 'https://poczta.onet.pl/' },
} as const satisfies ProviderGuide;
