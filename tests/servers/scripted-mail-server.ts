import { EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { allServers } from '../../providers/registry/mail.ts';
import { loadProviders } from '../../providers/registry/node.ts';
import type { Protocol } from './provider-words.ts';
import type { MailPorts } from './routes.ts';
import { speakImap } from './scripted-imap.ts';
import type { Fault, Outcome, Session } from './scripted-session.ts';
import { speakSmtp } from './scripted-smtp.ts';
import { Wire } from './wire.ts';

export interface Account {
  /** Any of them, as a provider takes any of a mailbox's app passwords. */
  password: string | readonly string[];
  /** The only hosts that know it. Any, if nothing is said. */
  hosts?: readonly string[];
  /** How many log-ins call the right password wrong, over each protocol, as if it had just been made. */
  settlesAfter?: number;
  /** What comes of the right password; it opens the mailbox if nothing is said. */
  outcome?: { [P in Protocol]?: Outcome };
}

export interface LogIn {
  /** As the client named it in the TLS handshake; empty in the clear. */
  host: string;
  user: string;
  protocol: Protocol;
  ok: boolean;
}

interface Options {
  /** PEM. May be one for other names, expired, or of an authority nobody trusts; or for versions of TLS that nobody takes. */
  certificate: { cert: string; key: string } & Pick<
    SecureContextOptions,
    'ciphers' | 'minVersion' | 'maxVersion'
  >;
  /** How long the outcome `slow` takes. */
  slowMs?: number;
}

export interface ScriptedMailServer {
  readonly ports: MailPorts & { imap: number };
  /** By address. These three may be changed at any time. */
  accounts: Map<string, Account>;
  faults: { [P in Protocol]?: Fault };
  certificate: Options['certificate'];
  /** The ports of every connection that was made. */
  readonly connections: number[];
  /** Every IMAP command that was said, without what was said with it. */
  readonly commands: string[];
  /** Every log-in whose credentials arrived, asked for or not. */
  readonly logIns: LogIn[];
  /** Resolves as soon as so many log-ins have been tried. */
  tried(count: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A mail server without mail: IMAP and SMTP, over TLS and STARTTLS, with real log-ins and nothing behind them. One
 * stands for all providers' hosts: the name in the TLS handshake tells it whose words to speak. How sure those words
 * are is written in `provider-words.ts`.
 */
export async function startScriptedMailServer({
  certificate,
  slowMs = 500,
}: Options): Promise<ScriptedMailServer> {
  const providers = [...(await loadProviders()).values()];
  const dialects = new Map(
    providers.flatMap(({ mail }) =>
      Object.values(allServers(mail))
        .flat()
        .map(({ host }) => [host, mail.answers] as const),
    ),
  );
  const events = new EventEmitter();
  const listeners: Server[] = [];
  const sockets = new Set<Socket>();

  const listen = async (protocol: Protocol, tlsFirst: boolean): Promise<number> => {
    const listener = createServer((socket) => {
      sockets.add(socket.once('close', () => sockets.delete(socket)));
      server.connections.push(socket.localPort as number);
      void converse(protocol, socket, tlsFirst);
    });
    listeners.push(listener);
    await once(listener.listen(0, '127.0.0.1'), 'listening');
    return (listener.address() as AddressInfo).port;
  };

  const converse = async (protocol: Protocol, socket: Socket, tlsFirst: boolean): Promise<void> => {
    const wire = new Wire(socket);
    const fault = server.faults[protocol];
    if (fault === 'drop') return wire.drop();
    if (fault === 'not-tls' && tlsFirst)
      return wire.send('HTTP/1.1 400 Bad Request', 'Connection: close', '');
    let host = '';
    const record = (user: string, ok: boolean): void => {
      server.logIns.push({ host, user, protocol, ok });
      events.emit('log-in');
    };
    const session: Session = {
      wire,
      fault,
      slowMs,
      dialect: 'standard',
      isSecure: false,
      secure: async () => {
        host = await wire.secure(server.certificate);
        session.dialect = dialects.get(host) ?? 'standard';
        session.isSecure = true;
      },
      judge: (user, given) => {
        const account = server.accounts.get(user.toLowerCase());
        // Seen at Google: SMTP takes a code with its blanks, IMAP does not.
        const takesBlanks = session.dialect === 'google' && protocol === 'smtp';
        const password = takesBlanks ? given.replaceAll(' ', '') : given;
        const isKnown = account !== undefined && (account.hosts?.includes(host) ?? true);
        const before = server.logIns.filter((it) => it.user === user && it.protocol === protocol).length;
        const hasSettled = before >= (account?.settlesAfter ?? 0);
        const isRight = isKnown && hasSettled && [account.password].flat().includes(password);
        const outcome = isRight ? account.outcome?.[protocol] : 'wrong-password';
        record(user, outcome === undefined || outcome === 'slow');
        return outcome;
      },
      refuse: (user) => record(user, false),
      note: (command) => server.commands.push(command),
    };
    if (tlsFirst) await session.secure();
    if (fault !== 'silent') await (protocol === 'imap' ? speakImap : speakSmtp)(session);
  };

  const server: ScriptedMailServer = {
    ports: {
      imap: await listen('imap', false),
      imaps: await listen('imap', true),
      smtps: await listen('smtp', true),
      submission: await listen('smtp', false),
    },
    accounts: new Map(),
    faults: {},
    certificate,
    connections: [],
    commands: [],
    logIns: [],
    tried: async (count) => {
      while (server.logIns.length < count) await once(events, 'log-in');
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all(listeners.map((listener) => new Promise((resolve) => listener.close(resolve))));
    },
  };
  return server;
}
