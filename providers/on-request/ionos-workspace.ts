import type { ProviderGuide, ProviderMail, ProviderPage } from '../registry/types.ts';

/**
 * The Nextcloud workspace of IONOS and STRATO, in whose Mail app an app password for IMAP is made. Every
 * workspace has a host of its own, so the user says which.
 *
 * Its structure is known from its published source (2025): the address in `.ionos-email-address`, a button,
 * then the code in `code.ionos-password-value`, shown once. No name is asked for. Not known: the code's
 * shape, which is wide for that reason.
 */
export const page = {
  id: 'ionos-workspace',
  origins: [],
  route: /./,
  code: { alphabet: 'A-Za-z0-9', length: [12, 32], group: 4 },
  codeHints: ['code.ionos-password-value'],
  account: [{ selector: '.ionos-email-address', certain: true }],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [],
  smtp: [],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'IONOS Workspace',
  mailboxes: 'Mail in the Nextcloud workspace of IONOS or STRATO',
  before: [],
  needs: [{ what: 'one_for_each_address' }],
  unavailableBecause: [],
  fix: {},
} as const satisfies ProviderGuide;
