import * as z from 'zod/mini';

/**
 * Why the onboarding backend could not be asked, or did not answer as it should. It says nothing about the mailbox.
 * The words for each are in `_locales`, as `fault_…`.
 */
export const FaultCode = z.enum([
  /** No backend address or access token in the settings. */
  'settings_missing',
  /** Nothing is sent before the user has agreed to what is read and sent. */
  'consent_missing',
  /** The organisation's policy lets no mailbox of this domain be sent. */
  'domain_not_allowed',
  /** The organisation's policy names another backend. */
  'backend_not_allowed',
  /** The sign-in has ended, or was revoked. */
  'signed_out',
  /** The backend has no authorization server: an access token is needed. */
  'sign_in_off',
  /** The sign-in broke off, by no doing of the user's. */
  'sign_in_failed',
  'offline',
  /** Nothing answers at the address. */
  'unreachable',
  /** Something answers, but not in time. */
  'slow',
  'token_refused',
  'not_allowed',
  /** Something else than an onboarding backend answers. */
  'not_onboarding',
  /** An answer that is not as the contract says. */
  'malformed',
  /** Too many requests for now. */
  'busy',
  'backend_error',
  'request_refused',
  /** Nobody but the mailbox's owner knows its servers, and they were not named. */
  'servers_needed',
  /** The provider lets no server into its mailboxes. */
  'provider_closed',
  /** Another mailbox was handed in under the same id. */
  'id_taken',
  /** The backend does not have the key it was sealed with. */
  'key_unknown',
  /** The backend has another key than when it was connected, and the user has not agreed to it yet. */
  'key_changed',
  /** Sealed for another backend, or another workspace. */
  'sealed_for_other',
  /** The sealing time was refused: this computer's clock is wrong. */
  'clock_wrong',
  /** The backend has no such connection (any more). */
  'not_found',
  /** The code is no longer here and the backend does not have it either. */
  'code_gone',
  /** It was held, not sent, and its time is over. */
  'expired',
  /** It was sent, and its user has taken it back when the code was no longer here. */
  'undone',
]);
export type FaultCode = z.infer<typeof FaultCode>;

export const Fault = z.object({
  code: FaultCode,
  /** HTTP status, for Details. */
  status: z.optional(z.int()),
  /** The backend's own title, for Details. It never holds a secret by contract. */
  title: z.optional(z.string()),
  requestId: z.optional(z.string()),
  /** In milliseconds, when the backend said when to come back. */
  retryAfter: z.optional(z.number()),
});
export type Fault = z.infer<typeof Fault>;

/** Thrown by the client. The fault is data, so that it can be stored and shown later. */
export class OnboardingError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.code);
    this.fault = fault;
  }
}

/** Faults that may pass on their own, so that trying again makes sense without anyone doing anything. */
const TRANSIENT: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'offline',
  'unreachable',
  'slow',
  'busy',
  'backend_error',
]);

export const isTransient = ({ code }: Fault): boolean => TRANSIENT.has(code);
