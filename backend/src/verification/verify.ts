import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { MailServer as ProviderServer } from '../../../providers/registry/types.ts';
import type { Check } from '../../../utils/onboarding/contract.ts';
import type { Secret } from '../../../utils/secret.ts';
import type { Attempt, Failure } from './attempt.ts';
import { classify, type Dialect, isRetryable } from './classify.ts';
import { findDestination, type MailRoutes } from './destination.ts';
import { type LogIn, tryImap } from './imap.ts';
import { scrub } from './scrub.ts';
import { trySmtp } from './smtp.ts';

export interface Mailbox {
  imap: readonly ProviderServer[];
  smtp: readonly ProviderServer[];
  dialect: Dialect;
  /** The user names: some providers want another one for receiving than for sending. */
  user: { imap: string; smtp: string };
  password: Secret;
}

export interface VerifierOptions {
  routes: MailRoutes;
  /** A certificate authority to trust beside the well-known ones, PEM. */
  ca?: string;
  /** The longest one protocol may take, in ms, whatever the servers do. */
  timeoutMs: number;
}

export class Verifier {
  readonly #options: VerifierOptions;
  /** One for all connections: making it costs as much as a handshake. */
  readonly #tls: SecureContext;

  constructor(options: VerifierOptions) {
    this.#options = options;
    this.#tls = createSecureContext({
      minVersion: 'TLSv1.2',
      ...(options.ca ? { ca: [...rootCertificates, options.ca] } : {}),
    });
  }

  /** Tries both protocols at once and calls back with each result as it comes. Never rejects for a mailbox's sake. */
  async verify(
    mailbox: Mailbox,
    finished: (protocol: 'receiving' | 'sending', check: Check) => Promise<void>,
  ): Promise<[receiving: Check, sending: Check]> {
    const run = async (
      direction: 'receiving' | 'sending',
      protocol: 'imap' | 'smtp',
      logIn: (how: LogIn) => Promise<Attempt>,
    ): Promise<Check> => {
      const check = await this.#check(mailbox, protocol, logIn);
      await finished(direction, check);
      return check;
    };
    return Promise.all([run('receiving', 'imap', tryImap), run('sending', 'smtp', trySmtp)]);
  }

  async #check(
    { password, dialect, ...mailbox }: Mailbox,
    protocol: 'imap' | 'smtp',
    logIn: (how: LogIn) => Promise<Attempt>,
  ): Promise<Check> {
    const user = mailbox.user[protocol];
    const signal = AbortSignal.timeout(this.#options.timeoutMs);
    const started = performance.now();
    let check: Check | undefined;
    for (const server of mailbox[protocol]) {
      const destination = await findDestination(server, this.#options.routes, signal);
      const attempt =
        'ok' in destination
          ? destination
          : await logIn({ destination, security: server.security, user, password, tls: this.#tls, signal });
      const place = { host: server.host, port: server.port, ms: Math.round(performance.now() - started) };
      if (attempt.ok) return { status: 'ok', ...place };
      // The first failure is the one to tell, unless a later server was the first that could be spoken to.
      const isDecisive = attempt.stage === 'auth' || attempt.stage === 'tls';
      if (!check || isDecisive) check = failed(attempt, place, dialect, password, user);
      if (isDecisive || signal.aborted) break;
    }
    return check as Check;
  }
}

function failed(
  attempt: Failure,
  place: { host: string; port: number; ms: number },
  dialect: Dialect,
  password: Secret,
  user: string,
): Check {
  const code = classify(attempt, dialect);
  const serverText = attempt.kind === 'answer' ? scrub(attempt.text, password, user) : undefined;
  return {
    status: 'failed',
    ...place,
    stage: attempt.stage,
    code,
    retryable: isRetryable(code),
    ...(serverText ? { serverText } : {}),
  };
}
