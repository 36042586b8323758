import type { ProviderGuide, ProviderMail, ProviderPage } from '../registry/types.ts';

/**
 * Infomaniak. Its word is a device: adding one to an address makes a password that is shown once. A new
 * address has no other password.
 *
 * Known: that, from its help (June 2026), and the hosts. A button lets the new password be changed before it
 * is saved, so it probably stands in a field. Its webmail at ksuite.infomaniak.com comes as a frame from
 * another host, into which the watcher can't look, so the guide leads to the manager. Guessed: all paths and
 * elements, and the code's shape, which is wide for that reason. An account has many addresses, so none is
 * suggested.
 */
export const page = {
  id: 'infomaniak',
  origins: ['https://manager.infomaniak.com', 'https://config.infomaniak.com', 'https://mail.infomaniak.com'],
  route: /^\/v3\/.*mail|\/(settings|devices?)(\/|#|$)|^\/(#|$)/,
  code: { alphabet: 'A-Za-z0-9', length: [12, 32], group: 4 },
  codeHints: [],
  account: [],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [{ host: 'mail.infomaniak.com', port: 993, security: 'tls' }],
  smtp: [{ host: 'mail.infomaniak.com', port: 465, security: 'tls' }],
  mx: ['mta-gw.infomaniak.ch'],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Infomaniak',
  mailboxes: 'Infomaniak, ik.me, and domains hosted there',
  domains: ['ik.me', 'ikmail.com', 'etik.com'],
  appPasswords: 'https://manager.infomaniak.com/',
  before: [],
  needs: [{ what: 'one_for_each_address' }],
  // Whoever manages the mail service can take the right to make them away.
  unavailableBecause: ['organisation'],
  fix: { webmail: 'https://ksuite.infomaniak.com/mail' },
} as const satisfies ProviderGuide;
