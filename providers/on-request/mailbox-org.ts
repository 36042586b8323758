import type { ProviderGuide, ProviderMail, ProviderPage } from '../registry/types.ts';

/**
 * mailbox.org, which runs Open-Xchange with pages of its own. App passwords may always be made, and must be
 * with two-step verification.
 *
 * Known: in all settings, security: a name, ticks for IMAP and SMTP, then a button that generates one. From
 * public programs: the webmail's address. Likely: the fragment, in which Open-Xchange names the settings
 * that are open. Guessed: all elements, the account in the header, the code's shape, which is wide for that
 * reason. Signing in takes the main address, not an alias.
 */
export const page = {
  id: 'mailbox-org',
  origins: ['https://app.mailbox.org'],
  route: /^\/appsuite\/?#.*settings/,
  code: { alphabet: 'A-Za-z0-9', length: [12, 32], group: 4 },
  codeHints: [],
  account: [{ selector: 'header, [role="banner"]', certain: false }],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [{ host: 'imap.mailbox.org', port: 993, security: 'tls' }],
  smtp: [
    { host: 'smtp.mailbox.org', port: 465, security: 'tls' },
    { host: 'smtp.mailbox.org', port: 587, security: 'starttls' },
  ],
  mx: ['mailbox.org'],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'mailbox.org',
  mailboxes: 'mailbox.org, and domains hosted there',
  domains: ['mailbox.org'],
  appPasswords: 'https://app.mailbox.org/appsuite/#!!&settings=virtual/settings/security',
  before: [],
  needs: [{ what: 'mail_access' }],
  unavailableBecause: [],
  fix: { webmail: 'https://app.mailbox.org/appsuite/' },
} as const satisfies ProviderGuide;
