import type { ProviderGuide, ProviderMail, ProviderPage } from '../registry/types.ts';

/**
 * QQ Mail, which also serves foxmail.com. Its word is "授权码", authorisation code. Switching the service on
 * makes one, after a text message or a scan with the phone; since November 2022 nothing else opens the
 * mailbox.
 *
 * Known: the page's address, whose fragment names the step (`#/?tab=safety`, `#/verify/gac`), and 16
 * characters. Likely: lower-case letters only (samples), in one run. Guessed: all elements, and that an
 * address in the header is the account.
 */
export const page = {
  id: 'qq',
  origins: ['https://wx.mail.qq.com'],
  route: /^\/account(\/|#|$)/,
  code: { alphabet: 'a-z', length: 16, group: 4 },
  codeHints: [],
  account: [{ selector: 'header, [role="banner"]', certain: false }],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [{ host: 'imap.qq.com', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.qq.com', port: 465, security: 'tls' }],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'QQ',
  mailboxes: 'QQ Mail, Foxmail',
  domains: ['qq.com', 'vip.qq.com', 'foxmail.com'],
  appPasswords: 'https://wx.mail.qq.com/account',
  before: [{ what: 'phone_at_hand' }],
  needs: [{ what: 'imap_on', link: 'https://wx.mail.qq.com/account' }],
  unavailableBecause: [],
  fix: { imap: 'https://wx.mail.qq.com/account', webmail: 'https://mail.qq.com/' },
} as const satisfies ProviderGuide;
