import type { KeyVerdict } from '../saleshandy/check-key.ts';

/** Every word of the sign-in pages. `product` is what people know the workspace's app as. */
export const textsFor = (product: string) => ({
  product,
  signIn: `Sign in to ${product}`,
  forWhat: 'Mailbox Connect, your browser extension, asks to hand mailboxes in to your workspace.',
  apiKey: `${product} API key`,
  apiKeyHint: `In ${product}, under Settings, API. It stays on this server, encrypted; no browser keeps it.`,
  user: 'Your name or e-mail',
  userHint: 'So that your team sees who connected a mailbox.',
  signInButton: 'Sign in',
  cancel: 'Cancel',
  allow: (workspace: string) => `Hand mailboxes in to ${workspace}?`,
  allowNew: 'Name your workspace',
  mayDo: (workspace: string) =>
    `Mailbox Connect may hand in mailboxes to ${workspace}, have them verified again, and take back what it handed in. It can read nothing else.`,
  mayDoNew:
    'Mailbox Connect may hand in mailboxes to this workspace, have them verified again, and take back what it handed in. It can read nothing else.',
  signedInAs: (user: string) => `Signed in as ${user}`,
  workspace: "Workspace's name",
  workspaceHint: 'As your team calls it. It is asked once.',
  continueButton: 'Continue',
  another: 'Use another workspace',
  app: (host: string) => `The extension is the one at ${host}.`,
  problem: 'This did not work',
  refused: (reason: string) =>
    `The request can't be answered. Go back to the extension and try again. (${reason})`,
  expired: 'This page is too old. Go back to the extension and sign in again.',
  tooMany: 'Too many tries for now. Wait a minute, then sign in again from the extension.',
  failed: 'The backend made a mistake. Go back to the extension and try again.',
  userMissing: 'Say who you are: one line of up to 100 characters.',
  workspaceMissing: 'Name the workspace: one line of up to 100 characters.',
  key: {
    refused: `${product} does not accept this key, or its plan has no API.`,
    too_many: `${product} was asked too often just now. Try again in a minute.`,
    unreachable: `${product} could not be asked whether this key is right. Try again.`,
  } satisfies Record<Exclude<KeyVerdict, 'accepted'>, string>,
});

export type Texts = ReturnType<typeof textsFor>;
