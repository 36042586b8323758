import { chown, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import { ImapFlow } from 'imapflow';
import { chooseOwner, findProgram, freePorts, type Owner, spawnAs } from './daemon.ts';
import type { MailPorts } from './routes.ts';

export interface DovecotUser {
  email: string;
  password: string;
  /** The account exists and may not sign in. */
  disabled?: boolean;
  imapOff?: boolean;
  smtpOff?: boolean;
}

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
 * Dovecot (2.3) as an IMAP and SMTP server with a directory and ports of its own. Its SMTP says yes to a log-in before
 * it looks for the relay that it does not have, so nothing can be sent through it.
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

  const files = {
    'cert.pem': certificate.cert,
    'key.pem': certificate.key,
    users: users.map(passwdLine).join(''),
    // Must be there even when nobody is in them.
    'deny.imap': users
      .filter(({ imapOff }) => imapOff)
      .map(denyLine)
      .join(''),
    'deny.submission': users
      .filter(({ smtpOff }) => smtpOff)
      .map(denyLine)
      .join(''),
    'dovecot.conf': configuration(directory, owner, ports),
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

/** Whether an IMAP log-in succeeds. */
async function signsIn(port: number, user: string, pass: string): Promise<boolean> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port,
    secure: true,
    auth: { user, pass },
    verifyOnly: true,
    logger: false,
    tls: { rejectUnauthorized: false },
  });
  client.on('error', () => {});
  return client.connect().then(
    () => true,
    () => false,
  );
}

const passwdLine = ({ email, password, disabled }: DovecotUser): string =>
  `${email}:{PLAIN}${password}::::::${disabled ? 'nologin reason=Account_disabled' : ''}\n`;

const denyLine = ({ email }: Pick<DovecotUser, 'email'>): string => `${email}:\n`;

function configuration(directory: string, { user, uid, gid, group }: Owner, ports: MailPorts): string {
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
  driver = static
  args = uid=${uid} gid=${gid} home=${directory}/home/%u
}
submission_relay_host = 127.0.0.1
submission_relay_port = 1
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
