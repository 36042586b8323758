import type { ProviderGuide, ProviderMail, ProviderPage } from './registry/types.ts';

/**
 * Outlook.com, Hotmail, Live and MSN. The page still makes app passwords, but since 2024-09-16 no Outlook account can
 * be opened with one over IMAP, POP or SMTP: only Microsoft sign-in (OAuth) works.
 *
 * Known: the link "Create a new app password" makes one at once, without a name. The element that shows it is not
 * known; the code is 16 lower-case letters without groups (one public example). The account stands in the header
 * menu while that is open. `displayProofName` in the page's data holds recovery addresses: never read it.
 */
export const page = {
  id: 'microsoft-personal',
  origins: ['https://account.live.com'],
  route: /^\/proofs\/(apppassword|enabletfa)\/?(#|$)/i,
  codeOnlyRoute: /^\/proofs\/apppassword\/?$/i,
  code: { alphabet: 'a-z', length: 16, group: 4 },
  codeHints: [],
  account: [
    { selector: '#mectrl_currentAccount_secondary', certain: true },
    { selector: 'header, [role="banner"]', certain: false },
  ],
  unavailable: { withAny: '#iLandingViewTitle' },
} as const satisfies ProviderPage;

export const mail = {
  imap: [{ host: 'outlook.office365.com', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp-mail.outlook.com', port: 587, security: 'starttls' }],
  answers: 'microsoft',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Microsoft',
  mailboxes: 'Outlook.com, Hotmail, Live, MSN',
  appPasswords: 'https://account.live.com/proofs/AppPassword',
  before: [{ what: 'two_step_on', link: 'https://account.live.com/proofs/manage/additional' }],
  unavailableBecause: ['two_step_off'],
  fix: { webmail: 'https://outlook.live.com/' },
  passwordsRefused: true,
} as const satisfies ProviderGuide;
