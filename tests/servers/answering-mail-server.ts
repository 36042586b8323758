import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { SecureContextOptions } from 'node:tls';
import { decode, saslPlain } from './scripted-session.ts';
import { Wire } from './wire.ts';

/** A line as on the wire, `TAG` standing for the tag; or what is done instead. */
export type Line =
  | string
  /** Bytes of another charset; `TAG` as in a line. */
  | { hex: string }
  | { wait: number }
  | { close: true }
  /** Said to the line that comes next. */
  | { next: string };

/** How one server behaves, in one case. */
export interface Manner {
  protocol: 'imap' | 'smtp';
  /** What `say` answers: the connection, EHLO, the log-in (`manner` too), or what is asked after it. */
  stage: 'greeting' | 'ehlo' | 'auth' | 'manner' | 'after-auth' | 'mail-from';
  /** Nothing said: the log-in works. At `after-auth`, nothing said is silence. */
  say?: readonly Line[];
  greeting?: readonly Line[];
  /** IMAP. */
  caps?: string;
  /** SMTP: after the name, what it offers. */
  ehlo?: readonly string[];
  prompts?: readonly string[];
  starttls?: boolean;
  /** Greets in the clear where TLS is expected. */
  plain?: boolean;
}

export interface AnsweringMailServer {
  port: number;
  /** How often a password was handed in. */
  logIns: number;
  stop(): Promise<void>;
}

const IMAP_CAPABILITIES = 'IMAP4rev1 SASL-IR AUTH=PLAIN NAMESPACE';
const SMTP_OFFERS = ['mail.test', 'PIPELINING', 'AUTH PLAIN LOGIN'];

/** A mail server that behaves in one manner, whatever it is told: for what real servers answer and do. */
export async function startAnsweringMailServer(
  manner: Manner,
  certificate: SecureContextOptions,
): Promise<AnsweringMailServer> {
  const sockets = new Set<Socket>();
  const listener: Server = createServer((socket) => {
    sockets.add(socket.once('close', () => sockets.delete(socket)));
    void serve(new Conversation(new Wire(socket), manner, certificate, server));
  });
  const server: AnsweringMailServer = {
    port: 0,
    logIns: 0,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  server.port = (listener.address() as AddressInfo).port;
  return server;
}

class Conversation {
  readonly wire: Wire;
  readonly manner: Manner;
  readonly certificate: SecureContextOptions;
  readonly server: AnsweringMailServer;
  /** What is said to the next line, whatever it is. */
  next: string | undefined;
  password = '';
  plain = '';

  constructor(wire: Wire, manner: Manner, certificate: SecureContextOptions, server: AnsweringMailServer) {
    this.wire = wire;
    this.manner = manner;
    this.certificate = certificate;
    this.server = server;
  }

  /** @returns whether the connection goes on */
  async say(lines: readonly Line[], tag = ''): Promise<boolean> {
    let packet: string[] = [];
    const flush = (): void => {
      if (packet.length > 0) this.wire.send(...packet);
      packet = [];
    };
    const half = Math.ceil(this.password64.length / 2);
    for (const line of lines) {
      if (typeof line === 'string') {
        packet.push(
          line
            .replace(/^TAG\b/, tag)
            .replace('{PASS}', this.password)
            .replace('{PLAIN64}', this.plain)
            .replace('{PASS64A}', this.password64.slice(0, half))
            .replace('{PASS64B}', this.password64.slice(half)),
        );
        continue;
      }
      if ('hex' in line) {
        flush();
        const bytes = Buffer.from(line.hex, 'hex')
          .toString('latin1')
          .replace(/^TAG\b/, tag);
        this.wire.sendBytes(Buffer.from(`${bytes}\r\n`, 'latin1'));
        continue;
      }
      if ('next' in line) {
        this.next = line.next;
        continue;
      }
      flush();
      if ('close' in line) {
        this.wire.end();
        return false;
      }
      await delay(line.wait);
    }
    flush();
    return true;
  }

  get password64(): string {
    return Buffer.from(this.password).toString('base64');
  }
}

async function serve(conversation: Conversation): Promise<void> {
  const { wire, manner, certificate } = conversation;
  if (!manner.plain && !manner.starttls) await wire.secure(certificate);
  await (manner.protocol === 'imap' ? serveImap : serveSmtp)(conversation);
}

async function serveImap(conversation: Conversation): Promise<void> {
  const { wire, manner, server } = conversation;
  const { stage, say = [], caps = IMAP_CAPABILITIES } = manner;
  const greeting = stage === 'greeting' ? say : (manner.greeting ?? ['* OK ready']);
  if (!(await conversation.say(greeting))) return;
  let isSignedIn = false;
  for (let line = await wire.line(); line !== undefined; line = await wire.line()) {
    const [tag = '', command = '', ...rest] = line.split(' ');
    const answer = (lines: readonly Line[]): Promise<boolean> => conversation.say(lines, tag);
    switch (command.toUpperCase()) {
      case 'CAPABILITY':
        await answer([`* CAPABILITY ${caps}`, 'TAG OK done']);
        continue;
      case 'STARTTLS':
        await answer(['TAG OK go ahead']);
        await wire.secure(conversation.certificate);
        continue;
      case 'LOGIN':
      case 'AUTHENTICATE': {
        server.logIns += 1;
        if (command.toUpperCase() === 'LOGIN') {
          conversation.password = /"([^"]*)"$/.exec(line)?.[1] ?? '';
        } else {
          let response = rest[1];
          if (response === undefined) {
            wire.send('+ ');
            response = (await wire.line()) ?? '';
          }
          conversation.plain = response;
          conversation.password = saslPlain(response)[1];
        }
        const said = (stage === 'auth' || stage === 'manner') && say.length > 0 ? say : ['TAG OK Logged in'];
        isSignedIn = true;
        if (!(await answer(said))) return;
        continue;
      }
      case 'LOGOUT':
        await answer(['* BYE', 'TAG OK done']);
        return wire.end();
      case 'EXAMINE':
        if (isSignedIn && stage === 'after-auth') {
          if (say.length > 0 && !(await answer(say))) return;
          continue;
        }
        await answer(['* 0 EXISTS', 'TAG OK [READ-ONLY] done']);
        continue;
      default:
        await answer(['TAG BAD Unknown command']);
    }
  }
}

async function serveSmtp(conversation: Conversation): Promise<void> {
  const { wire, manner, server } = conversation;
  const { stage, say = [], ehlo = SMTP_OFFERS, prompts } = manner;
  const greeting = stage === 'greeting' ? say : (manner.greeting ?? ['220 mail.test ESMTP']);
  if (!(await conversation.say(greeting))) return;
  let isSecure = !manner.starttls;
  for (let line = await wire.line(); line !== undefined; line = await wire.line()) {
    if (conversation.next) {
      wire.send(conversation.next);
      conversation.next = undefined;
      continue;
    }
    const [verb = '', mechanism = '', initial] = line.split(' ');
    switch (verb.toUpperCase()) {
      case 'EHLO': {
        if (stage === 'ehlo') {
          if (!(await conversation.say(say))) return;
          continue;
        }
        const offers = isSecure ? ehlo : ['mail.test', 'STARTTLS'];
        wire.send(...offers.map((text, at) => `250${at === offers.length - 1 ? ' ' : '-'}${text}`));
        continue;
      }
      case 'STARTTLS':
        wire.send('220 go ahead');
        await wire.secure(conversation.certificate);
        isSecure = true;
        continue;
      case 'AUTH': {
        if (/LOGIN/i.test(mechanism)) {
          wire.send(prompts?.[0] ?? '334 VXNlcm5hbWU6');
          await wire.line();
          wire.send(prompts?.[1] ?? '334 UGFzc3dvcmQ6');
          conversation.password = decode((await wire.line()) ?? '');
        } else {
          conversation.plain = initial ?? '';
          conversation.password = saslPlain(conversation.plain)[1];
        }
        server.logIns += 1;
        const said =
          (stage === 'auth' || stage === 'manner') && say.length > 0 ? say : ['235 2.7.0 Accepted'];
        if (!(await conversation.say(said))) return;
        continue;
      }
      case 'MAIL':
        if (stage === 'mail-from') {
          if (say.length > 0 && !(await conversation.say(say))) return;
          continue;
        }
        wire.send('250 2.1.0 Ok');
        continue;
      case 'RSET':
        wire.send('250 2.0.0 Ok');
        continue;
      case 'QUIT':
        wire.send('221 2.0.0 Bye');
        return wire.end();
      default:
        wire.send('502 5.5.1 Unrecognized command');
    }
  }
}
