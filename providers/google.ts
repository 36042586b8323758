import type { ProviderGuide, ProviderMail, ProviderPage } from './registry/types.ts';

/**
 * Google, personal and Workspace. The page exists once for every signed-in account, as `/u/N/apppasswords`.
 *
 * Known: the dialog is `aria-modal`, the code stands in a `strong` with one `span` a letter (since 2023) or in the
 * first `span` under `[autofocus]` (before). The account chip is the link to `SignOutOptions`, whose label ends in
 * the address in brackets, whatever the language. The refusal page has no text field.
 */
export const page = {
  id: 'google',
  origins: ['https://myaccount.google.com'],
  route: /^\/(u\/\d+\/)?apppasswords\/?(#|$)/,
  code: { alphabet: 'a-z', length: 16, group: 4 },
  codeHints: ['[aria-modal="true"] strong', '[role="dialog"] strong', '[autofocus] span'],
  account: [
    {
      selector: 'a[href^="https://accounts.google.com/SignOutOptions"]',
      attribute: 'aria-label',
      certain: true,
    },
  ],
  unavailable: { withoutAll: 'input[type="text"], input:not([type]), [role="listbox"]' },
} as const satisfies ProviderPage;

export const mail = {
  imap: [{ host: 'imap.gmail.com', port: 993, security: 'tls' }],
  smtp: [
    { host: 'smtp.gmail.com', port: 465, security: 'tls' },
    { host: 'smtp.gmail.com', port: 587, security: 'starttls' },
  ],
  mx: ['aspmx.l.google.com', 'gmail-smtp-in.l.google.com', 'googlemail.com', 'smtp.google.com'],
  answers: 'google',
} as const satisfies ProviderMail;

export const guide = {
  name: 'Google',
  mailboxes: 'Gmail, Google Workspace',
  domains: ['gmail.com', 'googlemail.com'],
  appPasswords: 'https://myaccount.google.com/apppasswords',
  // From recollection, and in wide use elsewhere, but documented nowhere: goes on as this account where it is signed in,
  // and else asks for its sign-in with the address filled in. Which account it became is read off the page all the same.
  appPasswordsFor:
    'https://accounts.google.com/AccountChooser?Email={email}&continue=https%3A%2F%2Fmyaccount.google.com%2Fapppasswords',
  before: [{ what: 'two_step_on', link: 'https://myaccount.google.com/signinoptions/twosv' }],
  admin: 'google',
  unavailableBecause: ['two_step_off', 'security_keys_only', 'organisation', 'advanced_protection'],
  // IMAP is always on for personal Gmail since January 2025; the switch is left in Workspace only.
  fix: { imap: 'https://mail.google.com/mail/u/0/#settings/fwdandpop', webmail: 'https://mail.google.com/' },
} as const satisfies ProviderGuide;
