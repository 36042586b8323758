import type { ProviderGuide, ProviderMail, ProviderPage } from './registry/types.ts';

/**
 * Yandex Mail.
 *
 * Known: the page's address; a pop-up shows the code once, without a change of address. Likely: 16 lower-case letters
 * in one run. The groups are there in case it is drawn otherwise. Guessed: all elements, and that an address in the
 * header is the account.
 */
export const page = {
  id: 'yandex',
  origins: ['https://id.yandex.ru', 'https://id.yandex.com'],
  route: /^\/security\/app-passwords(\/|#|$)/,
  code: { alphabet: 'a-z', length: 16, group: 4 },
  codeHints: [],
  account: [{ selector: 'header, [role="banner"]', certain: false }],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [
    { host: 'imap.yandex.com', port: 993, security: 'tls' },
    { host: 'imap.yandex.ru', port: 993, security: 'tls' },
  ],
  smtp: [{ host: 'smtp.yandex.com', port: 465, security: 'tls' }],
  mx: ['mx.yandex.net', 'mx.yandex.ru'],
  settlesWithinMs: 7000,
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Yandex',
  mailboxes: 'Yandex Mail, Yandex 360',
  domains: [
    'yandex.ru',
    'yandex.com',
    'yandex.by',
    'yandex.kz',
    'yandex.ua',
    'yandex.com.tr',
    'ya.ru',
    'narod.ru',
  ],
  appPasswords: 'https://id.yandex.ru/security/app-passwords',
  // Needed without two-step verification only, which switches them on by itself.
  before: [{ what: 'app_passwords_on' }],
  // Of the types offered only the one for mail opens IMAP and SMTP.
  needs: [{ what: 'mail_access' }, { what: 'imap_on', link: 'https://mail.yandex.ru/#setup/client' }],
  unavailableBecause: ['app_passwords_off', 'organisation'],
  fix: { imap: 'https://mail.yandex.ru/#setup/client', webmail: 'https://mail.yandex.ru/' },
} as const satisfies ProviderGuide;
