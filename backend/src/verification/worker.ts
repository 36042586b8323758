import { Worker } from 'node:worker_threads';
import { Secret } from '../../../utils/secret.ts';
import type { Verifier, VerifierOptions } from './verify.ts';
import type { Answer, Birth, Question } from './workers.ts';

/** What runs in a process of `VerificationWorkers`: verifies what it is asked to, and says that it is alive. */

const BEAT_MS = 200;

/** Nobody is left to be told anything. It is seen by a thread of its own, since this one may be blocked by then. */
const ENDS_WITH_PARENT = `
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 1000);`;
new Worker(ENDS_WITH_PARENT, { eval: true, env: {}, resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref();
process.once('disconnect', () => process.exit());
// They reach all processes at a terminal. What is under way is to be finished; the one that asks ends this one.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

const say = (answer: Answer): void => {
  process.send?.(answer);
};

const born = Promise.withResolvers<Verifier>();

process.on('message', async (said: Birth | Question) => {
  if (said.kind === 'birth') {
    const { Verifier: Made } = (await import(said.module)) as {
      Verifier: new (options: VerifierOptions) => Verifier;
    };
    born.resolve(new Made(said.options));
    const beat = (): void => say({ kind: 'beat', megabytes: process.memoryUsage.rss() / 2 ** 20 });
    beat();
    setInterval(beat, BEAT_MS);
    return;
  }
  const { number, ways, password } = said;
  try {
    const mailbox = { ...ways, password: new Secret(password) };
    const verifier = await born.promise;
    const checks = await verifier.verify(mailbox, async (protocol, check) =>
      say({ kind: 'check', number, protocol, check }),
    );
    say({ kind: 'done', number, checks });
  } catch (error) {
    // Its words could quote a server's, and those the password.
    const { name, stack = '' } = Object(error) as Error;
    const frames = stack.split('\n').filter((line) => /^ {4}at /.test(line));
    say({ kind: 'failed', number, error: [name, ...frames.slice(0, 5)].join('\n') });
  }
});
