import type { ProviderGuide, ProviderMail, ProviderPage } from './registry/types.ts';

/**
 * Mail.ru, which also serves inbox.ru, list.ru, bk.ru, internet.ru and vk.com.
 *
 * Known: the page's address and its name field `#name_`; a captcha comes before the code. Likely: 20 letters and
 * digits in one run (samples; some guides say 16). Guessed: the second path, all other elements, and that an address in
 * the header is the account.
 */
export const page = {
  id: 'mail-ru',
  origins: ['https://account.mail.ru'],
  route: /^\/user\/(2-step-auth\/passwords|2fa\/app-passwords)(\/|#|$)/,
  code: { alphabet: 'A-Za-z0-9', length: [16, 24] },
  codeHints: [],
  account: [{ selector: 'header, [role="banner"]', certain: false }],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [{ host: 'imap.mail.ru', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.mail.ru', port: 465, security: 'tls' }],
  mx: ['emx.mail.ru', 'mxs.mail.ru'],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Mail.ru',
  mailboxes: 'mail.ru, inbox.ru, list.ru, bk.ru, internet.ru, vk.com',
  domains: ['mail.ru', 'inbox.ru', 'list.ru', 'bk.ru', 'internet.ru'],
  appPasswords: 'https://account.mail.ru/user/2-step-auth/passwords',
  before: [],
  unavailableBecause: [],
  fix: { webmail: 'https://e.mail.ru/' },
} as const satisfies ProviderGuide;
