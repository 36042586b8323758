import { asOwner } from './daemon.ts';
import { fileOf } from './packages.ts';
import {
  knowOwnerAs,
  noLongerThanParent,
  type Place,
  type ServerOptions,
  startUnpacked,
  type UnpackedServer,
} from './unpacked.ts';

/**
 * Exim (4.96) for sending, as on servers with cPanel. It compares passwords itself, and tells nobody what is wrong.
 * @throws Error when it can't be started here or does not come up
 */
export const startExim = ({ certificate, accounts }: ServerOptions): Promise<UnpackedServer> =>
  startUnpacked({
    name: 'exim',
    files: (place) => ({
      ...knowOwnerAs('Debian-exim', 'Debian-exim', place),
      'exim.conf': configuration(place),
      'cert.pem': certificate.cert,
      'key.pem': certificate.key,
      // In Base64 no character means anything to it.
      users: accounts
        .map(({ email, password, disabled }) => {
          const encoded = Buffer.from(password).toString('base64');
          return `${email}: ${disabled ? 'disabled' : encoded}\n`;
        })
        .join(''),
    }),
    command: ({ directory, owner }) => [
      ...asOwner(owner),
      ...noLongerThanParent(),
      fileOf('exim', 'usr/sbin/exim4'),
      '-bdf',
      '-C',
      `${directory}/exim.conf`,
    ],
    lookedUpIn: ['users'],
  });

const configuration = ({ directory, ports }: Place): string => `
primary_hostname = mail.test
spool_directory = ${directory}/spool
log_file_path = ${directory}/log.%s
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${ports.tls} : ${ports.starttls}
tls_on_connect_ports = ${ports.tls}
tls_advertise_hosts = *
tls_certificate = ${directory}/cert.pem
tls_privatekey = ${directory}/key.pem
auth_advertise_hosts = \${if eq{$tls_in_cipher}{}{}{*}}
keep_environment =
host_lookup =
helo_lookup_domains =
smtp_accept_max = 0
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if eq{\${base64:$auth3}}{\${lookup{$auth2}lsearch{${directory}/users}}}}
  server_set_id = $auth2
`;
