import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';

/**
 * `npm test`: installs what is missing, then types, builds, lint, and every test there is. A step that fails does not
 * keep the next from running; the sum of all comes last.
 */
const RESULTS = 'tests/.results';

interface Tally {
  passed: number;
  failed: number;
}

const tally: Tally = { passed: 0, failed: 0 };
const failures: string[] = [];

/** A step that is one check by itself. */
async function step(name: string, program: string, ...parameters: string[]): Promise<void> {
  const ok = await run(name, program, parameters);
  tally[ok ? 'passed' : 'failed'] += 1;
  if (!ok) failures.push(name);
}

/** A step that runs many tests and leaves a report of them. */
async function suite(
  name: string,
  parameters: string[],
  report: string,
  read: (report: never) => Tally,
): Promise<void> {
  rmSync(report, { force: true });
  const ok = await run(name, 'npx', parameters);
  let counted: Tally = { passed: 0, failed: 0 };
  try {
    counted = read(JSON.parse(readFileSync(report, 'utf8')) as never);
  } catch {
    // It broke off before it could report; that is a failure, counted below.
  }
  tally.passed += counted.passed;
  // A runner that fails without a failed test failed all the same, and so did one that ran none.
  tally.failed += counted.failed || (ok && counted.passed > 0 ? 0 : 1);
  if (!ok || counted.passed === 0) failures.push(name);
}

function run(name: string, program: string, parameters: string[]): Promise<boolean> {
  console.log(`\n── ${name}`);
  return new Promise((resolve) => {
    const child = spawn(program, parameters, { stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', () => resolve(false)).once('exit', (code) => resolve(code === 0));
  });
}

mkdirSync(RESULTS, { recursive: true });

await step(
  'programs the tests need',
  'node',
  'tests/setup/install.ts',
  'chromium',
  'firefox',
  'dovecot',
  'postgresql',
  'exim',
  'postfix',
  'cyrus',
  'courier',
);
await step('types', 'npm', 'run', '--silent', 'types');
await step('build for Chrome', 'npx', 'wxt', 'build', '--level', 'error');
await step('build for Firefox', 'npx', 'wxt', 'build', '-b', 'firefox', '--mv3', '--level', 'error');
await step('build for Edge', 'npx', 'wxt', 'build', '-b', 'edge', '--level', 'error');
await step('build for Safari', 'npx', 'wxt', 'build', '-b', 'safari', '--mv3', '--level', 'error');
await step('lint', 'npm', 'run', '--silent', 'lint');
await step('sizes', 'npm', 'run', '--silent', 'size');
await step('release, twice', 'npm', 'run', '--silent', 'release', '--', '--check');

const vitest = (report: { numPassedTests: number; numFailedTests: number }): Tally => ({
  passed: report.numPassedTests,
  failed: report.numFailedTests,
});
const unitReport = `${RESULTS}/vitest.json`;
await suite(
  'unit, page and backend tests',
  ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile=${unitReport}`],
  unitReport,
  vitest,
);
await suite(
  'end to end',
  ['playwright', 'test'],
  `${RESULTS}/e2e.json`,
  ({ stats }: { stats: { expected: number; unexpected: number; flaky: number } }): Tally => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
  }),
);

const faultsReport = `${RESULTS}/faults.json`;
await suite(
  'faults, a selection',
  ['node', 'tests/faults/main.ts', '--runs', '60', '--seed', '1', '--report', faultsReport],
  faultsReport,
  ({ runs, bad }: { runs: number; bad: number }): Tally => ({ passed: runs - bad, failed: bad }),
);

if (failures.length > 0) console.log(`\nFailed: ${failures.join(', ')}`);
console.log(`\n${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed > 0 ? 1 : 0;
