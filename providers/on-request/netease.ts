import type { ProviderGuide, ProviderMail, ProviderPage } from '../registry/types.ts';

/**
 * NetEase: 163.com, 126.com and yeah.net, each with a host of its own. Its word is "授权密码" or "授权码".
 *
 * Known: the code is made in the webmail's options, after a text message, and shown once. From public
 * programs that went this way at 163.com in 2026: the address, `#module=options…`; the options are a frame
 * of the same origin; 16 letters and digits in `.authcode-text-with-copy`. Guessed: that 126.com and
 * yeah.net are the same, and that an address in the header is the account.
 */
export const page = {
  id: 'netease',
  origins: ['https://mail.163.com', 'https://mail.126.com', 'https://mail.yeah.net'],
  route: /^\/js6\/main\.jsp#module=options\./,
  code: { alphabet: 'A-Za-z0-9', length: 16, group: 4 },
  codeHints: ['.authcode-text-with-copy'],
  account: [{ selector: 'header, [role="banner"]', certain: false }],
  unavailable: {},
} as const satisfies ProviderPage;

/** The servers refuse, as an "Unsafe Login", a client that does not send the IMAP command ID. */
export const mail = {
  imap: [{ host: 'imap.163.com', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.163.com', port: 465, security: 'tls' }],
  byDomain: [
    {
      domains: ['126.com'],
      imap: [{ host: 'imap.126.com', port: 993, security: 'tls' }],
      smtp: [{ host: 'smtp.126.com', port: 465, security: 'tls' }],
    },
    {
      domains: ['yeah.net'],
      imap: [{ host: 'imap.yeah.net', port: 993, security: 'tls' }],
      smtp: [{ host: 'smtp.yeah.net', port: 465, security: 'tls' }],
    },
  ],
  wantsId: true,
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'NetEase',
  mailboxes: '163.com, 126.com, yeah.net',
  domains: ['163.com', '126.com', 'yeah.net'],
  appPasswords: 'https://mail.163.com/',
  before: [{ what: 'phone_at_hand' }],
  needs: [{ what: 'imap_on' }],
  // Two at a time without a paid plan.
  unavailableBecause: ['limit_reached'],
  fix: { webmail: 'https://mail.163.com/' },
} as const satisfies ProviderGuide;
