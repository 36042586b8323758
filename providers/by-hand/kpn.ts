import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * KPN, with the addresses of the companies it came from.
 *
 * Likely: the mailbox's own password. From public programs: the mail servers and the domains. From memory:
 * the webmail's address.
 */
export const mail = {
  imap: [{ host: 'imap.kpnmail.nl', port: 993, security: 'tls' }],
  smtp: [
    { host: 'smtp.kpnmail.nl', port: 465, security: 'tls' },
    { host: 'smtp.kpnmail.nl', port: 587, security: 'starttls' },
  ],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'KPN',
  mailboxes: 'KPN, Planet, Hetnet, XS4ALL, Telfort',
  domains: [
    'kpnmail.nl',
    'kpnplanet.nl',
    'planet.nl',
    'wxs.nl',
    'hetnet.nl',
    'freeler.nl',
    'xs4all.nl',
    'telfort.nl',
    'tip.nl',
    'tiscali.nl',
  ],
  opensWith: 'mailbox_password',
  before: [],
  unavailableBecause: [],
  fix: { webmail: 'https://webmail.kpnmail.nl/' },
} as const satisfies ProviderGuide;
