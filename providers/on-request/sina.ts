import type { ProviderGuide, ProviderMail, ProviderPage } from '../registry/types.ts';

/**
 * Sina Mail. Its word is "客户端授权码", client authorisation code.
 *
 * Likely: 16 characters. From public programs: the webmail's hosts (m0 for sina.com, m1 for sina.cn) and its
 * path. Guessed: the fragment of the settings, the code's alphabet, all elements, and that an address in the
 * header is the account.
 */
export const page = {
  id: 'sina',
  origins: ['https://m0.mail.sina.com.cn', 'https://m1.mail.sina.com.cn'],
  route: /^\/classic\/.*set/i,
  code: { alphabet: 'A-Za-z0-9', length: 16, group: 4 },
  codeHints: [],
  account: [{ selector: 'header, [role="banner"]', certain: false }],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [{ host: 'imap.sina.com', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.sina.com', port: 465, security: 'tls' }],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Sina',
  mailboxes: 'Sina Mail',
  domains: ['sina.com', 'sina.cn'],
  appPasswords: 'https://mail.sina.com.cn/',
  before: [],
  needs: [{ what: 'imap_on' }],
  unavailableBecause: [],
  fix: { webmail: 'https://mail.sina.com.cn/' },
} as const satisfies ProviderGuide;
