import { once } from 'node:events';
import { chown, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import { chooseOwner, findProgram, freePorts, type Owner, spawnAs } from './daemon.ts';
import type { MailPorts } from './routes.ts';
import { Wire } from './wire.ts';

export interface DovecotUser {
  email: string;
  password: string;
  /** The account exists and may not sign in. */
  disabled?: boolean;
  imapOff?: boolean;
  smtpOff?: boolean;
  /** It may sign in, and there is no mailbox behind it that could be opened. */
  broken?: keyof typeof BROKEN;
  /** It may sign in, and the provider lets nobody send as it. */
  sendingLocked?: boolean;
}

/** What an operator may have got wrong about a mailbox: fields of its user, for Dovecot's storage. */
const BROKEN = {
  'no home directory': ['userdb_mail=maildir:~/Maildir'],
  'unknown storage driver': ['userdb_home=HOME', 'userdb_mail=nosuch:HOME/nosuch'],
  'a folder that nobody may read': ['userdb_home=HOME', 'userdb_mail=maildir:/proc/1/root/mail'],
  'a file in place of the folder': ['userdb_home=HOME', 'userdb_mail=maildir:HOME/../../users'],
  'an inbox that belongs to no namespace': [
    'userdb_home=HOME',
    'userdb_mail=maildir:HOME/Maildir',
    'userdb_namespace/inbox/inbox=no',
  ],
} as const;

export interface Dovecot {
  ports: MailPorts;
  /** Where a server of another make may ask whether a password is right. */
  authSocket: string;
  /** Switches receiving on or off for a user, as in the provider's settings. */
  switchImap(email: string, on: boolean): Promise<void>;
  /** Ends it and removes all it wrote. */
  stop(): Promise<void>;
}

const findDovecot = (): string | undefined => findProgram('dovecot', '/usr/sbin', '/usr/local/sbin');

export const dovecotInstalled = (): boolean => findDovecot() !== undefined;

/**
 * Dovecot (2.3) as an IMAP and SMTP server with a directory and ports of its own. Its SMTP passes senders on to a relay that
 * takes no recipient, so nothing can be sent through it.
 * @throws Error when it is not installed or does not come up
 */
export async function startDovecot({
  certificate,
  users,
}: {
  certificate: { cert: string; key: string };
  users: readonly DovecotUser[];
}): Promise<Dovecot> {
  const program = findDovecot();
  if (!program)
    throw new Error('These tests need dovecot: apt-get install dovecot-imapd dovecot-submissiond');
  const directory = await mkdtemp(join(tmpdir(), 'dovecot-'));
  const [imaps, smtps, submission] = await freePorts(3);
  const ports = { imaps, smtps, submission } as MailPorts;
  const owner = chooseOwner();
  const relay = await startRelay(
    new Set(users.filter(({ sendingLocked }) => sendingLocked).map(({ email }) => email)),
  );

  const files = {
    'cert.pem': certificate.cert,
    'key.pem': certificate.key,
    users: users.map((user) => passwdLine(user, owner, join(directory, 'home'))).join(''),
    // Must be there even when nobody is in them.
    'deny.imap': users
      .filter(({ imapOff }) => imapOff)
      .map(denyLine)
      .join(''),
    'deny.submission': users
      .filter(({ smtpOff }) => smtpOff)
      .map(denyLine)
      .join(''),
    'dovecot.conf': configuration(directory, owner, ports, relay.port),
  };
  await mkdir(join(directory, 'home'));
  for (const [name, text] of Object.entries(files))
    await writeFile(join(directory, name), text, { mode: 0o600 });
  for (const name of ['.', 'home', ...Object.keys(files)])
    await chown(join(directory, name), owner.uid, owner.gid);

  const child = spawnAs(owner, program, '-F', '-c', join(directory, 'dovecot.conf'));
  let hasExited = false;
  const exited = new Promise<void>((resolve) => {
    const done = (): void => {
      hasExited = true;
      resolve();
    };
    child.once('exit', done).once('error', done);
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
    await relay.stop();
    await rm(directory, { recursive: true, force: true });
  };

  const withoutImap = new Set(users.filter(({ imapOff }) => imapOff).map(({ email }) => email));
  const switchImap = async (email: string, on: boolean): Promise<void> => {
    if (on) withoutImap.delete(email);
    else withoutImap.add(email);
    const file = join(directory, 'deny.imap');
    await writeFile(file, [...withoutImap].map((denied) => denyLine({ email: denied })).join(''));
    // It looks at the file's time, in whole seconds, and not more than once in a second itself: so the answer to a
    // log-in tells when it has taken the change.
    const later = new Date(Date.now() + 2000 + Math.random() * 60_000);
    await utimes(file, later, later);
    const password = users.find((user) => user.email === email)?.password ?? '';
    while ((await signsIn(imaps as number, email, password)) !== on) await delay(50);
  };

  try {
    for (const port of [imaps, smtps] as number[]) {
      while (!(await greets(port))) {
        if (hasExited) {
          const log = await readFile(join(directory, 'dovecot.log'), 'utf8').catch(() => 'It left no log.');
          throw new Error(`Dovecot did not start:\n${log}`);
        }
        await delay(20);
      }
    }
    return { ports, authSocket: join(directory, 'run/auth-others'), switchImap, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The server behind Dovecot's SMTP, which says who may send. */
async function startRelay(locked: ReadonlySet<string>): Promise<{ port: number; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const listener = createServer(async (socket) => {
    sockets.add(socket.once('close', () => sockets.delete(socket)));
    const wire = new Wire(socket);
    wire.send('220 relay.test ESMTP');
    for (let line = await wire.line(); line !== undefined; line = await wire.line()) {
      const [, sender = ''] = /^MAIL FROM:<([^>]*)>/i.exec(line) ?? [];
      if (/^EHLO/i.test(line)) wire.send('250-relay.test', '250 PIPELINING');
      else if (locked.has(sender)) wire.send('550 5.7.1 Sending from this mailbox has been suspended');
      else if (/^(MAIL|RSET|NOOP|XCLIENT)/i.test(line)) wire.send('250 2.0.0 OK');
      else if (/^QUIT/i.test(line)) wire.end();
      else wire.send('550 5.7.1 This relay takes no mail');
    }
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

/** Whether an IMAP log-in succeeds. */
function signsIn(port: number, user: string, pass: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    let said = '';
    socket.on('data', (chunk) => {
      if (said === '') socket.write(`a LOGIN "${user}" "${pass}"\r\n`);
      said += chunk;
      const [, answer] = /^a (OK|NO|BAD)/m.exec(said) ?? [];
      if (answer) done(answer === 'OK');
    });
    socket.once('error', () => done(false)).once('close', () => done(false));
  });
}

function passwdLine(
  { email, password, disabled, broken }: DovecotUser,
  { uid, gid }: Owner,
  homes: string,
): string {
  const fields = [
    ...(disabled ? ['nologin', 'reason=Account_disabled'] : []),
    ...(broken
      ? [`userdb_uid=${uid}`, `userdb_gid=${gid}`].concat(
          BROKEN[broken].map((field) => field.replace('HOME', join(homes, email))),
        )
      : []),
  ];
  return `${email}:{PLAIN}${password}::::::${fields.join(' ')}\n`;
}

const denyLine = ({ email }: Pick<DovecotUser, 'email'>): string => `${email}:\n`;

function configuration(
  directory: string,
  { user, uid, gid, group }: Owner,
  ports: MailPorts,
  relay: number,
): string {
  return `
base_dir = ${directory}/run
state_dir = ${directory}/lib
log_path = ${directory}/dovecot.log
protocols = imap submission
listen = 127.0.0.1
hostname = mail.test
submission_host = mail.test
default_internal_user = ${user}
default_internal_group = ${group}
default_login_user = ${user}
first_valid_uid = 1
first_valid_gid = 1
auth_mechanisms = plain login
auth_failure_delay = 0
mail_max_userip_connections = 0
disable_plaintext_auth = yes
ssl = required
ssl_cert = <${directory}/cert.pem
ssl_key = <${directory}/key.pem
ssl_min_protocol = TLSv1.2
ssl_dh =
mail_location = maildir:${directory}/home/%u
namespace inbox {
  inbox = yes
}
passdb {
  driver = passwd-file
  deny = yes
  args = ${directory}/deny.%s
}
passdb {
  driver = passwd-file
  args = username_format=%u ${directory}/users
}
userdb {
  driver = prefetch
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${directory}/home/%u
}
submission_relay_host = 127.0.0.1
submission_relay_port = ${relay}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    # Else failed log-ins from one address are answered slower and slower.
    mode = 0
  }
}
service auth {
  unix_listener auth-others {
    mode = 0600
    user = ${user}
  }
}
service imap-login {
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${ports.imaps}
    ssl = yes
  }
}
service submission-login {
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener submission {
    port = ${ports.submission}
  }
  inet_listener submissions {
    port = ${ports.smtps}
    ssl = yes
  }
}
service stats {
  chroot =
}
`;
}

/** Whether a server says something at this port once TLS stands. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    const done = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', done(true)).once('error', done(false)).once('close', done(false));
  });
}
