import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * IONOS, formerly 1&1, for mailboxes on its customers' domains. Its Nextcloud workspace is another thing:
 * `on-request/ionos-workspace.ts`.
 *
 * Known: the mail servers, and from its help that with two-step verification mail programs need an app
 * password, made on a page of the webmail whose host is not known. Likely: the mailbox's own password until
 * then. From memory: the webmail's address.
 */
export const mail = {
  imap: [{ host: 'imap.ionos.com', port: 993, security: 'tls' }],
  smtp: [
    { host: 'smtp.ionos.com', port: 465, security: 'tls' },
    { host: 'smtp.ionos.com', port: 587, security: 'starttls' },
  ],
  // `ionos.fr` and `ionos.it` from memory.
  mx: [
    'ionos.com',
    'ionos.co.uk',
    'ionos.de',
    'ionos.es',
    'ionos.fr',
    'ionos.it',
    '1and1.com',
    'kundenserver.de',
    'perfora.net',
  ],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'IONOS',
  mailboxes: 'IONOS, 1&1',
  opensWith: 'mailbox_password',
  before: [],
  needs: [
    {
      what: 'program_password_with_two_step',
      link: 'https://www.ionos.com/help/email/using-webmail/email-activate-and-configure-two-step-verification',
    },
  ],
  unavailableBecause: [],
  fix: { webmail: 'https://mail.ionos.com/' },
} as const satisfies ProviderGuide;
