import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `npm run release`: packs the source as it is committed, builds every store's package from that pack, twice and in two
 * places, and shows that the bytes are the same. What is handed to the stores is then in `.output/release`.
 *
 *     --check   also with changes that are not committed, and leaves nothing behind
 */
const FOLDER = '.output/release';
const isCheck = process.argv.includes('--check');

const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, string>;
const sources = `${name}-${version}-sources.tar.gz`;
const work = mkdtempSync(join(tmpdir(), 'release-'));
try {
  expectReady();
  execFileSync('git', ['archive', '--format=tar.gz', '-o', join(work, sources), commit()]);
  const [first, second] = ['first', 'second'].map(buildFrom) as [Sums, Sums];
  const isSame = compare(first, second);
  if (!isSame) throw new Error('The same source gave other bytes.');
  lintAddOn(join(work, 'first', 'packages', `${name}-${version}-firefox.zip`));
  if (!isCheck) keep(first);
  console.log(
    `\n${first.size} files, built twice, byte for byte the same.${isCheck ? '' : ` In ${FOLDER}.`}`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** SHA-256 by file. */
type Sums = Map<string, string>;

/** @throws Error with what has to be done first */
function expectReady(): void {
  const changelog = readFileSync('docs/changelog.md', 'utf8');
  if (!changelog.includes(`\n## ${version}`))
    throw new Error(`Say in docs/changelog.md, under "## ${version}", what is new.`);
  if (isCheck) return;
  const changed = execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' });
  if (changed) throw new Error(`Only what is committed is released. Not committed:\n${changed}`);
}

/** What is packed: the last commit, or the files under version control as they are. */
function commit(): string {
  const asTheyAre = isCheck ? execFileSync('git', ['stash', 'create'], { encoding: 'utf8' }).trim() : '';
  return asTheyAre || 'HEAD';
}

/** Unpacks the source somewhere and builds it there, as a reviewer would. */
function buildFrom(place: string): Sums {
  const folder = join(work, place);
  mkdirSync(folder);
  const run = (program: string, ...parameters: string[]): void => {
    const { status, stdout, stderr } = spawnSync(program, parameters, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${program} ${parameters.join(' ')} failed:\n${stdout}\n${stderr}`);
  };
  console.log(`Building, the ${place} time`);
  run('tar', '-xzf', join(work, sources));
  run('npm', 'ci', '--no-audit', '--no-fund');
  run('npm', 'run', '--silent', 'release:build', '--', 'packages');
  const packages = join(folder, 'packages');
  return new Map(
    readdirSync(packages)
      .toSorted()
      .map((file) => [
        file,
        createHash('sha256')
          .update(readFileSync(join(packages, file)))
          .digest('hex'),
      ]),
  );
}

function compare(first: Sums, second: Sums): boolean {
  console.log('');
  const files = [...new Set([...first.keys(), ...second.keys()])];
  const different = files.filter((file) => first.get(file) !== second.get(file));
  for (const file of files)
    console.log(`${different.includes(file) ? '✗' : '✓'} ${first.get(file)?.slice(0, 16)} ${file}`);
  return files.length > 0 && different.length === 0;
}

/** @throws Error with what the linter of Firefox's store has to say of what it will be given */
function lintAddOn(zip: string): void {
  const { status, stdout, stderr } = spawnSync('addons-linter', ['--warnings-as-errors', zip], {
    encoding: 'utf8',
  });
  if (status !== 0 || !/^notices +0/m.test(stdout)) throw new Error(stdout || stderr);
}

function keep(sums: Sums): void {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  cpSync(join(work, 'first', 'packages'), FOLDER, { recursive: true });
  cpSync(join(work, sources), join(FOLDER, sources));
  const all = new Map([
    ...sums,
    [
      sources,
      createHash('sha256')
        .update(readFileSync(join(work, sources)))
        .digest('hex'),
    ],
  ]);
  writeFileSync(join(FOLDER, 'SHA256SUMS'), [...all].map(([file, sum]) => `${sum}  ${file}\n`).join(''));
}
