import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileOf } from './packages.ts';
import {
  noLongerThanParent,
  type Place,
  type ServerOptions,
  startUnpacked,
  type UnpackedServer,
  writeSaslDb,
} from './unpacked.ts';

/** Postfix has somebody else look passwords up: a library of Cyrus's, or Dovecot at a socket. */
export interface PostfixOptions extends ServerOptions {
  dovecotSocket?: string;
}

/**
 * Postfix (3.7) for sending. Root starts it, and its programs that are spoken to are the owner's.
 * @throws Error when it can't be started here or does not come up
 */
export const startPostfix = ({
  certificate,
  accounts,
  dovecotSocket,
}: PostfixOptions): Promise<UnpackedServer> =>
  startUnpacked({
    name: 'postfix',
    files: (place) => ({
      'main.cf': main(place, dovecotSocket),
      'master.cf': services(place),
      'cert.pem': certificate.cert,
      'key.pem': certificate.key,
      'sasl/smtpd.conf': sasl(place),
      ...Object.fromEntries(FOLDERS.map((folder) => [`${folder}/`, ''])),
    }),
    prepare: (place) => {
      writeSaslDb('postfix', accounts, place);
      // It waits until nobody seems to be writing it any more.
      utimesSync(join(place.directory, 'main.cf'), 0, 0);
    },
    command: ({ directory }) => [
      ...noLongerThanParent(),
      fileOf('postfix', 'usr/lib/postfix/sbin/master'),
      '-c',
      directory,
      '-d',
    ],
    lookedUpIn: ['sasldb'],
  });

const FOLDERS = [
  'data',
  ...['pid', 'private', 'public', 'active', 'incoming', 'maildrop'].map((folder) => `queue/${folder}`),
];

const main = ({ directory, owner }: Place, dovecotSocket: string | undefined): string => `
compatibility_level = 3.6
myhostname = mail.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
queue_directory = ${directory}/queue
data_directory = ${directory}/data
daemon_directory = ${fileOf('postfix', 'usr/lib/postfix/sbin')}
command_directory = ${fileOf('postfix', 'usr/sbin')}
shlib_directory = ${fileOf('postfix', 'usr/lib/postfix')}
meta_directory = ${fileOf('postfix', 'etc/postfix')}
mail_owner = ${owner.user}
default_privs = daemon
setgid_group = games
import_environment = LD_LIBRARY_PATH SASL_PATH MAIL_CONFIG
export_environment = LD_LIBRARY_PATH SASL_PATH
maillog_file_prefixes = ${directory}
maillog_file = ${directory}/maillog
local_recipient_maps =
alias_maps =
alias_database =
smtpd_tls_cert_file = ${directory}/cert.pem
smtpd_tls_key_file = ${directory}/key.pem
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = ${dovecotSocket ? 'dovecot' : 'cyrus'}
smtpd_sasl_path = ${dovecotSocket ?? 'smtpd'}
cyrus_sasl_config_path = ${directory}/sasl
smtpd_client_connection_count_limit = 0
smtpd_recipient_restrictions = reject
smtpd_delay_reject = no
smtpd_sender_login_maps = inline:{ {owned@mail.test = somebody.else@mail.test} }
smtpd_sender_restrictions = reject_known_sender_login_mismatch
`;

const services = ({ ports }: Place): string => `
127.0.0.1:${ports.tls} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
127.0.0.1:${ports.starttls} inet n - n - - smtpd
rewrite unix - - n - - trivial-rewrite
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
`;

const sasl = ({ directory }: Place): string => `
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: ${directory}/sasldb
mech_list: PLAIN LOGIN
`;
