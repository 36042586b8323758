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
    todo: 'Send it as `Authorization: Bearer …`. It is never said of a mailbox.',
  },
  tokenRefused: {
    status: 401,
    when: 'The access token is not known, or no longer.',
    todo: 'Refresh it, or ask the user to sign in again. Keep what was to be sent.',
  },
  requestInvalid: {
    status: 400,
    when: 'The request is not as described here. The title says which fields.',
    todo: 'Correct the program that sends it. The same request again will not do.',
  },
  bodyTooLarge: {
    status: 413,
    when: 'The body is much larger than a request can be.',
    todo: 'Correct the program that sends it.',
  },
  tooSlow: {
    status: 408,
    when: 'The request did not arrive in time.',
    todo: 'Send it again, under the same id.',
  },
  tooManyRequests: {
    status: 429,
    when: 'Too much was asked for now: by this caller, or of this mailbox, whose provider could lock it, or too many passwords of this workspace were refused. Nothing was begun.',
    todo: 'Come back after the seconds in `Retry-After`, with the same request.',
  },
  keyUnknown: {
    status: 409,
    when: 'The password was sealed to a key the backend does not have, or no longer.',
    todo: 'Fetch `/.well-known/jwks.json` again and seal again. Whoever no longer has the password needs another.',
  },
  sealBroken: {
    status: 400,
    when: 'The sealed password can not be opened, or does not hold what `SealedPassword` says.',
    todo: 'Seal with `ECDH-ES` and `A256GCM`, to the first key of the set.',
  },
  sealForOther: {
    status: 400,
    when: 'It was sealed for another backend, workspace, connection, address, provider, user name, page or other servers; or by an old extension, without what the request says of these.',
    todo: 'Seal it for this one. Where the address of the backend was changed, use the one it is reached at.',
  },
  sealTime: {
    status: 400,
    when: 'It was sealed too long ago, or in the future.',
    todo: 'Seal it again, with a clock that is right.',
  },
  idTaken: {
    status: 409,
    when: 'The id stands for another mailbox or another password, or was forgotten.',
    todo: 'Make another id and hand the mailbox in under that.',
  },
  providerUnknown: {
    status: 400,
    when: 'The provider is not known, and no servers were named.',
    todo: 'Ask the user for `servers`.',
  },
  serversNeeded: {
    status: 400,
    when: 'The provider has other servers for everyone, and none were named.',
    todo: 'Ask the user for `servers`.',
  },
  providerClosed: {
    status: 400,
    when: 'The provider lets no server into its mailboxes.',
    todo: 'Tell the user. No password helps.',
  },
  notFound: {
    status: 404,
    when: 'There is no such connection, or no such route.',
    todo: 'A connection that was there was forgotten: hand the mailbox in under a new id.',
  },
  starting: {
    status: 503,
    when: 'The backend is starting.',
    todo: 'Come back after the seconds in `Retry-After`.',
  },
  internal: {
    status: 500,
    when: 'The backend made a mistake.',
    todo: 'Send the request again, later and less and less often. `instance` is what support looks for.',
  },
};

/** Every problem type of the contract, for people who write one side of it. */
export const problemGuide: readonly ProblemGuide[] = Object.entries(problemTypes).map(([name, type]) => ({
  type,
  ...GUIDE[name as keyof typeof problemTypes],
}));
