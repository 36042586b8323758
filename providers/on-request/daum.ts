import type { ProviderGuide, ProviderMail, ProviderPage } from '../registry/types.ts';

/**
 * Daum Mail and Kakao Mail.
 *
 * Known: app passwords since 2025, with two-step verification; the IMAP switch. From public programs: the
 * page at Daum, and that of a Kakao account's security. Guessed: that app passwords are made right there,
 * all elements, the account in the header, the code's shape, which is wide for that reason.
 */
export const page = {
  id: 'daum',
  origins: ['https://member.daum.net', 'https://accounts.kakao.com'],
  route: /^\/(my|weblogin\/account)\/security(\/|#|$)/,
  code: { alphabet: 'A-Za-z0-9', length: [12, 32], group: 4 },
  codeHints: [],
  account: [{ selector: 'header, [role="banner"]', certain: false }],
  unavailable: {},
} as const satisfies ProviderPage;

/** Kakao's help gives the part before the @ as the user name; the whole address is what others use at both. */
export const mail = {
  imap: [{ host: 'imap.daum.net', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.daum.net', port: 465, security: 'tls' }],
  byDomain: [
    {
      domains: ['kakao.com'],
      imap: [{ host: 'imap.kakao.com', port: 993, security: 'tls' }],
      smtp: [{ host: 'smtp.kakao.com', port: 465, security: 'tls' }],
    },
  ],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Daum',
  mailboxes: 'Daum Mail, Hanmail, Kakao Mail',
  domains: ['daum.net', 'hanmail.net', 'kakao.com'],
  appPasswords: 'https://member.daum.net/my/security',
  before: [{ what: 'two_step_on' }],
  needs: [{ what: 'imap_on', link: 'https://mail.daum.net/setting/POP3IMAP' }],
  unavailableBecause: ['two_step_off'],
  fix: { imap: 'https://mail.daum.net/setting/POP3IMAP', webmail: 'https://mail.daum.net/' },
} as const satisfies ProviderGuide;
