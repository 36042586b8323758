import type { SecureContext } from 'node:tls';
import { ImapFlow } from 'imapflow';
import type { Stage } from '../../../utils/onboarding/contract.ts';
import type { Secret } from '../../../utils/secret.ts';
import { type Attempt, failure, networkFailure } from './attempt.ts';
import type { Destination } from './destination.ts';

export interface LogIn {
  destination: Destination;
  security: 'tls' | 'starttls';
  user: string;
  password: Secret;
  tls: SecureContext;
  signal: AbortSignal;
}

/** Limits between two signs of life, in ms. The caller's `signal` bounds the whole. */
export const PATIENCE = { connectionTimeout: 10_000, greetingTimeout: 20_000, socketTimeout: 20_000 };

interface ImapError extends Error {
  code?: string;
  reason?: string;
  authenticationFailed?: boolean;
  tlsFailed?: boolean;
  response?: string;
  responseText?: string;
  responseStatus?: string;
  serverResponseCode?: string;
}

/** Says of a client whether it was greeted as already signed in (PREAUTH), before `connect()` resolves. */
function watchGreeting(client: ImapFlow): () => boolean {
  // Not in the library's types; a test with such a server fails when it is renamed.
  const internals = client as unknown as { initialPREAUTH(): Promise<void> };
  const original = internals.initialPREAUTH.bind(client);
  let signedIn = false;
  internals.initialPREAUTH = () => {
    signedIn = true;
    return original();
  };
  return () => signedIn;
}

/** Signs in over IMAP and out again. Resolves whatever happens; nothing is thrown. */
export async function tryImap({
  destination,
  security,
  user,
  password,
  tls,
  signal,
}: LogIn): Promise<Attempt> {
  const client = new ImapFlow({
    host: destination.address,
    port: destination.port,
    servername: destination.name,
    secure: security === 'tls',
    doSTARTTLS: security === 'starttls' ? true : undefined,
    auth: { user, pass: password.open() },
    verifyOnly: true,
    logger: false,
    tls: { secureContext: tls },
    ...PATIENCE,
  });
  client.on('error', () => {});
  const greetedAsSignedIn = watchGreeting(client);
  const stop = (): void => client.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (signal.aborted) return failure('connect', 'timeout');
    await client.connect();
    // Then nothing has been tried, least of all the password.
    if (greetedAsSignedIn()) return failure('auth', 'not-offered', 'The server asked for no password');
    return { ok: true };
  } catch (error) {
    // Capabilities are the first thing asked for after the greeting, and after STARTTLS.
    const stage = client.capabilities.size > 0 ? 'auth' : 'connect';
    return signal.aborted ? failure(stage, 'timeout') : readError(error as ImapError, stage);
  } finally {
    signal.removeEventListener('abort', stop);
    client.close();
  }
}

function readError(error: ImapError, stage: Stage): Attempt {
  if (error.tlsFailed) return failure('tls', 'tls', error.message);
  if (error.authenticationFailed || error.responseStatus) {
    if (/^Login is disabled$|^No matching authentication method$/.test(error.message) && !error.response) {
      return failure('auth', 'not-offered', error.message);
    }
    return failure('auth', 'answer', wordsOf(error));
  }
  const network = networkFailure(error.code ?? '');
  if (network) return stage === 'auth' ? { ...network, stage } : network;
  if (error.reason) return failure(stage, 'answer', `BYE ${error.reason}`);
  return failure(stage, 'dropped', error.code ?? error.message);
}

/** The tagged answer without its tag, such as `NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)`. */
function wordsOf({ response, responseText, responseStatus, serverResponseCode }: ImapError): string {
  if (response) return response.replace(/^[A-Za-z0-9]+ (?=(NO|BAD|OK|BYE)\b)/, '');
  return [responseStatus, serverResponseCode && `[${serverResponseCode}]`, responseText]
    .filter(Boolean)
    .join(' ');
}
