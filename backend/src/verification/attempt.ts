import type { Stage } from '../../../utils/onboarding/contract.ts';

/** Why a log-in did not happen, before anyone asks what the server's words mean. */
export type FailureKind =
  | 'dns'
  | 'refused'
  | 'timeout'
  | 'tls'
  /** The server closed the connection. */
  | 'dropped'
  /** The server takes no passwords here. */
  | 'not-offered'
  /** The server sent more, or something else, than a mail server may. */
  | 'malformed'
  /** The server said no; `text` has its words. */
  | 'answer';

/** What a signed-in client asked for when it was refused. */
export type AfterSignIn = 'open-inbox' | 'mail-from';

export interface Failure {
  ok: false;
  stage: Stage;
  kind: FailureKind;
  /** The server's own words, all lines joined; or the name of the network error. Bounded, and not scrubbed yet. */
  text: string;
  /** Set where the password had been accepted before. */
  after?: AfterSignIn;
}

export type Attempt = { ok: true } | Failure;

export const failure = (stage: Stage, kind: FailureKind, text = '', after?: AfterSignIn): Failure => ({
  ok: false,
  stage,
  kind,
  text,
  ...(after ? { after } : {}),
});

/** How an error of a socket reads, for both protocols. */
export function networkFailure(code: string): Failure | undefined {
  if (code === 'ECONNREFUSED') return failure('connect', 'refused', code);
  if (/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/.test(code)) return failure('connect', 'refused', code);
  if (/^(ETIMEDOUT|ETIMEOUT)$/.test(code)) return failure('connect', 'timeout', code);
  if (/^(ENOTFOUND|EAI_)/.test(code)) return failure('dns', 'dns', code);
  if (/CERT|SELF_SIGNED|SIGNATURE|^ERR_TLS|^ERR_SSL|^EPROTO$|ISSUER/.test(code))
    return failure('tls', 'tls', code);
  return undefined;
}
