import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * Comcast, whose mail is called Xfinity. Its mailboxes are moving to Yahoo: one that has moved takes only
 * app passwords made there, and the servers below may no longer know it.
 *
 * Known: the mail servers. Likely: the account's own password, once "Third Party Access Security" is
 * switched on. From memory: the webmail's address.
 */
export const mail = {
  imap: [{ host: 'imap.comcast.net', port: 993, security: 'tls' }],
  smtp: [
    { host: 'smtp.comcast.net', port: 465, security: 'tls' },
    { host: 'smtp.comcast.net', port: 587, security: 'starttls' },
  ],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Comcast',
  mailboxes: 'Comcast, Xfinity',
  domains: ['comcast.net', 'xfinity.com'],
  opensWith: 'mailbox_password',
  before: [],
  needs: [
    { what: 'imap_on', link: 'https://www.xfinity.com/support/articles/third-party-email-access' },
    { what: 'yahoo_once_moved', link: 'https://login.yahoo.com/account/security' },
  ],
  unavailableBecause: [],
  fix: {
    imap: 'https://www.xfinity.com/support/articles/third-party-email-access',
    webmail: 'https://connect.xfinity.com/',
  },
} as const satisfies ProviderGuide;
