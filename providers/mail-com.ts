import type { ProviderGuide, ProviderMail, ProviderPage } from './registry/types.ts';

/**
 * mail.com, of the same family as GMX; it has some two hundred domains. Known: the mail servers, and from public
 * programs the host and path of the account's security pages. Likely: IMAP for paying customers only. Guessed, as at
 * GMX: that there are app passwords at all, every element, the account in the header, the code's shape.
 */
export const page = {
  id: 'mail-com',
  origins: ['https://account.mail.com'],
  route: /^\/ciss\/security(\/|#|$)/,
  code: { alphabet: 'A-Za-z0-9', length: [12, 32], group: 4 },
  codeHints: [],
  account: [{ selector: 'header, [role="banner"]', certain: false }],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [{ host: 'imap.mail.com', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.mail.com', port: 465, security: 'tls' }],
  mx: ['mx00.mail.com', 'mx01.mail.com'],
  settlesWithinMs: 7000,
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'mail.com',
  mailboxes: 'mail.com and its other domains',
  domains: [
    'mail.com',
    'email.com',
    'usa.com',
    'post.com',
    'consultant.com',
    'accountant.com',
    'engineer.com',
    'lawyer.com',
    'doctor.com',
    'dr.com',
    'financier.com',
    'contractor.net',
    'programmer.net',
    'teachers.org',
    'musician.org',
    'techie.com',
    'workmail.com',
    'writeme.com',
    'myself.com',
    'cheerful.com',
    'iname.com',
    'linuxmail.org',
    'europe.com',
    'asia.com',
    'london.com',
  ],
  appPasswords: 'https://account.mail.com/',
  before: [{ what: 'two_step_on' }],
  needs: [{ what: 'plan_with_imap' }, { what: 'imap_on' }],
  unavailableBecause: ['two_step_off'],
  fix: { webmail: 'https://www.mail.com/' },
} as const satisfies ProviderGuide;
