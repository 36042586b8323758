import type { ProviderGuide, ProviderMail, ProviderPage } from './registry/types.ts';

/**
 * GMX. App passwords exist only with two-step verification.
 *
 * Known: the host of the German page, that a code is shown once, and the path of that account's security pages. All
 * else is guessed: the host of the international page, every element, the account in the header, and above all the
 * code's shape, which is wide for that reason.
 */
export const page = {
  id: 'gmx',
  origins: ['https://account.gmx.net', 'https://account.gmx.com'],
  route: /^\/ciss\/security(\/|#|$)/,
  code: { alphabet: 'A-Za-z0-9', length: [12, 32], group: 4 },
  codeHints: [],
  account: [{ selector: 'header, [role="banner"]', certain: false }],
  unavailable: {},
} as const satisfies ProviderPage;

const GERMAN = ['gmx.net', 'gmx.de', 'gmx.at', 'gmx.ch', 'gmx.eu', 'gmx.org', 'gmx.info', 'gmx.biz'] as const;

const INTERNATIONAL = [
  'gmx.com',
  'gmx.us',
  'gmx.ca',
  'gmx.com.br',
  'gmx.co.uk',
  'gmx.ie',
  'gmx.es',
  'gmx.fr',
  'gmx.it',
  'gmx.pt',
  'gmx.se',
  'gmx.li',
  'gmx.ru',
  'gmx.com.tr',
  'gmx.co.in',
  'gmx.cn',
  'gmx.hk',
  'gmx.tw',
  'gmx.sg',
  'gmx.ph',
  'gmx.com.my',
  'gmx.tm',
] as const;

const IMAP_NET = [{ host: 'imap.gmx.net', port: 993, security: 'tls' }] as const;
const SMTP_NET = [
  { host: 'mail.gmx.net', port: 465, security: 'tls' },
  { host: 'mail.gmx.net', port: 587, security: 'starttls' },
] as const;
const IMAP_COM = [{ host: 'imap.gmx.com', port: 993, security: 'tls' }] as const;
const SMTP_COM = [
  { host: 'mail.gmx.com', port: 465, security: 'tls' },
  { host: 'mail.gmx.com', port: 587, security: 'starttls' },
] as const;

/**
 * Two families that do not know each other's addresses. A hundred German domains belong to the first, of which few are
 * named here; for the others it is the one whose page showed the code.
 */
export const mail = {
  imap: IMAP_NET,
  smtp: SMTP_NET,
  byDomain: [
    { domains: GERMAN, imap: IMAP_NET, smtp: SMTP_NET },
    { domains: INTERNATIONAL, imap: IMAP_COM, smtp: SMTP_COM },
  ],
  byPageHost: [{ hosts: ['account.gmx.com'], imap: IMAP_COM, smtp: SMTP_COM }],
  mx: ['gmx.net', 'gmx.com'],
  settlesWithinMs: 7000,
  answers: 'united-internet',
} as const satisfies ProviderMail;

export const guide = {
  name: 'GMX',
  mailboxes: 'gmx.net, gmx.de, gmx.at, gmx.ch, gmx.com',
  domains: [...GERMAN, ...INTERNATIONAL],
  appPasswords: 'https://account.gmx.net/',
  before: [{ what: 'two_step_on' }],
  // Off at first, and off again once two-step verification has been switched on.
  needs: [{ what: 'imap_on', link: 'https://hilfe.gmx.net/pop-imap/einschalten.html' }],
  unavailableBecause: ['two_step_off'],
  fix: { imap: 'https://hilfe.gmx.net/pop-imap/einschalten.html', webmail: 'https://www.gmx.net/' },
} as const satisfies ProviderGuide;
