import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { ImapFlow } from 'imapflow';
import type { Stage } from '../../../utils/onboarding/contract.ts';
import type { Secret } from '../../../utils/secret.ts';
import { type Attempt, failure, networkFailure } from './attempt.ts';
import { secured } from './connect.ts';

export interface LogIn {
  /** Connected; with TLS already where `security` is `tls`. */
  socket: Socket;
  /** The name the certificate must be for. */
  name: string;
  security: 'tls' | 'starttls';
  user: string;
  password: Secret;
  tls: SecureContext;
  signal: AbortSignal;
  /** IMAP: the server lets in only programs that name themselves. */
  wantsId: boolean;
  /** IMAP: what the server says to AUTHENTICATE tells more than what it says to LOGIN. */
  prefersSasl: boolean;
}

/** Limits between two signs of life, in ms. The caller's `signal` bounds the whole. */
export const PATIENCE = { connectionTimeout: 10_000, greetingTimeout: 20_000, socketTimeout: 20_000 };

/** So long a server may take to say goodbye, in ms. Nobody waits for it. */
export const FAREWELL_MS = 1000;

interface ImapError extends Error {
  code?: string;
  authenticationFailed?: boolean;
  tlsFailed?: boolean;
  response?: string;
  responseText?: string;
  responseStatus?: string;
  serverResponseCode?: string;
}

/** Not in the library's types. */
interface Internals {
  run(command: string, ...args: unknown[]): Promise<unknown>;
  initialPREAUTH(): Promise<void>;
  /** The words of the server's BYE. An error has them only if a command was waiting for its answer. */
  byeReason?: string;
}

const Client = ImapFlow as unknown as new (
  ...options: ConstructorParameters<typeof ImapFlow>
) => ImapFlow & Internals;

/**
 * The library's client with no more round trips than a log-in takes: `round-trips.test.ts` counts them, and fails when the
 * methods that are overridden here are called otherwise.
 */
class VerifyingClient extends Client {
  /** It was greeted as already signed in (PREAUTH), before `connect()` resolves. */
  greetedAsSignedIn = false;
  readonly #wantsId: boolean;

  constructor(options: ConstructorParameters<typeof ImapFlow>[0], wantsId: boolean) {
    super(options);
    this.#wantsId = wantsId;
  }

  override async initialPREAUTH(): Promise<void> {
    this.greetedAsSignedIn = true;
    await super.initialPREAUTH();
  }

  override async run(command: string, ...args: unknown[]): Promise<unknown> {
    // It would be asked for twice, where the answer has less than two fields.
    if (command === 'ID' && !this.#wantsId) return { name: '-', version: '-' };
    // NAMESPACE stays: after it Exchange says whether it has really let somebody in.
    if (command === 'LOGOUT') {
      super
        .run(command)
        .catch(() => {})
        .finally(() => this.close());
      return;
    }
    return super.run(command, ...args);
  }
}

/** Signs in over IMAP and out again. Resolves whatever happens; nothing is thrown. */
export async function tryImap({
  socket,
  name,
  security,
  user,
  password,
  tls,
  signal,
  wantsId,
  prefersSasl,
}: LogIn): Promise<Attempt> {
  const pass = password.open();
  const client: VerifyingClient = new VerifyingClient(
    {
      host: name,
      port: socket.remotePort ?? 0,
      servername: name,
      secure: security === 'tls',
      doSTARTTLS: security === 'starttls' ? true : undefined,
      auth: {
        user,
        pass,
        // One round trip less; but it takes no more than ASCII, and some servers have switched it off.
        get loginMethod() {
          const isPlain = /^[\x20-\x7e]*$/.test(user + pass) && !client.capabilities.has('LOGINDISABLED');
          return isPlain && !prefersSasl ? 'LOGIN' : undefined;
        },
      },
      verifyOnly: true,
      logger: false,
      transport: {
        connect: (_options, onConnect) => {
          setImmediate(onConnect);
          return socket;
        },
        upgrade: (plain, _options, onSecure) =>
          secured(plain as Socket, name, tls).once('secureConnect', onSecure),
      },
      ...PATIENCE,
    },
    wantsId,
  );
  client.on('error', () => {});
  const stop = (): void => client.close();
  signal.addEventListener('abort', stop, { once: true });
  let leavesByItself = false;
  try {
    if (signal.aborted) return failure('connect', 'timeout');
    await client.connect();
    leavesByItself = true;
    // Then nothing has been tried, least of all the password.
    if (client.greetedAsSignedIn) return failure('auth', 'not-offered', 'The server asked for no password');
    return { ok: true };
  } catch (error) {
    // Capabilities are the first thing asked for after the greeting, and after STARTTLS.
    const stage = client.capabilities.size > 0 ? 'auth' : 'connect';
    if (signal.aborted) return failure(stage, 'timeout');
    return readError(error as ImapError, stage, client.byeReason);
  } finally {
    signal.removeEventListener('abort', stop);
    // After a success LOGOUT is on its way; the server's farewell is not waited for.
    if (leavesByItself) setTimeout(stop, FAREWELL_MS).unref();
    else stop();
  }
}
function readError(error: ImapError, stage: Stage, byeReason: string | undefined): Attempt {
  if (error.tlsFailed) return failure('tls', 'tls', error.message);
  if (error.authenticationFailed || error.responseStatus) {
    if (/^Login is disabled$|^No matching authentication method$/.test(error.message) && !error.response) {
      return failure('auth', 'not-offered', error.message);
    }
    return failure('auth', 'answer', wordsOf(error));
  }
  const network = networkFailure(error.code ?? '');
  if (network) return stage === 'auth' ? { ...network, stage } : network;
  if (byeReason) return failure(stage, 'answer', `BYE ${byeReason}`);
  return failure(stage, 'dropped', error.code ?? error.message);
}

/** The tagged answer without its tag, such as `NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)`. */
function wordsOf({ response, responseText, responseStatus, serverResponseCode }: ImapError): string {
  if (response) return response.replace(/^[A-Za-z0-9]+ (?=(NO|BAD|OK|BYE)\b)/, '');
  return [responseStatus, serverResponseCode && `[${serverResponseCode}]`, responseText]
    .filter(Boolean)
    .join(' ');
}
