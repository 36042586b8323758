import { type ProblemType, problemTypes } from '../../utils/onboarding/contract.ts';

export interface ProblemGuide {
  type: ProblemType;
  status: number;
  /** When it is said. */
  when: string;
  /** What whoever is told should do. */
  todo: string;
}

const GUIDE: Record<keyof typeof problemTypes, Omit<ProblemGuide, 'type'>> = {
  tokenMissing: {
    status: 401,
    when: 'The request has no access token.',
    todo: 'Send it as `Authorization: Bearer …`. This never refers to a mailbox.',
  },
  tokenRefused: {
    status: 401,
    when: 'The access token isn’t known, or no longer is.',
    todo: 'Refresh it, or ask the user to sign in again. Keep what you were about to send.',
  },
  requestInvalid: {
    status: 400,
    when: 'The request doesn’t match this description. The title says which fields.',
    todo: 'Fix the program that sends it. Sending the same request again won’t help.',
  },
  bodyTooLarge: {
    status: 413,
    when: 'The body is much larger than any valid request.',
    todo: 'Fix the program that sends it.',
  },
  tooSlow: {
    status: 408,
    when: 'The request did not arrive in time.',
    todo: 'Send it again with the same ID.',
  },
  tooManyRequests: {
    status: 429,
    when: 'There were too many requests from this caller, too many checks of this mailbox, which its provider might lock, or too many refused passwords in this workspace. Nothing was started.',
    todo: 'Send the same request again after the number of seconds in `Retry-After`.',
  },
  keyUnknown: {
    status: 409,
    when: 'The password was sealed to a key the backend doesn’t have, or no longer has.',
    todo: 'Fetch `/.well-known/jwks.json` again and seal again. If you no longer have the password, a new one is needed.',
  },
  sealBroken: {
    status: 400,
    when: 'The sealed password can’t be opened, or its content doesn’t match `SealedPassword`.',
    todo: 'Seal with `ECDH-ES` and `A256GCM`, using the first key of the set.',
  },
  sealForOther: {
    status: 400,
    when: 'It was sealed for a different backend, workspace, connection, address, provider, user name, page or servers; or an old extension sealed it without values that the request contains.',
    todo: 'Seal it for this request. If the backend’s address has changed, use the one it’s now reached at.',
  },
  sealTime: {
    status: 400,
    when: 'It was sealed too long ago, or in the future.',
    todo: 'Correct the clock and seal it again.',
  },
  idTaken: {
    status: 409,
    when: 'The ID is used for a different mailbox or password, or its connection was deleted.',
    todo: 'Send the mailbox again with a new ID.',
  },
  providerUnknown: {
    status: 400,
    when: 'The provider isn’t known, and no servers were given.',
    todo: 'Ask the user for `servers`.',
  },
  serversNeeded: {
    status: 400,
    when: 'The provider has different servers for each customer, and none were given.',
    todo: 'Ask the user for `servers`.',
  },
  providerClosed: {
    status: 400,
    when: 'The provider doesn’t allow other services to sign in to its mailboxes.',
    todo: 'Tell the user. No password will work.',
  },
  notFound: {
    status: 404,
    when: 'There’s no such connection or route.',
    todo: 'If the connection existed, it has been deleted: send the mailbox again with a new ID.',
  },
  starting: {
    status: 503,
    when: 'The backend is starting.',
    todo: 'Try again after the number of seconds in `Retry-After`.',
  },
  internal: {
    status: 500,
    when: 'The backend had an internal error.',
    todo: 'Retry the request with increasing delays. Give `instance` to support.',
  },
};

/** Every problem type of the contract, for people who write one side of it. */
export const problemGuide: readonly ProblemGuide[] = Object.entries(problemTypes).map(([name, type]) => ({
  type,
  ...GUIDE[name as keyof typeof problemTypes],
}));
