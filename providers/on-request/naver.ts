import type { ProviderGuide, ProviderMail, ProviderPage } from '../registry/types.ts';

/**
 * Naver Mail. Without an app password no mail program is let in, and app passwords exist only with two-step
 * verification by the NAVER app.
 *
 * Known: the page's address, the order name, "생성" and the code; 12 characters. Likely: capitals and digits
 * only. Guessed: all elements. The page names the account by an id without `@`, so that no address is
 * suggested.
 */
export const page = {
  id: 'naver',
  origins: ['https://nid.naver.com'],
  route: /^\/user2\/help\/2StepVerif(\/|#|$)/,
  code: { alphabet: 'A-Z0-9', length: 12, group: 4 },
  codeHints: [],
  account: [],
  unavailable: {},
} as const satisfies ProviderPage;

/** The id alone is taken as the user name too. */
export const mail = {
  imap: [{ host: 'imap.naver.com', port: 993, security: 'tls' }],
  smtp: [
    { host: 'smtp.naver.com', port: 465, security: 'tls' },
    { host: 'smtp.naver.com', port: 587, security: 'starttls' },
  ],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Naver',
  mailboxes: 'Naver Mail',
  domains: ['naver.com'],
  appPasswords: 'https://nid.naver.com/user2/help/2StepVerif?m=viewManageSettings',
  before: [
    { what: 'two_step_on', link: 'https://nid.naver.com/user2/help/2StepVerif' },
    { what: 'phone_at_hand' },
  ],
  needs: [{ what: 'imap_on', link: 'https://mail.naver.com/v2/settings/smtp/imap' }],
  unavailableBecause: ['two_step_off'],
  fix: { imap: 'https://mail.naver.com/v2/settings/smtp/imap', webmail: 'https://mail.naver.com/' },
} as const satisfies ProviderGuide;
