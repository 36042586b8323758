import { MANNERS, REFUSALS } from './provider-words.ts';
import { decide, type Session, saslPlain, wordsFor } from './scripted-session.ts';

/**
 * The server's side of an IMAP session, as far as a log-in goes. Literals are not understood: clients send them only
 * for what addresses and app passwords do not contain.
 */
export async function speakImap(session: Session): Promise<void> {
  const { wire, fault } = session;
  if (fault === 'greeting-refused') {
    wire.send('* BYE Too many connections, try again later');
    return wire.end();
  }
  wire.send(
    fault === 'preauth' ? '* PREAUTH IMAP ready, you are known' : MANNERS[session.dialect].imap.greeting,
  );
  let isConnected = true;

  for (let line = await wire.line(); line !== undefined; line = await wire.line()) {
    const [tag = '', name = '', ...rest] = line.split(' ');
    const command = name.toUpperCase();
    session.note(command);
    const answer = (...words: readonly string[]): void => {
      const [tagged, ...untagged] = words.map((text) => text.replace('COMMAND', command));
      wire.send(`${tag} ${tagged}`, ...untagged);
    };
    const logIn = async (user = '', password = ''): Promise<void> => {
      const decision = await decide(session, user, password, '* BYE Try again later');
      isConnected = decision !== 'not-connected';
      if (decision === 'yes' || !isConnected) answer(MANNERS[session.dialect].imap.signedIn);
      else if (decision) answer(...wordsFor(session.dialect, 'imap', decision));
    };

    switch (command) {
      case 'CAPABILITY':
        wire.send(`* CAPABILITY ${capabilities(session)}`);
        answer('OK CAPABILITY completed');
        break;
      case 'STARTTLS':
        if (session.isSecure || fault === 'no-starttls' || fault === 'starttls-refused') {
          answer('BAD STARTTLS is not available');
          break;
        }
        answer('OK Begin TLS negotiation now');
        await session.secure();
        break;
      case 'ID':
        wire.send('* ID ("name" "scripted" "vendor" "test")');
        answer('OK ID completed');
        break;
      case 'EXAMINE':
        if (!isConnected) {
          answer(...REFUSALS.microsoft.imap['not-connected']);
          break;
        }
        wire.send('* 0 EXISTS', '* OK [UIDVALIDITY 1] UIDs valid');
        answer('OK [READ-ONLY] EXAMINE completed');
        break;
      case 'NOOP':
        answer('OK NOOP completed');
        break;
      case 'LOGIN':
        await logIn(...strings(rest.join(' ')));
        break;
      case 'AUTHENTICATE':
        if (rest[0]?.toUpperCase() !== 'PLAIN') {
          answer('NO Unsupported authentication mechanism.');
          break;
        }
        if (rest[1] === undefined) wire.send('+ ');
        await logIn(...saslPlain(rest[1] ?? (await wire.line()) ?? ''));
        break;
      case 'LOGOUT':
        if (fault === 'no-farewell') break;
        wire.send('* BYE Logging out');
        answer('OK LOGOUT completed');
        return wire.end();
      default:
        answer('BAD Unknown command');
    }
  }
}

function capabilities({ isSecure, fault, dialect }: Session): string {
  if (!isSecure) {
    if (fault === 'no-starttls') return 'IMAP4rev1 AUTH=PLAIN';
    const takesAll = fault === 'auth-in-clear' || fault === 'starttls-refused';
    return `IMAP4rev1 STARTTLS ${takesAll ? 'AUTH=PLAIN' : 'LOGINDISABLED'}`;
  }
  return fault === 'no-auth' ? 'IMAP4rev1 LOGINDISABLED' : MANNERS[dialect].imap.capabilities;
}

/** The arguments of a command: atoms and quoted strings. */
const strings = (text: string): string[] =>
  [...text.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
    ([, quoted, atom]) => quoted?.replace(/\\(.)/g, '$1') ?? atom ?? '',
  );
