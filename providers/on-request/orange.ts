import type { ProviderGuide, ProviderMail, ProviderPage } from '../registry/types.ts';

/**
 * Orange, which also serves wanadoo.fr.
 *
 * Known: the mail servers. Likely: a password of its own for mail programs that are not Orange's. From
 * public programs: the webmail's hosts, which run Open-Xchange. Guessed: that it is made there, in the
 * settings; all elements, the account in the header, the code's shape, which is wide for that reason.
 */
export const page = {
  id: 'orange',
  origins: ['https://mail01.orange.fr', 'https://mail.orange.fr'],
  route: /^\/appsuite\/?#.*settings/,
  code: { alphabet: 'A-Za-z0-9', length: [12, 32], group: 4 },
  codeHints: [],
  account: [{ selector: 'header, [role="banner"]', certain: false }],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [{ host: 'imap.orange.fr', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.orange.fr', port: 465, security: 'tls' }],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Orange',
  mailboxes: 'Orange, Wanadoo (France)',
  domains: ['orange.fr', 'wanadoo.fr'],
  appPasswords: 'https://mail.orange.fr/',
  before: [],
  unavailableBecause: [],
  fix: { webmail: 'https://mail.orange.fr/' },
} as const satisfies ProviderGuide;
