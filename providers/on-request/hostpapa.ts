import type { ProviderGuide, ProviderMail, ProviderPage } from '../registry/types.ts';

/**
 * HostPapa, and other companies that sell OpenSRS mail under their own names (Exact Hosting and more). Each
 * has its own host for the webmail and its own mail servers, so the user says which.
 *
 * Known: the way, settings, password, app passwords; a plus sign, a name, then the code, once; four at a
 * time, each with a minus sign. Not known: all elements, and the code's shape, which is wide for that
 * reason.
 */
export const page = {
  id: 'hostpapa',
  origins: [],
  route: /./,
  code: { alphabet: 'A-Za-z0-9', length: [12, 32], group: 4 },
  codeHints: [],
  account: [{ selector: 'header, [role="banner"]', certain: false }],
  unavailable: {},
} as const satisfies ProviderPage;

export const mail = {
  imap: [],
  smtp: [],
  answers: 'standard',
} as const satisfies ProviderMail;

export const guide = {
  name: 'HostPapa',
  mailboxes: 'HostPapa, and other OpenSRS webmail',
  before: [],
  unavailableBecause: ['limit_reached'],
  fix: {},
} as const satisfies ProviderGuide;
