import { type Attempt, failure } from './attempt.ts';
import { converse, type LogIn, Malformed, type Session } from './session.ts';

/** How many literals one response may have. A refusal has one at most. */
const MAX_LITERALS = 8;

/** A tagged answer, or the greeting. */
interface Answer {
  status: 'OK' | 'NO' | 'BAD' | 'PREAUTH';
  /** From the status on. */
  words: string;
}

/** Of untagged lines, those that say nothing about why a command fails. */
const DATA =
  /^\* (?:\d+ |(?:OK|PREAUTH|CAPABILITY|ENABLED|ID|NAMESPACE|FLAGS|LIST|LSUB|STATUS|SEARCH|ESEARCH|METADATA)\b)/i;

/**
 * Signs in over IMAP, opens the inbox without changing anything in it, and leaves. Servers say OK to a log-in before they
 * look for the mailbox, so only then is it known that somebody can read it.
 */
export const tryImap = (logIn: LogIn): Promise<Attempt> =>
  converse(logIn, (session) => new ImapConversation(session, logIn).run());

class ImapConversation {
  readonly #session: Session;
  readonly #logIn: LogIn;
  #capabilities: ReadonlySet<string> | undefined;
  #tags = 0;

  constructor(session: Session, logIn: LogIn) {
    this.#session = session;
    this.#logIn = logIn;
  }

  async run(): Promise<Attempt> {
    const session = this.#session;
    const { security, greetingMs, wantsId } = this.#logIn;
    const greeting = await session.within(greetingMs, () => this.#answerTo('*'));
    // Then nothing would be tried, least of all the password.
    if (greeting.status === 'PREAUTH') {
      const words = 'The server asked for no password';
      return security === 'tls' ? failure('auth', 'not-offered', words) : failure('tls', 'tls', words);
    }
    if (security === 'starttls') {
      const { status, words } = await this.#command('STARTTLS');
      if (status !== 'OK') return failure('tls', 'tls', words);
      await session.startTls();
      // RFC 9051: what was offered in the clear counts for nothing under TLS.
      this.#capabilities = undefined;
    }
    if (!this.#capabilities) await this.#command('CAPABILITY');
    session.stage = 'auth';
    if (wantsId) await this.#command('ID ("name" "Mailbox Connect")');
    const signedIn = await this.#signIn();
    if (!signedIn) return failure('auth', 'not-offered', 'No log-in with a password is offered');
    if (signedIn.status !== 'OK') return failure('auth', 'answer', this.#explained(signedIn.words));
    session.after = 'open-inbox';
    const opened = await this.#command('EXAMINE INBOX');
    if (opened.status !== 'OK') return failure('auth', 'answer', this.#explained(opened.words), 'open-inbox');
    session.leave(`${this.#nextTag()} LOGOUT`);
    return { ok: true };
  }

  /** LOGIN takes a round trip less than AUTHENTICATE at most servers, but no more than ASCII, and may be switched off. */
  #signIn(): Promise<Answer> | undefined {
    const { user, password, prefersSasl } = this.#logIn;
    const offers = this.#capabilities ?? new Set<string>();
    const pass = password.open();
    const canLogIn = !offers.has('LOGINDISABLED') && /^[\x20-\x7e]*$/.test(user + pass);
    const canPlain = offers.has('AUTH=PLAIN');
    if (canLogIn && !(prefersSasl && canPlain)) return this.#command(`LOGIN ${quoted(user)} ${quoted(pass)}`);
    if (canPlain) {
      const response = Buffer.from(`\0${user}\0${pass}`).toString('base64');
      if (offers.has('SASL-IR')) return this.#command(`AUTHENTICATE PLAIN ${response}`);
      return this.#command('AUTHENTICATE PLAIN', [response]);
    }
    if (!offers.has('AUTH=LOGIN')) return undefined;
    return this.#command(
      'AUTHENTICATE LOGIN',
      [user, pass].map((text) => Buffer.from(text).toString('base64')),
    );
  }

  /** @param responses to the server's challenges, in their order */
  #command(command: string, responses: readonly string[] = []): Promise<Answer> {
    const tag = this.#nextTag();
    this.#session.send(`${tag} ${command}`);
    return this.#answerTo(tag, [...responses]);
  }

  #nextTag(): string {
    this.#tags += 1;
    return `A${this.#tags}`;
  }

  /** Reads up to the answer to a command; or the greeting, of which the tag is a star. */
  async #answerTo(tag: string, responses: string[] = []): Promise<Answer> {
    let cancels = 0;
    for (;;) {
      const line = await this.#response();
      this.#noteCapabilities(line);
      if (line.startsWith('+')) {
        // More questions than there are answers to: the exchange is cancelled, and refused with words.
        if (cancels > 0) throw new Malformed();
        if (responses.length === 0) cancels += 1;
        this.#session.send(responses.shift() ?? '*');
        continue;
      }
      const answer = /^(\S+) (OK|NO|BAD|PREAUTH)\b/i.exec(line);
      if (answer?.[1] === tag) {
        const status = (answer[2] as string).toUpperCase() as Answer['status'];
        // A server that refuses before its greeting goes on to close, or to greet.
        if (tag !== '*' || status === 'OK' || status === 'PREAUTH') {
          // What came before a success explains nothing that comes after it.
          if (status === 'OK') this.#session.asides.length = 0;
          return { status, words: line.slice(tag.length + 1) };
        }
      }
      if (DATA.test(line)) continue;
      this.#session.asides.push(line.replace(/^\* /, ''));
      if (/^\* BYE\b/i.test(line)) this.#session.isClosing();
    }
  }

  /** What the server said beside its refusal belongs to it: a ban may stand in an untagged line. */
  #explained(words: string): string {
    return [words, ...this.#session.asides].join(' ');
  }

  /** One response, with the text of its literals. */
  async #response(): Promise<string> {
    let response = await this.#session.line();
    for (let literals = 0; literals < MAX_LITERALS; literals += 1) {
      const literal = /\{(\d{1,9})\+?\}$/.exec(response);
      if (!literal) return response;
      const text = await this.#session.bytes(Number(literal[1]));
      response = `${response.slice(0, literal.index)}${text}${await this.#session.line()}`;
    }
    throw new Malformed();
  }

  #noteCapabilities(line: string): void {
    const list = /^(?:\* CAPABILITY |\S+ OK \[CAPABILITY )([^\]]*)/i.exec(line)?.[1];
    if (list !== undefined) this.#capabilities = new Set(list.trim().toUpperCase().split(/ +/));
  }
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
