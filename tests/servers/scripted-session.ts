import { setTimeout as delay } from 'node:timers/promises';
import { type Dialect, type Protocol, REFUSALS, type Refusal } from './provider-words.ts';
import type { Wire } from './wire.ts';

/** What comes of the right password; a wrong one is refused in the provider's words for that. */
export type Outcome =
  | Refusal
  /** Never answers. */
  | 'hang'
  /** Answers yes after `slowMs`. */
  | 'slow'
  /** Cuts the line. */
  | 'drop'
  /** Says that it closes the connection, and does. */
  | 'bye';

/** What a server does to everybody, before any account is known. */
export type Fault =
  | 'silent'
  | 'drop'
  | 'greeting-refused'
  /** IMAP: greets the client as signed in. */
  | 'preauth'
  | 'no-auth'
  /** Offers no STARTTLS, and a log-in in the clear. */
  | 'no-starttls'
  /** Offers a log-in in the clear beside STARTTLS, and takes it. */
  | 'auth-in-clear'
  /** Offers STARTTLS and then refuses it, and takes a log-in in the clear. */
  | 'starttls-refused'
  | 'not-tls'
  /** Never answers LOGOUT or QUIT. */
  | 'no-farewell';

/** One connection of a client, as the protocols see it. */
export interface Session {
  readonly wire: Wire;
  readonly fault: Fault | undefined;
  readonly slowMs: number;
  /** Whose words are spoken: known once the client has named a host in the TLS handshake. */
  dialect: Dialect;
  isSecure: boolean;
  secure(): Promise<void>;
  /** What comes of these credentials; undefined when they open the mailbox. */
  judge(user: string, password: string): Outcome | undefined;
  /** Takes note of a command. */
  note(command: string): void;
  /** Takes note of credentials that came unasked for. */
  refuse(user: string): void;
}

/** What to say to credentials: `'yes'`, a refusal, or nothing because the connection has been left or cut. */
export async function decide(
  { wire, slowMs, judge }: Session,
  user: string,
  password: string,
  goodbye: string,
): Promise<'yes' | Refusal | undefined> {
  const outcome = judge(user, password);
  switch (outcome) {
    case undefined:
      return 'yes';
    case 'slow':
      await delay(slowMs);
      return 'yes';
    case 'hang':
      return undefined;
    case 'drop':
      wire.drop();
      return undefined;
    case 'bye':
      wire.send(goodbye);
      wire.end();
      return undefined;
    default:
      return outcome;
  }
}

export function wordsFor(dialect: Dialect, protocol: Protocol, refusal: Refusal): readonly string[] {
  const words: Partial<Record<Refusal, readonly string[]>> = REFUSALS[dialect][protocol];
  const said = words[refusal];
  if (!said) throw new Error(`${dialect} does not say ${refusal} over ${protocol}`);
  return said;
}

export const decode = (base64: string): string => Buffer.from(base64, 'base64').toString();

export function saslPlain(base64: string): [user: string, password: string] {
  const [, user = '', password = ''] = decode(base64).split('\0');
  return [user, password];
}
