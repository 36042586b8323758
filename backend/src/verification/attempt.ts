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
  /** The server said no; `text` has its words. */
  | 'answer';

export interface Failure {
  ok: false;
  stage: Stage;
  kind: FailureKind;
  /** The server's own words, all lines joined; or the name of the network error. Not scrubbed yet. */
  text: string;
}

export type Attempt = { ok: true } | Failure;

export const failure = (stage: Stage, kind: FailureKind, text = ''): Failure => ({
  ok: false,
  stage,
  kind,
  text,
});

/** How an error of a socket reads, for both protocols. */
export function networkFailure(code: string): Failure | undefined {
  if (code === 'ECONNREFUSED') return failure('connect', 'refused', code);
  if (/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/.test(code)) return failure('connect', 'refused', code);
  if (
    /^(CONNECT_TIMEOUT|ETIMEDOUT|GREETING_TIMEOUT|UPGRADE_TIMEOUT|SOCKET_TIMEOUT|ETIMEOUT|ETLS_TIMEOUT)$/.test(
      code,
    )
  ) {
    return failure('connect', 'timeout', code);
  }
  if (/^(ENOTFOUND|EDNS|EAI_)/.test(code)) return failure('dns', 'dns', code);
  // A socket's error without a name of its own is OpenSSL's, such as "first record does not look like a TLS handshake".
  if (/CERT|SELF_SIGNED|SIGNATURE|^ERR_TLS|^ERR_SSL|^ETLS$|^EPROTO$|^ESOCKET$|ISSUER/.test(code))
    return failure('tls', 'tls', code);
  return undefined;
}
