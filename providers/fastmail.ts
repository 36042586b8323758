import type { ProviderGuide, ProviderMail, ProviderPage } from './registry/types.ts';

/**
 * Fastmail.
 *
 * Known: 16 characters, drawn with gaps that are not part of the code, shown once. Seen in public guides: the paths,
 * `apps` and `apppasswords`; beside them `tokens` makes API tokens, which are something else. Guessed: the alphabet,
 * groups of four, all elements, and that an address in the header is the account. Signing in takes the account's main
 * address, not an alias.
 */
export const page = {
  id: 'fastmail',
  origins: ['https://app.fastmail.com', 'https://www.fastmail.com', 'https://beta.fastmail.com'],
  route: /^\/settings\/security\/app(s|passwords?)(\/|#|$)/,
  code: { alphabet: 'a-z0-9', length: 16, group: 4 },
  codeHints: [],
  account: [{ selector: 'header, [role="banner"]', certain: false }],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [{ host: 'imap.fastmail.com', port: 993, security: 'tls' }],
  smtp: [{ host: 'smtp.fastmail.com', port: 465, security: 'tls' }],
  mx: ['messagingengine.com'],
  settlesWithinMs: 7000,
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Fastmail',
  mailboxes: 'Fastmail, and domains hosted there',
  domains: ['fastmail.com', 'fastmail.fm'],
  appPasswords: 'https://app.fastmail.com/settings/security/apps',
  before: [],
  needs: [{ what: 'mail_access' }],
  // The Basic plan has neither IMAP nor app passwords.
  unavailableBecause: ['plan'],
  fix: { webmail: 'https://app.fastmail.com/' },
} as const satisfies ProviderGuide;
