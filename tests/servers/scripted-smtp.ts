import { MANNERS } from './provider-words.ts';
import { decide, decode, type Session, saslPlain, wordsFor } from './scripted-session.ts';
import type { Wire } from './wire.ts';

/** The server's side of an SMTP session, as far as a log-in goes. It takes no message. */
export async function speakSmtp(session: Session): Promise<void> {
  const { wire, fault } = session;
  if (fault === 'greeting-refused') {
    wire.send('421 4.7.0 Try again later, closing connection.');
    return wire.end();
  }
  wire.send(MANNERS[session.dialect].smtp.greeting);

  for (let line = await wire.line(); line !== undefined; line = await wire.line()) {
    const [verb = '', mechanism = '', initial] = line.split(' ');
    const { ehlo, signedIn } = MANNERS[session.dialect].smtp;
    switch (verb.toUpperCase()) {
      case 'EHLO': {
        const offered = [...ehlo, ...extensions(session)];
        wire.send(...offered.map((text, at) => `250${at === offered.length - 1 ? ' ' : '-'}${text}`));
        break;
      }
      case 'HELO':
        wire.send(`250 ${ehlo[0]}`);
        break;
      case 'STARTTLS':
        if (fault === 'starttls-refused') {
          wire.send('454 4.7.0 TLS not available due to temporary reason');
          break;
        }
        if (session.isSecure || fault === 'no-starttls') {
          wire.send('502 5.5.1 Unrecognized command');
          break;
        }
        wire.send('220 2.0.0 Ready to start TLS');
        await session.secure();
        break;
      case 'AUTH': {
        const method = mechanism.toUpperCase();
        const refused = refusesAuth(session, method);
        if (refused) {
          if (initial !== undefined) session.refuse(saslPlain(initial)[0]);
          wire.send(refused);
          break;
        }
        const [user, password] = await (method === 'PLAIN' ? plain : login)(wire, initial);
        const decision = await decide(session, user, password, '421 4.4.2 Closing connection.');
        if (decision === 'yes') wire.send(signedIn);
        else if (decision) wire.send(...wordsFor(session.dialect, 'smtp', decision));
        break;
      }
      case 'MAIL':
        wire.send('250 2.1.0 OK');
        break;
      case 'NOOP':
      case 'RSET':
        wire.send('250 2.0.0 OK');
        break;
      case 'QUIT':
        if (fault === 'no-farewell') break;
        wire.send('221 2.0.0 Bye');
        return wire.end();
      default:
        wire.send('502 5.5.1 Unrecognized command');
    }
  }
}

function extensions({ isSecure, fault, dialect }: Session): string[] {
  const auth = `AUTH ${MANNERS[dialect].smtp.mechanisms.join(' ')}`;
  if (!isSecure) {
    if (fault === 'no-starttls') return [auth];
    return fault === 'auth-in-clear' || fault === 'starttls-refused' ? [auth, 'STARTTLS'] : ['STARTTLS'];
  }
  return fault === 'no-auth' ? [] : [auth];
}

function refusesAuth({ isSecure, fault, dialect }: Session, method: string): string | undefined {
  const takesAll = fault === 'no-starttls' || fault === 'auth-in-clear' || fault === 'starttls-refused';
  if (!isSecure && !takesAll) return '530 5.7.0 Must issue a STARTTLS command first';
  if (isSecure && fault === 'no-auth') return '503 5.5.1 Error: authentication not enabled';
  const isOffered = MANNERS[dialect].smtp.mechanisms.includes(method);
  // The others need a token, which there is none of here.
  if (!isOffered || !/^(PLAIN|LOGIN)$/.test(method)) return '504 5.7.4 Unrecognized authentication type';
  return undefined;
}

async function plain(wire: Wire, initial: string | undefined): Promise<[user: string, password: string]> {
  if (initial === undefined) wire.send('334 ');
  return saslPlain(initial ?? (await wire.line()) ?? '');
}

async function login(wire: Wire, initial: string | undefined): Promise<[user: string, password: string]> {
  const ask = async (question: string): Promise<string> => {
    wire.send(`334 ${Buffer.from(question).toString('base64')}`);
    return (await wire.line()) ?? '';
  };
  return [decode(initial ?? (await ask('Username:'))), decode(await ask('Password:'))];
}
