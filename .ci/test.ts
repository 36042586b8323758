import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';

/**
 * `npm test`, and with `--all` `npm run test:all`: installs what is missing, then types, builds, lint, and the tests. With
 * `--all` also what takes longer: the stores' other builds, the release built twice, all pictures, whole sets of samples,
 * tests tagged `long`. A part that fails doesn't keep the next from running. Prints how long each part took, and the sum
 * of all as the last line.
 */
const { values } = parseArgs({ options: { all: { type: 'boolean', default: false } } });
const RESULTS = 'tests/.results';

interface Tally {
  passed: number;
  failed: number;
}

const parts: ({ name: string; seconds: number } & Tally)[] = [];

async function part(name: string, command: string, tallyOf = (ok: boolean) => one(ok)): Promise<void> {
  console.log(`\n── ${name}`);
  const began = performance.now();
  const ok = await run(command);
  parts.push({ name, seconds: Math.round((performance.now() - began) / 1000), ...tallyOf(ok) });
}

/** A part that is one check by itself. */
const one = (ok: boolean): Tally => ({ passed: Number(ok), failed: Number(!ok) });

/** A part that runs many tests and leaves a report of them. */
function suite(name: string, command: string, report: string, read: (report: never) => Tally): Promise<void> {
  rmSync(report, { force: true });
  return part(name, command, (ok) => {
    let counted: Tally = { passed: 0, failed: 0 };
    try {
      counted = read(JSON.parse(readFileSync(report, 'utf8')) as never);
    } catch {
      // It broke off before it could report; that is a failure, counted below.
    }
    // A runner that fails without a failed test failed all the same, and so did one that ran none.
    return { ...counted, failed: counted.failed || Number(!ok || counted.passed === 0) };
  });
}

function run(command: string): Promise<boolean> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...(values.all ? { TEST_ALL: '1' } : {}) };
    const child = spawn(command, { shell: true, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', () => resolve(false)).once('exit', (code) => resolve(code === 0));
  });
}

mkdirSync(RESULTS, { recursive: true });

await part(
  'programs the tests need',
  'node .ci/install.ts chromium firefox dovecot postgresql exim postfix cyrus courier',
);
await part('types', 'npm run --silent types');
await part('build for Chrome', 'wxt build --level error');
await part('build for Firefox', 'wxt build -b firefox --mv3 --level error');
if (values.all) {
  await part('build for Edge', 'wxt build -b edge --level error');
  await part('build for Safari', 'wxt build -b safari --mv3 --level error');
}
await part('lint', 'npm run --silent lint');
await part('sizes', 'npm run --silent size');
if (values.all) await part('release, twice', 'npm run --silent release -- --check');
const vitestReport = `${RESULTS}/vitest.json`;
await suite(
  'unit, repository, page and backend tests',
  `vitest run --reporter=default --reporter=json --outputFile=${vitestReport}`,
  vitestReport,
  (report: { numPassedTests: number; numFailedTests: number }) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
  }),
);
await suite(
  'end to end',
  `playwright test --project=chromium --project=firefox ${values.all ? '--project=store' : ''}`,
  `${RESULTS}/e2e.json`,
  ({ stats }: { stats: { expected: number; unexpected: number; flaky: number } }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
  }),
);
const faultsReport = `${RESULTS}/faults.json`;
await suite(
  'faults',
  `node tests/faults/main.ts --runs ${values.all ? 60 : 8} --seed 1 --report ${faultsReport}`,
  faultsReport,
  ({ runs, bad }: { runs: number; bad: number }) => ({ passed: runs - bad, failed: bad }),
);

const sum = (of: 'passed' | 'failed' | 'seconds'): number => parts.reduce((all, each) => all + each[of], 0);
console.table(parts);
console.log(`In all ${sum('seconds')} s.`);
const failures = parts.filter(({ failed }) => failed > 0).map(({ name }) => name);
if (failures.length > 0) console.log(`\nFailed: ${failures.join(', ')}`);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;
