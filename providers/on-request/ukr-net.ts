import type { ProviderGuide, ProviderMail, ProviderPage } from '../registry/types.ts';

/**
 * UKR.NET. Access for mail programs is off at first, and since 2020 none takes the main password.
 *
 * Known: the order switch, main password, name, "Створити пароль", and that the code is shown once. From
 * public programs: the page's address, and one sample of 16 letters and digits. Guessed: all elements, and
 * that an address in the header is the account.
 */
export const page = {
  id: 'ukr-net',
  origins: ['https://mail.ukr.net'],
  route: /^\/desktop\/?#security\/appPasswords([/?]|$)/,
  code: { alphabet: 'A-Za-z0-9', length: [12, 24], group: 4 },
  codeHints: [],
  account: [{ selector: 'header, [role="banner"]', certain: false }],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [{ host: 'imap.ukr.net', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.ukr.net', port: 465, security: 'tls' }],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'UKR.NET',
  mailboxes: 'UKR.NET',
  domains: ['ukr.net'],
  appPasswords: 'https://mail.ukr.net/desktop#security/appPasswords',
  before: [],
  needs: [{ what: 'imap_on', link: 'https://wiki.ukr.net/ManageIMAPAccess' }],
  unavailableBecause: [],
  fix: { imap: 'https://mail.ukr.net/desktop#security/appPasswords', webmail: 'https://mail.ukr.net/' },
} as const satisfies ProviderGuide;
