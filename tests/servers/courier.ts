import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { asOwner } from './daemon.ts';
import { fileOf } from './packages.ts';
import {
  type Account,
  noLongerThanParent,
  type Place,
  type ServerOptions,
  startUnpacked,
  type UnpackedServer,
} from './unpacked.ts';

/**
 * Courier (5.0) for receiving. It finds its settings and its accounts in `/etc` and `/run` only, so it sees others there
 * than everybody else.
 * @throws Error when it can't be started here or does not come up
 */
export const startCourier = ({ certificate, accounts }: ServerOptions): Promise<UnpackedServer> =>
  startUnpacked({
    name: 'courier',
    files: (place) => ({
      'server.pem': certificate.key + certificate.cert,
      'etc/courier/authdaemonrc': AUTHENTICATION,
      'etc/nsswitch.conf': 'passwd: files\ngroup: files\n',
      // It becomes who it is already.
      'etc/passwd': `courier:x:${place.owner.uid}:${place.owner.gid}::/:/bin/false\n`,
      'etc/group': `courier:x:${place.owner.gid}:\n`,
      'run/courier/authdaemon/': '',
      'start.sh': script(place),
      ...Object.fromEntries(
        accounts
          .filter(({ hasNoMailbox }) => !hasNoMailbox)
          .flatMap(({ email }) =>
            ['cur', 'new', 'tmp'].map((folder) => [`home/${email}/Maildir/${folder}/`, '']),
          ),
      ),
    }),
    prepare: (place) => writeAccounts(accounts, place),
    command: ({ directory, owner }) => {
      const seen = ['etc', 'run'].map((folder) => `mount --bind ${directory}/${folder} /${folder}`);
      // Its servers leave the group of processes, but not the namespace: they end with the first of it.
      const run = [...asOwner(owner), ...noLongerThanParent(), 'sh', `${directory}/start.sh`].join(' ');
      // Whoever waits for a namespace does not listen to SIGTERM.
      return [
        ...noLongerThanParent('SIGKILL'),
        'unshare',
        '--mount',
        '--pid',
        '--fork',
        'sh',
        '-ec',
        [...seen, `exec ${run}`].join('\n'),
      ];
    },
    lookedUpIn: ['etc/courier/userdb.dat', 'etc/courier/userdbshadow.dat'],
  });

const AUTHENTICATION = `
authmodulelist="authuserdb"
authmodulelistorig="authuserdb"
authdaemonvar=/run/courier/authdaemon
daemons=5
DEBUG_LOGIN=0
DEFAULTOPTIONS=""
LOGGEROPTS=""
`;

function writeAccounts(accounts: readonly Account[], { directory, env, owner }: Place): void {
  const program = fileOf('courier', 'usr/lib/courier/courier-authlib/makedatprog');
  const write = (name: string, fieldsOf: (account: Account) => string): void => {
    const lines = accounts.map((account) => `${account.email}\t${fieldsOf(account)}\n`);
    const parameters = ['-', `${directory}/new.dat`, `${directory}/etc/courier/${name}`];
    execFileSync(program, parameters, { input: `${lines.join('')}.\n`, env });
  };
  write('userdb.dat', ({ email, disabled }) => {
    const home = `${directory}/home/${email}`;
    const fields = [`uid=${owner.uid}`, `gid=${owner.gid}`, `home=${home}`, `mail=${home}/Maildir`, '_='];
    return [...fields, ...(disabled ? ['options=disableimap=1'] : [])].join('|');
  });
  write('userdbshadow.dat', ({ password }) => {
    return `imappw={SHA256}${createHash('sha256').update(password).digest('base64')}`;
  });
}

function script({ directory, ports }: Place): string {
  const tcpd = `${fileOf('courier', 'usr/sbin/couriertcpd')} -address=127.0.0.1 -maxprocs=40 -maxperip=40 -nodnslookup -noidentlookup`;
  const imapd = `${fileOf('courier', 'usr/lib/courier/courier/imaplogin')} ${fileOf('courier', 'usr/bin/imapd')} Maildir`;
  return `
trap exit TERM
set -a
. /etc/courier/authdaemonrc
IMAP_CAPABILITY="IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE"
IMAP_CAPABILITY_TLS="$IMAP_CAPABILITY AUTH=PLAIN"
COURIERTLS=${fileOf('courier', 'usr/bin/couriertls')}
TLS_CERTFILE=${directory}/server.pem
TLS_VERIFYPEER=NONE
GAMIN_DEBUG_SERVER=${fileOf('courier', 'usr/libexec/gam_server')}
${fileOf('courier', 'usr/lib/courier/courier-authlib/authdaemond')} &
IMAP_TLS=1 ${tcpd} ${ports.tls} $COURIERTLS -server -tcpd ${imapd} &
IMAP_STARTTLS=YES IMAP_TLS_REQUIRED=1 ${tcpd} ${ports.starttls} ${imapd} &
wait
`;
}
