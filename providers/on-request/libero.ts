import type { ProviderGuide, ProviderMail, ProviderPage } from '../registry/types.ts';

/**
 * Libero Mail. Its two-step verification is called Password Sicura.
 *
 * Known: the mail servers. Likely: a password for mail programs once Password Sicura is on, and the
 * mailbox's own until then. From public programs: the webmail's hosts, which run Open-Xchange. Guessed: that
 * it is made there, in the settings; all elements, the account in the header, the code's shape, which is
 * wide for that reason.
 */
export const page = {
  id: 'libero',
  origins: ['https://mail1.libero.it', 'https://mail.libero.it'],
  route: /^\/appsuite\/?#.*settings/,
  code: { alphabet: 'A-Za-z0-9', length: [12, 32], group: 4 },
  codeHints: [],
  account: [{ selector: 'header, [role="banner"]', certain: false }],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [{ host: 'imapmail.libero.it', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.libero.it', port: 465, security: 'tls' }],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Libero',
  mailboxes: 'Libero Mail, iol.it, inwind.it, blu.it, giallo.it',
  domains: ['libero.it', 'iol.it', 'inwind.it', 'blu.it', 'giallo.it'],
  appPasswords: 'https://mail.libero.it/',
  before: [{ what: 'two_step_on' }],
  unavailableBecause: ['two_step_off'],
  fix: { webmail: 'https://mail.libero.it/' },
} as const satisfies ProviderGuide;
