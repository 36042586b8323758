import type { ProviderGuide, ProviderMail, ProviderPage } from '../registry/types.ts';

/**
 * Zimbra, which companies, universities and providers run on hosts of their own: the user says which. Its
 * word is an application passcode, and it exists only with two-factor authentication.
 *
 * Known from its published source (the classic web client and the server): a dialog made of tables asks for
 * a name and then shows the code, without blanks, in `.ZmAppPasscode`; capital letters only, 16 of them
 * unless the installer says otherwise. The code's element is there from the start, hidden and empty. Not
 * known: the modern web client, and where a page says whose account it is.
 */
export const page = {
  id: 'zimbra',
  origins: [],
  route: /./,
  code: { alphabet: 'A-Z', length: 16, group: 4 },
  codeHints: ['.ZmAppPasscode', '[id$="_app_passcode_value"]'],
  account: [],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [],
  smtp: [],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Zimbra',
  mailboxes: 'Zimbra, wherever it is run',
  before: [{ what: 'two_step_on' }],
  unavailableBecause: ['two_step_off', 'organisation', 'limit_reached'],
  fix: {},
} as const satisfies ProviderGuide;
