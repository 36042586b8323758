import { asOwner } from './daemon.ts';
import { fileOf } from './packages.ts';
import {
  type Account,
  knowOwnerAs,
  noLongerThanParent,
  type Place,
  type ServerOptions,
  startUnpacked,
  type UnpackedServer,
  writeSaslDb,
} from './unpacked.ts';

/**
 * Cyrus (3.6) for receiving, as at Fastmail. Its mailboxes are made when somebody signs in.
 * @throws Error when it can't be started here or does not come up
 */
export const startCyrus = ({ certificate, accounts }: ServerOptions): Promise<UnpackedServer> =>
  startUnpacked({
    name: 'cyrus',
    files: (place) => ({
      ...knowOwnerAs('cyrus', 'mail', place),
      'imapd.conf': configuration(place, accounts),
      'cyrus.conf': services(place),
      'cert.pem': certificate.cert,
      'key.pem': certificate.key,
      // Who may not use which service; 2 is the version of the line.
      'deny.db': accounts
        .filter(({ disabled }) => disabled)
        .map(({ email }) => `${email}\t2\timap,imaps\tAccount disabled\n`)
        .join(''),
      ...Object.fromEntries(FOLDERS.map((folder) => [`${folder}/`, ''])),
    }),
    prepare: (place) => writeSaslDb('cyrus', accounts, place),
    command: ({ directory, owner }) => [
      ...asOwner(owner),
      ...noLongerThanParent(),
      fileOf('cyrus', 'usr/lib/cyrus/bin/master'),
      ...['-C', `${directory}/imapd.conf`, '-M', `${directory}/cyrus.conf`, '-p', `${directory}/pid`],
    ],
    lookedUpIn: ['sasldb'],
  });

const FOLDERS = ['spool', ...['socket', 'db', 'proc', 'log', 'lock'].map((folder) => `conf/${folder}`)];

const configuration = ({ directory }: Place, accounts: readonly Account[]): string => `
configdirectory: ${directory}/conf
defaultpartition: default
partition-default: ${directory}/spool
servername: mail.test
cyrus_user: cyrus
virtdomains: userid
defaultdomain: localhost
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: ${directory}/sasldb
sasl_mech_list: PLAIN LOGIN
allowplaintext: no
autocreate_quota: 0
autocreate_users: ${accounts
  .filter(({ hasNoMailbox }) => !hasNoMailbox)
  .map(({ email }) => email)
  .join(' ')}
failedloginpause: 0
tls_server_cert: ${directory}/cert.pem
tls_server_key: ${directory}/key.pem
tls_session_timeout: 0
userdeny_db: flat
userdeny_db_path: ${directory}/deny.db
`;

function services({ directory, ports }: Place): string {
  const imapd = `${fileOf('cyrus', 'usr/lib/cyrus/bin/imapd')} -C ${directory}/imapd.conf`;
  return `
START {
}
SERVICES {
  imaps cmd="${imapd} -s" listen="127.0.0.1:${ports.tls}" prefork=1
  imap cmd="${imapd}" listen="127.0.0.1:${ports.starttls}" prefork=1
}
EVENTS {
}
`;
}
