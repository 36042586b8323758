import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Chance } from '../chance.ts';
import { Lab } from './lab.ts';
import { plan, systematic } from './plan.ts';
import { type End, type Injection, Trial } from './trial.ts';

/*
 * `npm run faults -- --runs N`: the whole way of a code, in a real Chromium with the built extension, to the real backend
 * and a real mail server, with faults that strike in the middle of it.
 */

/** So many trials share a browser's profile and a backend's data, which are searched for the codes at the end. */
const BATCH = 40;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    /** One fault at one moment in all runs, for a look at it: `fault @ moment`. */
    only: { type: 'string' },
    /** A file for the sum, as JSON. */
    report: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const seed = Number(values.seed);
if (!(runs >= 1) || !(seed >= 0)) throw new Error('Usage: npm run faults -- --runs N --seed N');

const planned = values.only
  ? Array.from({ length: runs }, () => [only(values.only as string)])
  : plan(runs, seed);
console.log(`${planned.length} runs, seed ${seed}`);

const chance = new Chance(seed + 1);
const trials = planned.map(
  (injections, number) =>
    new Trial(`run.${String(number).padStart(4, '0')}@gmail.com`, chance.code(), injections),
);
const users = trials.map(({ email, code }) => ({ email, password: code }));

function only(text: string): Injection {
  const [fault = '', moment = ''] = text.split(' @ ');
  const known = systematic().find((one) => one.fault === fault && one.moment === moment);
  if (!known) throw new Error(`There is no "${text}"`);
  return known;
}

const tally = { lost: 0, duplicated: 0, leaked: 0, stuck: 0 };
const wentWrong = new Set<Trial>();
const ends = new Map<string, number>();
const struck = new Map<string, number>();
const began = performance.now();

const describe = ({ email, injections }: Trial): string =>
  `${email.slice(0, 8)} ${injections.map(({ fault, moment }) => `${fault} @ ${moment}`).join(' + ')}`;

function bad(kind: keyof typeof tally, trial: Trial, why: string): void {
  tally[kind] += 1;
  wentWrong.add(trial);
  console.log(
    `${kind.toUpperCase()}: ${describe(trial)}: ${why}${trial.notes.map((note) => `\n    ${note}`).join('')}`,
  );
}

for (let from = 0; from < trials.length; from += BATCH) {
  const batch = trials.slice(from, from + BATCH);
  const lab = await Lab.open(users.slice(from, from + BATCH));
  try {
    const ended = new Map<Trial, End>();
    for (const trial of batch) {
      const start = performance.now();
      const end = await trial.run(lab).catch(async (error: Error): Promise<End> => {
        trial.notes.push(error.stack ?? error.message);
        await lab.restartBrowser();
        return 'stuck';
      });
      ended.set(trial, end);
      const judged = trial.judge(end);
      const name = judged === 'by design' ? `${end} (by design)` : end;
      ends.set(name, (ends.get(name) ?? 0) + 1);
      for (const { fault } of trial.injections) struck.set(fault, (struck.get(fault) ?? 0) + 1);
      if (judged === 'lost' || judged === 'stuck') bad(judged, trial, `ended ${end}`);
      if (trial.foundOnDisk.length > 0) bad('leaked', trial, trial.foundOnDisk.join(', '));
      if (values.verbose)
        console.log(
          `${Math.round(performance.now() - start)} ms ${end}: ${describe(trial)} ${trial.notes.join('; ')}`,
        );
    }
    await lab.told();
    const kept = await lab.keptBy();
    for (const trial of batch) {
      const end = ended.get(trial);
      const { connections = 0, mailboxes = 0 } = kept.get(trial.email) ?? {};
      if (connections > 1 || mailboxes > 1)
        bad('duplicated', trial, `${connections} connections, ${mailboxes} mailboxes`);
      if (end === 'verified' && (connections !== 1 || mailboxes !== 1))
        bad('lost', trial, `verified, and yet ${connections} connections, ${mailboxes} mailboxes`);
      const leaks = await lab.leaksOnDisk([trial.code]);
      if (leaks.length > 0) bad('leaked', trial, leaks.join(', '));
    }
  } finally {
    await lab.close();
  }
  const minutes = ((performance.now() - began) / 60_000).toFixed(1);
  console.log(
    `${Math.min(from + BATCH, trials.length)} of ${trials.length} after ${minutes} min: ${JSON.stringify(tally)}`,
  );
}

const lines = (counts: Map<string, number>): string =>
  [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `  ${String(count).padStart(5)}  ${name}`)
    .join('\n');
console.log(`\nEnds\n${lines(ends)}\n\nFaults that struck\n${lines(struck)}\n`);
console.log(
  `${trials.length} runs, seed ${seed}: ${tally.lost} lost, ${tally.duplicated} duplicated, ${tally.leaked} leaked, ${tally.stuck} stuck`,
);
if (values.report)
  await writeFile(
    values.report,
    JSON.stringify({ runs: trials.length, bad: wentWrong.size, seed, ...tally }),
  );
process.exitCode = Object.values(tally).some((count) => count > 0) ? 1 : 0;
