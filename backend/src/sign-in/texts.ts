import type { KeyVerdict } from '../saleshandy/check-key.ts';

/** Every word of the sign-in pages. `product` is what people know the workspace's app as. */
export const textsFor = (product: string) => ({
  product,
  signIn: `Sign in to ${product}`,
  forWhat: 'Mailbox Connect, your browser extension, is asking to connect mailboxes to your workspace.',
  apiKey: `${product} API key`,
  apiKeyHint: `In ${product}, go to Settings, then API. The key is stored encrypted on this server and never in a browser.`,
  user: 'Your name or email address',
  userHint: 'Shows your team who connected a mailbox.',
  signInButton: 'Sign in',
  cancel: 'Cancel',
  allow: (workspace: string) => `Connect mailboxes to ${workspace}?`,
  allowNew: 'Name your workspace',
  mayDo: (workspace: string) =>
    `Mailbox Connect will be able to add mailboxes to ${workspace}, verify them again, and remove the ones it added. It can’t read anything else.`,
  mayDoNew:
    'Mailbox Connect will be able to add mailboxes to this workspace, verify them again, and remove the ones it added. It can’t read anything else.',
  signedInAs: (user: string) => `Signed in as ${user}`,
  workspace: 'Workspace name',
  workspaceHint: 'The name your team uses. You’re asked only once.',
  continueButton: 'Continue',
  another: 'Use another workspace',
  app: (host: string) => `Requested by the extension at ${host}.`,
  problem: 'Something went wrong',
  refused: (reason: string) =>
    `This request can’t be completed. Go back to the extension and try again. (${reason})`,
  expired: 'This page has expired. Go back to the extension and sign in again.',
  tooMany: 'Too many attempts. Wait a minute, then sign in again from the extension.',
  failed: 'The backend had an internal error. Go back to the extension and try again.',
  userMissing: 'Enter your name or email address: one line of up to 100 characters.',
  workspaceMissing: 'Enter a workspace name: one line of up to 100 characters.',
  key: {
    refused: `${product} doesn’t accept this key, or its plan doesn’t include the API.`,
    too_many: `${product} received too many requests just now. Try again in a minute.`,
    unreachable: `We couldn’t check this key with ${product}. Try again.`,
  } satisfies Record<Exclude<KeyVerdict, 'accepted'>, string>,
});

export type Texts = ReturnType<typeof textsFor>;
