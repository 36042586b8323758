import type { ProviderGuide, ProviderMail } from '../registry/types.ts';

/**
 * Proton. Mail is decrypted by Proton's own programs only: IMAP exists where Bridge runs on the user's
 * machine, and no server can be let in there. So no servers are named.
 *
 * Known: that. For an address on a domain of its owner's a paid plan makes tokens for sending
 * (smtp.protonmail.ch, port 587); they look like app passwords and receive nothing.
 */
export const mail = {
  imap: [],
  smtp: [],
  mx: ['protonmail.ch'],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Proton',
  mailboxes: 'Proton Mail, pm.me',
  domains: ['proton.me', 'protonmail.com', 'protonmail.ch', 'pm.me'],
  opensWith: 'nothing',
  before: [],
  needs: [{ what: 'bridge', link: 'https://proton.me/mail/bridge' }],
  unavailableBecause: [],
  fix: { webmail: 'https://mail.proton.me/' },
} as const satisfies ProviderGuide;
