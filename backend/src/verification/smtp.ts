import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { hostname } from 'node:os';
import { type Attempt, failure } from './attempt.ts';
import { converse, type LogIn, type Session } from './session.ts';

interface Reply {
  code: number;
  /** As it came, lines joined with line breaks. */
  words: string;
}

/**
 * Signs in over SMTP, asks whether the mailbox may send as its own address, and leaves. No recipient is ever named, so nothing
 * can be sent. Providers say some things only then: that sending is locked, or the sender is not allowed.
 */
export const trySmtp = (logIn: LogIn): Promise<Attempt> =>
  converse(logIn, (session) => new SmtpConversation(session, logIn).run());

class SmtpConversation {
  readonly #session: Session;
  readonly #logIn: LogIn;
  #offers: readonly string[] = [];

  constructor(session: Session, logIn: LogIn) {
    this.#session = session;
    this.#logIn = logIn;
  }

  async run(): Promise<Attempt> {
    const session = this.#session;
    const { security, greetingMs } = this.#logIn;
    const greeting = await session.within(greetingMs, () => this.#reply());
    if (greeting.code !== 220) return failure('connect', 'answer', greeting.words);
    const refused = await this.#introduce();
    if (refused) return refused;
    if (security === 'starttls') {
      if (!this.#offers.includes('STARTTLS')) return failure('tls', 'tls', 'No STARTTLS offered');
      const { code, words } = await this.#command('STARTTLS');
      if (code !== 220) return failure('tls', 'tls', words);
      await session.startTls();
      const refusedUnderTls = await this.#introduce();
      if (refusedUnderTls) return refusedUnderTls;
    }
    session.stage = 'auth';
    const signedIn = await this.#signIn();
    if (!signedIn) return failure('auth', 'not-offered', 'No log-in with a password is offered');
    if (signedIn.code !== 235) return failure('auth', 'answer', signedIn.words);
    session.after = 'mail-from';
    return this.#askToSend();
  }

  /** The words of EHLO, and of HELO where only that is known. */
  async #introduce(): Promise<Attempt | undefined> {
    const name = clientName(this.#session.localAddress);
    let reply = await this.#command(`EHLO ${name}`);
    if ([500, 501, 502, 504].includes(reply.code)) reply = await this.#command(`HELO ${name}`);
    if (reply.code !== 250) return failure('connect', 'answer', reply.words);
    this.#offers = reply.words
      .split('\n')
      .slice(1)
      .map((line) => line.slice(4).trim().toUpperCase());
    return undefined;
  }

  #mechanisms(): ReadonlySet<string> {
    return new Set(
      this.#offers.flatMap((line) => (/^AUTH[ =](.*)$/.exec(line)?.[1] ?? '').split(/ +/)).filter(Boolean),
    );
  }

  #signIn(): Promise<Reply> | undefined {
    const { user, password } = this.#logIn;
    const offers = this.#mechanisms();
    const pass = password.open();
    if (offers.has('PLAIN')) return this.#authPlain(encode(`\0${user}\0${pass}`));
    if (offers.has('LOGIN')) return this.#answering('AUTH LOGIN', [() => encode(user), () => encode(pass)]);
    if (!offers.has('CRAM-MD5')) return undefined;
    const digest = (challenge: string): string =>
      createHmac('md5', pass).update(Buffer.from(challenge, 'base64')).digest('hex');
    return this.#answering('AUTH CRAM-MD5', [(challenge) => encode(`${user} ${digest(challenge)}`)]);
  }

  async #authPlain(response: string): Promise<Reply> {
    const reply = await this.#command(`AUTH PLAIN ${response}`);
    if (reply.code !== 334) return reply;
    const prompt = reply.words.slice(4).trim();
    if (prompt === '') return this.#command(response);
    // Stalwart refuses with words after a 334. They are the reason; what follows is about the line that ends the exchange.
    await this.#command('*');
    return reply;
  }

  /** @param answers to the server's challenges, in their order */
  async #answering(command: string, answers: readonly ((challenge: string) => string)[]): Promise<Reply> {
    let reply = await this.#command(command);
    for (const answer of answers) {
      if (reply.code !== 334) return reply;
      reply = await this.#command(answer(reply.words.slice(4).trim()));
    }
    return reply;
  }

  async #askToSend(): Promise<Attempt> {
    const session = this.#session;
    const { email } = this.#logIn;
    const isAscii = /^[\x21-\x7e]+$/.test(email);
    // What can't be asked can't be held against the mailbox.
    if (/[\s<>\p{Cc}]/u.test(email) || (!isAscii && !this.#offers.includes('SMTPUTF8'))) {
      session.leave('QUIT');
      return { ok: true };
    }
    const mailFrom = `MAIL FROM:<${email}>${isAscii ? '' : ' SMTPUTF8'}`;
    const pipelines = this.#offers.includes('PIPELINING');
    session.send(mailFrom, ...(pipelines ? ['RSET'] : []));
    const reply = await this.#reply();
    if (reply.code !== 250) return failure('auth', 'answer', reply.words, 'mail-from');
    // Without pipelining QUIT alone ends the transaction (RFC 5321, 4.1.1.10), and saves a round trip.
    if (pipelines) await this.#reply();
    session.leave('QUIT');
    return { ok: true };
  }

  #command(line: string): Promise<Reply> {
    this.#session.send(line);
    return this.#reply();
  }

  async #reply(): Promise<Reply> {
    const { asides } = this.#session;
    // Of a reply that is cut off, what had come of it is the reason.
    asides.length = 0;
    for (;;) {
      const line = await this.#session.line();
      asides.push(line);
      const [, code, more] = /^(\d{3})([ -]?)/.exec(line) ?? [];
      if (code !== undefined && more !== '-') {
        return { code: Number(code), words: asides.splice(0).join('\n') };
      }
    }
  }
}

/** A name that can be looked up, else the address itself (RFC 5321, 4.1.4): servers refuse others. */
function clientName(localAddress: string): string {
  const name = hostname();
  if (/^[\w-]+(\.[\w-]+)+$/.test(name)) return name;
  return isIPv6(localAddress) ? `[IPv6:${localAddress}]` : `[${localAddress}]`;
}

const encode = (text: string): string => Buffer.from(text).toString('base64');
