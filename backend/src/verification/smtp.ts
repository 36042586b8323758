import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { type Attempt, failure, networkFailure } from './attempt.ts';
import { type LogIn, PATIENCE } from './imap.ts';

interface SmtpError extends Error {
  code?: string;
  originalCode?: string;
  timeoutType?: string;
  responseCode?: number;
  response?: string;
  command?: string;
}

/** Signs in over SMTP and leaves; no message is sent. Resolves whatever happens; nothing is thrown. */
export async function trySmtp({
  destination,
  security,
  user,
  password,
  tls,
  signal,
}: LogIn): Promise<Attempt> {
  if (signal.aborted) return failure('connect', 'timeout');
  // Not `transport.verify()`: that says yes without having signed in when a server offers no AUTH.
  const connection = new SMTPConnection({
    host: destination.address,
    port: destination.port,
    servername: destination.name,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    tls: { secureContext: tls, servername: destination.name },
    ...PATIENCE,
  });
  let stop = (): void => {};
  try {
    return await new Promise<Attempt>((resolve) => {
      const fail = (error?: SmtpError | null): void => resolve(readError(error ?? undefined));
      stop = () => resolve(failure('connect', 'timeout'));
      signal.addEventListener('abort', stop, { once: true });
      connection.on('error', fail);
      connection.once('end', () => fail());
      connection.connect((error) => {
        if (error) return fail(error as SmtpError);
        if (!connection.allowsAuth) return resolve(failure('auth', 'not-offered', 'No AUTH offered'));
        connection.login({ credentials: { user, pass: password.open() } }, (refusal) => {
          if (refusal) return fail(refusal as SmtpError);
          resolve({ ok: true });
          connection.quit();
        });
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
    // After a success QUIT is on its way; the server's farewell is not waited for.
    setTimeout(() => connection.close(), 1000).unref();
  }
}

function readError(error: SmtpError | undefined): Attempt {
  if (!error) return failure('auth', 'dropped');
  if (error.responseCode && error.response) {
    const stage = /^AUTH|^EAUTH/.test(error.command ?? error.code ?? '') ? 'auth' : 'connect';
    return failure(stage, 'answer', error.response);
  }
  const network =
    networkFailure(error.timeoutType ?? '') ??
    networkFailure(error.originalCode ?? '') ??
    networkFailure(error.code ?? '');
  if (network) return network;
  return failure('connect', 'dropped', error.originalCode ?? error.code ?? error.message);
}
