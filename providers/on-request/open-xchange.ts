import type { ProviderGuide, ProviderMail, ProviderPage } from '../registry/types.ts';

/**
 * Open-Xchange App Suite, which providers run on hosts of their own: the user says which. Application
 * passwords are off unless the installer wants them.
 *
 * Known from its published source: an application and a name are chosen, then a dialog shows the user name
 * and, in `.appPassword`, the code, once. Made by Open-Xchange itself it is `xxxx-xxxx-xxxx-xxxx`,
 * lower-case letters, and the hyphens are part of it. That one opens no IMAP, for which an installer adds a
 * maker of his own; what those look like is not known. So the shape is wide and a hyphen is a letter like
 * any other. The user name in the dialog can be another than the address, and may look like a code itself.
 */
export const page = {
  id: 'open-xchange',
  origins: [],
  route: /./,
  code: { alphabet: '-A-Za-z0-9', length: [12, 32] },
  codeHints: ['.appPassword'],
  account: [],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [],
  smtp: [],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Open-Xchange',
  mailboxes: 'OX App Suite, wherever it is run',
  before: [],
  // Each password is for one application.
  needs: [{ what: 'mail_access' }],
  unavailableBecause: ['organisation'],
  fix: {},
} as const satisfies ProviderGuide;
