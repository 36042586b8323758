import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium } from '../sandbox/chromium.ts';
import { findFirefox } from '../sandbox/firefox.ts';
import { dovecotInstalled } from '../servers/dovecot.ts';
import { postgreSqlInstalled } from '../servers/postgresql.ts';

interface Need {
  isThere: () => boolean;
  debian: string[];
  /** Another way to get it, tried where there is no apt. */
  otherwise?: () => void;
  elsewhere: string;
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
};

/**
 * Sees to it that the programs named on the command line are there: installs what is missing where it can, says what
 * to do where it can't.
 */
const missing = process.argv.slice(2).filter((name) => !need(name).isThere());
if (missing.length > 0) {
  console.log(`Installing: ${missing.join(', ')}`);
  if (!installWithApt(missing.flatMap((name) => need(name).debian))) {
    for (const name of missing) {
      try {
        need(name).otherwise?.();
      } catch {
        // It is said below what is still missing.
      }
    }
  }
}
const stillMissing = missing.filter((name) => !need(name).isThere());
for (const name of stillMissing) {
  const { debian, elsewhere } = need(name);
  console.error(
    `${name} is missing. Debian and Ubuntu: apt-get install ${debian.join(' ')}. Elsewhere: ${elsewhere}.`,
  );
}
process.exitCode = stillMissing.length > 0 ? 1 : 0;

function need(name: string): Need {
  const known = NEEDS[name];
  if (!known) throw new Error(`Nobody knows how to install ${name}`);
  return known;
}

/** Needs to be root, or allowed to become it without being asked. */
function installWithApt(packages: string[]): boolean {
  if (!existsSync('/usr/bin/apt-get')) return false;
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = (...parameters: string[]): void => {
    const [program, ...rest] = [...asRoot, 'apt-get', '-o', 'DPkg::Lock::Timeout=300', ...parameters];
    run(program as string, rest);
  };
  try {
    apt('update', '-qq');
    apt('install', '-y', '-qq', '--no-install-recommends', ...packages);
    return true;
  } catch {
    return false;
  }
}

function run(program: string, parameters: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync(program, parameters, { stdio: ['ignore', 'ignore', 'inherit'], env });
}
