import type { ProviderGuide, ProviderMail, ProviderPage } from './registry/types.ts';

/**
 * Microsoft 365 for work or school (Entra). Receiving over IMAP takes no app password any more; sending over SMTP still
 * does, where the admin allows it.
 *
 * Known: the addresses; an app password is added as a sign-in method, with a name, and shown in a box "Password"; the
 * pages are drawn with Fluent UI. Not known: the element that shows it, which may be a read-only field or text, and the
 * code's shape, assumed to be that of personal accounts. The account stands in the header's menu while that is open.
 */
export const page = {
  id: 'microsoft-work',
  origins: ['https://mysignins.microsoft.com', 'https://account.activedirectory.windowsazure.com'],
  route: /^\/(security-info\/?|(apppasswords|proofup)\.aspx)(#|$)/i,
  code: { alphabet: 'a-z', length: 16, group: 4 },
  codeHints: [],
  account: [
    { selector: '#mectrl_currentAccount_secondary', certain: true },
    { selector: 'header, [role="banner"]', certain: false },
  ],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [{ host: 'outlook.office365.com', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.office365.com', port: 587, security: 'starttls' }],
  // The second from memory: where DNSSEC is on.
  mx: ['mail.protection.outlook.com', 'mx.microsoft'],
  answers: 'microsoft',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Microsoft 365',
  mailboxes: 'Microsoft 365 for work or school',
  appPasswords: 'https://mysignins.microsoft.com/security-info',
  before: [],
  needs: [{ what: 'smtp_on_by_admin' }],
  admin: 'microsoft',
  // Users can make none unless their admin allows it.
  unavailableBecause: ['organisation'],
  fix: { webmail: 'https://outlook.office.com/' },
  receivingRefused: true,
} as const satisfies ProviderGuide;
