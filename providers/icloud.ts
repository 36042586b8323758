import type { ProviderGuide, ProviderMail, ProviderPage } from './registry/types.ts';

/**
 * iCloud Mail, by the pages of the Apple Account.
 *
 * Known: the host, and the code's shape, whose hyphens are part of it; on the page before 2024 a read-only field
 * `#appPasswordText` and the account's addresses in `[content-value]`. The structure of today's page is not known: the
 * detector rests on the shape, which hardly anything else has. An Apple Account may be named after an address that is
 * no iCloud mailbox, so only one of iCloud's own domains is suggested.
 */
export const page = {
  id: 'icloud',
  origins: ['https://account.apple.com', 'https://appleid.apple.com'],
  route: /^\/account\/manage(\/section\/security(\/edit)?)?\/?(#|$)/,
  code: { alphabet: 'a-z', length: 16, group: 4, separator: '-' },
  codeHints: ['#appPasswordText'],
  account: [
    {
      selector:
        '[content-value$="@icloud.com" i], [content-value$="@me.com" i], [content-value$="@mac.com" i]',
      attribute: 'content-value',
      certain: false,
    },
  ],
  unavailable: {},
} as const satisfies ProviderPage;

/**
 * Receiving wants the part before the @, and for some the whole address, as sending does. With a domain of one's own
 * (iCloud+) the user name is that of the iCloud address, which the address doesn't tell.
 */
export const mail = {
  imap: [{ host: 'imap.mail.me.com', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.mail.me.com', port: 587, security: 'starttls' }],
  login: { imap: ['local-part', 'address'] },
  mx: ['mail.icloud.com'],
  settlesWithinMs: 7000,
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'iCloud',
  mailboxes: 'iCloud Mail, me.com, mac.com',
  domains: ['icloud.com', 'me.com', 'mac.com'],
  appPasswords: 'https://account.apple.com/account/manage/section/security',
  before: [{ what: 'two_step_on' }],
  unavailableBecause: ['two_step_off'],
  fix: { webmail: 'https://www.icloud.com/mail/' },
} as const satisfies ProviderGuide;
