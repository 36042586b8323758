import type { ProviderGuide, ProviderMail, ProviderPage } from '../registry/types.ts';

/**
 * Purelymail. App passwords are needed once an address has two-step verification.
 *
 * Known: they are made by the account's admin, on the page of each user (its help, April 2026): "Add New", a
 * name, then the code, once. From public programs: the path of those pages. Not known: all elements, and the
 * code's shape, which is wide for that reason. Whoever is signed in administers many addresses, so none is
 * suggested.
 */
export const page = {
  id: 'purelymail',
  origins: ['https://purelymail.com'],
  route: /^\/manage\/users?(\/|#|$)/,
  code: { alphabet: 'A-Za-z0-9', length: [12, 32], group: 4 },
  codeHints: [],
  account: [],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [{ host: 'imap.purelymail.com', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.purelymail.com', port: 465, security: 'tls' }],
  mx: ['purelymail.com'],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Purelymail',
  mailboxes: 'Purelymail, and domains hosted there',
  domains: ['purelymail.com'],
  appPasswords: 'https://purelymail.com/manage/users',
  before: [],
  needs: [{ what: 'one_for_each_address' }],
  unavailableBecause: [],
  fix: { webmail: 'https://inbox.purelymail.com/' },
} as const satisfies ProviderGuide;
