import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { Stage } from '../../../utils/onboarding/contract.ts';
import type { Secret } from '../../../utils/secret.ts';
import { type AfterSignIn, type Attempt, failure, networkFailure } from './attempt.ts';
import { secured } from './connect.ts';
import { decodeText } from './decode-text.ts';

/** The longest line that is read, in bytes. RFC 5321 and 9051 ask for far less; capability lists are the longest. */
const MAX_LINE_BYTES = 16_384;

/** All that one connection may say, in bytes. A log-in takes less than 2 kB of it. */
const MAX_SESSION_BYTES = 131_072;

/** How long a server may take to answer the farewell, in ms. Nobody waits for it. */
const FAREWELL_MS = 1000;

/** How long a server that has announced the end may take to say the rest, in ms. */
const LAST_WORDS_MS = 2000;

export interface LogIn {
  /** Connected; with TLS already where `security` is `tls`. */
  socket: Socket;
  /** The name the certificate must be for. */
  name: string;
  security: 'tls' | 'starttls';
  user: string;
  password: Secret;
  /** The mailbox's address, which it is to send as. */
  email: string;
  tls: SecureContext;
  /** Ends it, whatever the server does. */
  signal: AbortSignal;
  /** The longest wait for a greeting, in ms. */
  greetingMs: number;
  /** IMAP: the server lets in only programs that name themselves. */
  wantsId: boolean;
  /** IMAP: what the server says to AUTHENTICATE tells more than what it says to LOGIN. */
  prefersSasl: boolean;
}

/** The other side closed the connection. */
class Closed extends Error {
  readonly code: string;

  constructor(code = '') {
    super('The server closed the connection');
    this.code = code;
  }
}

class TimedOut extends Error {}

/** The server says more, or something else, than a mail server may. */
export class Malformed extends Error {}

/**
 * A client's end of a mail protocol that speaks in lines. Whatever the server sends is bounded before anything looks at it:
 * by line, and by all that is said on one connection.
 */
export class Session {
  /** Where it stands; every failure is told with it. */
  stage: Stage = 'connect';
  after: AfterSignIn | undefined;
  /** What the server has said beside its answers, and would explain that it closes the connection. */
  readonly asides: string[] = [];
  readonly #logIn: LogIn;
  #socket: Socket;
  #unread: Buffer = Buffer.alloc(0);
  #received = 0;
  #error: Error | undefined;
  #isLeaving = false;
  #wake = (): void => {};

  constructor(logIn: LogIn) {
    this.#logIn = logIn;
    this.#socket = logIn.socket;
    this.#listen();
    logIn.signal.addEventListener('abort', this.#onAbort, { once: true });
    if (logIn.signal.aborted) this.#onAbort();
  }

  get localAddress(): string {
    return this.#socket.localAddress ?? '127.0.0.1';
  }

  /** Writes lines, ended as both protocols end them. */
  send(...lines: readonly string[]): void {
    if (this.#socket.writable) this.#socket.write(lines.map((line) => `${line}\r\n`).join(''));
  }

  /**
   * The next line, without its end.
   * @throws Closed, TimedOut or Malformed
   */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#unread.indexOf(0x0a);
      if (end > MAX_LINE_BYTES || (end < 0 && this.#unread.length > MAX_LINE_BYTES)) throw new Malformed();
      if (end >= 0) {
        const line = this.#unread.subarray(0, this.#unread[end - 1] === 0x0d ? end - 1 : end);
        this.#unread = this.#unread.subarray(end + 1);
        return decodeText(line);
      }
      await this.#more();
    }
  }

  /**
   * The next bytes, such as of a literal.
   * @throws Closed, TimedOut or Malformed
   */
  async bytes(count: number): Promise<string> {
    if (count > MAX_LINE_BYTES) throw new Malformed();
    while (this.#unread.length < count) await this.#more();
    const bytes = this.#unread.subarray(0, count);
    this.#unread = this.#unread.subarray(count);
    return decodeText(bytes);
  }

  /** Fails what is read from now on, after so many ms. */
  async within<T>(ms: number, read: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.#fail(new TimedOut()), ms);
    try {
      return await read();
    } finally {
      clearTimeout(timer);
    }
  }

  /** After these words the server says no more than what it has begun to say. */
  isClosing(): void {
    setTimeout(() => this.#fail(new Closed()), LAST_WORDS_MS).unref();
  }

  /** Goes over to TLS. What came in the clear beforehand must not count as said under TLS (CVE-2011-0411 and its kin). */
  async startTls(): Promise<void> {
    const { name, tls } = this.#logIn;
    this.stage = 'tls';
    if (this.#unread.length > 0) throw new Malformed();
    this.#socket.removeAllListeners('data').removeAllListeners('close');
    const socket = secured(this.#socket, name, tls);
    this.#socket = socket;
    socket.on('error', () => {});
    await once(socket, 'secureConnect', { signal: this.#logIn.signal });
    this.#listen();
    this.stage = 'connect';
  }

  /** Says goodbye, and leaves the server to close. Nobody waits for it. */
  leave(farewell: string): void {
    this.#isLeaving = true;
    this.send(farewell);
    const socket = this.#socket;
    setTimeout(() => socket.destroy(), FAREWELL_MS).unref();
  }

  /** How it ended, after an error. */
  readEnd(error: unknown): Attempt {
    const { stage, after } = this;
    const words = this.asides.join(' ');
    if (error instanceof Malformed) return failure(stage, 'malformed', words, after);
    if (words !== '' && stage !== 'tls') return failure(stage, 'answer', words, after);
    if (error instanceof TimedOut || this.#logIn.signal.aborted)
      return failure(stage === 'tls' ? 'connect' : stage, 'timeout', '', after);
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (stage === 'tls') return failure('tls', 'tls', code || message);
    const network = networkFailure(code);
    if (network) return stage === 'auth' ? failure('auth', network.kind, network.text, after) : network;
    return failure(stage, 'dropped', code, after);
  }

  close(): void {
    this.#logIn.signal.removeEventListener('abort', this.#onAbort);
    if (!this.#isLeaving) this.#socket.destroy();
  }

  async #more(): Promise<void> {
    if (this.#error) throw this.#error;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.length;
      if (this.#received > MAX_SESSION_BYTES) {
        this.#fail(new Malformed());
        this.#socket.destroy();
        return;
      }
      this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
      this.#wake();
    });
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Closed()));
    // It may have closed between two steps.
    if (this.#socket.destroyed) this.#fail(new Closed());
  }

  readonly #onAbort = (): void => {
    this.#fail(new TimedOut());
    this.#socket.destroy();
  };

  /** The first error is the one to tell; lines that came before it are still read. */
  #fail(error: Error): void {
    this.#error ??= error;
    this.#wake();
  }
}

/** One conversation with a server. Resolves whatever happens; nothing is thrown. */
export async function converse(
  logIn: LogIn,
  conversation: (session: Session) => Promise<Attempt>,
): Promise<Attempt> {
  const session = new Session(logIn);
  try {
    return await conversation(session);
  } catch (error) {
    return session.readEnd(error);
  } finally {
    session.close();
  }
}
