import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium } from '../tests/sandbox/chromium.ts';
import { findFirefox } from '../tests/sandbox/firefox.ts';
import { dovecotInstalled } from '../tests/servers/dovecot.ts';
import { isUnpacked, type Unpacked, unpack } from '../tests/servers/packages.ts';
import { postgreSqlInstalled } from '../tests/servers/postgresql.ts';

interface Need {
  isThere: () => boolean;
  debian: string[];
  /** Another way to get it, tried where apt has not brought it. */
  otherwise?: () => void;
  elsewhere: string;
  /** Where there is no apt, tests do without it, and say so. */
  onlyWithApt?: boolean;
}

/** Downloaded with apt and not installed: no two of them could be, and they would be started. */
const unpacked = (name: Unpacked): Need => ({
  isThere: () => isUnpacked(name),
  debian: [],
  otherwise: () => unpack(name),
  elsewhere: 'there is no way, and its tests are left out',
  onlyWithApt: true,
});

/** A language for each script that the shipped languages are written in. */
const SCRIPTS = ['en', 'ru', 'ar', 'he', 'hi', 'ja', 'ko', 'zh-cn'];

function hasFont(language: string): boolean {
  try {
    return execFileSync('fc-list', [`:lang=${language}`], { encoding: 'utf8' }) !== '';
  } catch {
    return false;
  }
}

const NEEDS: Record<string, Need> = {
  chromium: {
    isThere: () => findChromium() !== undefined,
    debian: ['chromium'],
    otherwise: () => run('npx', ['playwright', 'install', 'chromium']),
    elsewhere: 'npx playwright install chromium, or set CHROMIUM_PATH to a Chromium',
  },
  firefox: {
    isThere: () => findFirefox() !== undefined,
    debian: ['firefox-esr'],
    elsewhere: 'install Firefox 142 or newer, or set FIREFOX_PATH to it',
  },
  dovecot: {
    isThere: dovecotInstalled,
    debian: ['dovecot-imapd', 'dovecot-submissiond'],
    elsewhere: 'install Dovecot 2.3 (Fedora: dnf install dovecot; macOS: brew install dovecot)',
  },
  postgresql: {
    isThere: postgreSqlInstalled,
    debian: ['postgresql'],
    elsewhere:
      'install PostgreSQL 15 or newer (Fedora: dnf install postgresql-server; macOS: brew install postgresql)',
  },
  fonts: {
    isThere: () => process.platform !== 'linux' || SCRIPTS.every(hasFont),
    debian: ['fontconfig', 'fonts-noto-core', 'fonts-noto-cjk'],
    elsewhere:
      'install fonts for every script (Fedora: dnf install google-noto-sans-fonts google-noto-sans-cjk-fonts)',
  },
  exim: unpacked('exim'),
  postfix: unpacked('postfix'),
  cyrus: unpacked('cyrus'),
  courier: unpacked('courier'),
};

/**
 * Sees to it that the programs named on the command line are there: installs what is missing where it can, says what
 * to do where it can't.
 */
const missing = process.argv.slice(2).filter((name) => !need(name).isThere());
if (missing.length > 0) {
  console.log(`Installing: ${missing.join(', ')}`);
  installWithApt(missing.flatMap((name) => need(name).debian));
  for (const name of missing.filter((name) => !need(name).isThere())) {
    try {
      need(name).otherwise?.();
    } catch {
      // It is said below what is still missing.
    }
  }
}
const stillMissing = missing.filter((name) => !need(name).isThere());
for (const name of stillMissing) {
  const { debian, elsewhere } = need(name);
  const onDebian =
    debian.length > 0 ? `apt-get install ${debian.join(' ')}` : `as root, node .ci/install.ts ${name}`;
  console.error(`${name} is missing. Debian and Ubuntu: ${onDebian}. Elsewhere: ${elsewhere}.`);
}
const failed = stillMissing.filter((name) => hasApt() || !need(name).onlyWithApt);
process.exitCode = failed.length > 0 ? 1 : 0;

function need(name: string): Need {
  const known = NEEDS[name];
  if (!known) throw new Error(`Nobody knows how to install ${name}`);
  return known;
}

function hasApt(): boolean {
  return existsSync('/usr/bin/apt-get');
}

/** Needs to be root, or allowed to become it without being asked. */
function installWithApt(packages: string[]): void {
  if (!hasApt()) return;
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = (...parameters: string[]): void => {
    const [program, ...rest] = [...asRoot, 'apt-get', '-o', 'DPkg::Lock::Timeout=300', ...parameters];
    run(program as string, rest);
  };
  try {
    apt('update', '-qq');
    if (packages.length > 0) apt('install', '-y', '-qq', '--no-install-recommends', ...packages);
  } catch {
    // It is said what is still missing then.
  }
}

function run(program: string, parameters: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync(program, parameters, { stdio: ['ignore', 'ignore', 'inherit'], env });
}
