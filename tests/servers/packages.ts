import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';

// Debian lets nobody have two mail servers, and starts the one that is installed. Those the tests use are only unpacked.

/** The packages of each. What they depend on comes by itself. */
export const PACKAGES = {
  exim: ['exim4-daemon-light', 'libnss-wrapper'],
  postfix: ['postfix', 'sasl2-bin', 'libsasl2-modules', 'libsasl2-modules-db'],
  cyrus: ['cyrus-imapd', 'sasl2-bin', 'libsasl2-modules', 'libsasl2-modules-db', 'libnss-wrapper'],
  courier: ['courier-imap', 'courier-authlib-userdb'],
};

export type Unpacked = keyof typeof PACKAGES;

const isRoot = process.getuid?.() === 0;

/** Postfix starts as root whoever runs it then, and Courier looks in folders of the system that are put in its place. */
const NEEDS_ROOT: readonly Unpacked[] = ['postfix', 'courier'];

/** Root's servers are run by nobody, who may not look into root's folders. */
const FOLDER = isRoot
  ? '/var/cache/mailbox-connect-tests'
  : join(import.meta.dirname, '../../node_modules/.cache/mail-servers');

/** A file of a server's packages. */
export const fileOf = (name: Unpacked, path = ''): string => join(FOLDER, name, path);

/** It is put there as a whole or not at all. */
export const isUnpacked = (name: Unpacked): boolean => existsSync(fileOf(name));

/** Why a server can't be started here, if it can't. */
export function whyNot(name: Unpacked): string | undefined {
  if (NEEDS_ROOT.includes(name) && !isRoot) return 'it has to be started by root';
  if (name === 'courier' && !mayHaveItsOwnFolders())
    return 'no program may see other folders than the rest here';
  return isUnpacked(name) ? undefined : `it is not here: node .ci/install.ts ${name}`;
}

/** In a container that may not even mean root. */
function mayHaveItsOwnFolders(): boolean {
  try {
    execFileSync('unshare', ['--mount', '--pid', '--fork', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Gets a server's packages, and those they need that the machine has not, and unpacks them. Nothing is installed.
 * @throws Error where there is no apt, or no way to get them
 */
export function unpack(name: Unpacked): void {
  mkdirSync(FOLDER, { recursive: true });
  const folder = mkdtempSync(join(FOLDER, 'new-'));
  try {
    const [archives, root] = [join(folder, 'archives'), join(folder, 'root')];
    mkdirSync(join(archives, 'partial'), { recursive: true });
    const settings = [`Dir::Cache::archives=${archives}`, 'Debug::NoLocking=1', 'APT::Sandbox::User=root'];
    // Those named are wanted even if they are installed: what they need is there then.
    const what = ['--download-only', '--reinstall', '--no-install-recommends', ...PACKAGES[name]];
    const options = ['-y', '-qq', ...settings.flatMap((setting) => ['-o', setting]), ...what];
    execFileSync('apt-get', ['install', ...options], { stdio: ['ignore', 'ignore', 'inherit'] });
    for (const archive of readdirSync(archives).filter((file) => file.endsWith('.deb')))
      execFileSync('dpkg-deb', ['-x', join(archives, archive), root]);
    // Some programs in them would become root, or a user who is in charge of mail.
    execFileSync('chmod', ['-R', 'a-s', root]);
    for (const open of [FOLDER, root]) chmodSync(open, 0o755);
    renameSync(root, fileOf(name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What lets a server's programs find their libraries, and the plug-ins of SASL. */
export function environmentOf(name: Unpacked): Record<string, string> {
  const entries = ['lib', 'usr/lib']
    .map((folder) => fileOf(name, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }));
  const libraries = entries.filter((entry) => /\.so(\.|$)/.test(entry.name));
  const folders = [...new Set(libraries.map((entry) => entry.parentPath))];
  return {
    LD_LIBRARY_PATH: folders.join(delimiter),
    SASL_PATH: folders.filter((folder) => folder.endsWith('/sasl2')).join(delimiter),
  };
}
