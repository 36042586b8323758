import { isIP } from 'node:net';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Stage } from '../../../utils/onboarding/contract.ts';
import { type Attempt, failure, networkFailure } from './attempt.ts';
import { FAREWELL_MS, type LogIn, PATIENCE } from './imap.ts';

interface SmtpError extends Error {
  code?: string;
  originalCode?: string;
  timeoutType?: string;
  responseCode?: number;
  response?: string;
}

/** Signs in over SMTP and leaves; no message is sent. Resolves whatever happens; nothing is thrown. */
export async function trySmtp({
  socket,
  name,
  security,
  user,
  password,
  tls,
  signal,
}: LogIn): Promise<Attempt> {
  if (signal.aborted) return failure('connect', 'timeout');
  // Not `transport.verify()`: that says yes without having signed in when a server offers no AUTH.
  const connection = new SMTPConnection({
    host: name,
    connection: socket,
    secure: security === 'tls',
    secured: security === 'tls',
    requireTLS: security === 'starttls',
    tls: { secureContext: tls, ...(isIP(name) ? {} : { servername: name }) },
    ...PATIENCE,
  });
  // Whether the server has been given the password: then no other one must be, whatever becomes of this one.
  let stage: Stage = 'connect';
  let stop = (): void => {};
  try {
    return await new Promise<Attempt>((resolve) => {
      const fail = (error?: SmtpError): void => resolve(readError(error, stage));
      stop = () => resolve(failure(stage, 'timeout'));
      signal.addEventListener('abort', stop, { once: true });
      connection.on('error', fail);
      connection.once('end', () => fail());
      connection.connect((error) => {
        if (error) return fail(error as SmtpError);
        if (!connection.allowsAuth) return resolve(failure('auth', 'not-offered', 'No AUTH offered'));
        stage = 'auth';
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
    setTimeout(() => connection.close(), FAREWELL_MS).unref();
  }
}

function readError(error: SmtpError | undefined, stage: Stage): Attempt {
  if (!error) return failure(stage, 'dropped');
  // A refused STARTTLS comes with the server's reply, which says nothing about the mailbox.
  if (error.code === 'ETLS') return failure('tls', 'tls', error.message);
  if (error.responseCode && error.response) return failure(stage, 'answer', error.response);
  // The first of them is the most exact: `ESOCKET` is said of all that goes wrong with one.
  const network = networkFailure(error.timeoutType ?? error.originalCode ?? error.code ?? '');
  if (network) return stage === 'auth' ? { ...network, stage } : network;
  return failure(stage, 'dropped', error.originalCode ?? error.code ?? error.message);
}
