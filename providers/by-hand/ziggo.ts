import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * Ziggo, with the addresses of the cable companies it came from.
 *
 * Likely: the account's own password. From public programs: the mail servers and the domains. From memory:
 * the webmail's address.
 */
export const mail = {
  imap: [{ host: 'imap.ziggo.nl', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.ziggo.nl', port: 587, security: 'starttls' }],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Ziggo',
  mailboxes: 'Ziggo, UPC and Casema (Netherlands)',
  domains: [
    'ziggo.nl',
    'ziggomail.com',
    'home.nl',
    'chello.nl',
    'upcmail.nl',
    'casema.nl',
    'multiweb.nl',
    'quicknet.nl',
    'zinders.nl',
    'zeggis.nl',
    'zeggis.com',
    'razcall.nl',
    'razcall.com',
    'hahah.nl',
  ],
  opensWith: 'mailbox_password',
  before: [],
  unavailableBecause: [],
  fix: { webmail: 'https://webmail.ziggo.nl/' },
} as const satisfies ProviderGuide;
