import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * Seznam, for Email.cz and its other domains too.
 *
 * Likely: the mail servers, and the account's own password. Known from its help: with two-step verification
 * mail programs need a password of their own, which people think of themselves. From memory: the webmail's
 * address.
 */
export const mail = {
  imap: [{ host: 'imap.seznam.cz', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.seznam.cz', port: 465, security: 'tls' }],
  mx: ['seznam.cz'],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Seznam',
  mailboxes: 'Seznam Email, Email.cz, Post.cz, Spoluzaci.cz',
  domains: ['seznam.cz', 'email.cz', 'post.cz', 'spoluzaci.cz'],
  appPasswords: 'https://ucet.seznam.cz/',
  opensWith: 'mailbox_password',
  before: [],
  needs: [
    {
      what: 'program_password_with_two_step',
      link: 'https://o-seznam.cz/napoveda/ucet/en/dvoufazove-overeni/postovni-programy/',
    },
  ],
  unavailableBecause: [],
  fix: { webmail: 'https://email.seznam.cz/' },
} as const satisfies ProviderGuide;
