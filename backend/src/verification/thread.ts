import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { Secret } from '../../../utils/secret.ts';
import type { Answer, Birth, Question } from './threads.ts';
import type { Verifier, VerifierOptions } from './verify.ts';

/** What runs in a thread of `VerificationThreads`: verifies what it is asked to, and says that it is alive. */

const BEAT_MS = 200;

const { module, options, pulse } = workerData as Birth;
const port = parentPort as NonNullable<typeof parentPort>;
const say = (answer: Answer): void => port.postMessage(answer);

const { Verifier: Made } = (await import(module)) as { Verifier: new (options: VerifierOptions) => Verifier };
const verifier = new Made(options);

const beat = (): void => {
  const { used_heap_size, external_memory } = getHeapStatistics();
  Atomics.store(pulse, 1, Math.round((used_heap_size + external_memory) / 2 ** 20));
  Atomics.add(pulse, 0, 1);
};
beat();
setInterval(beat, BEAT_MS);
say({ number: -1, kind: 'ready' });

port.on('message', async ({ number, ways, password }: Question) => {
  try {
    const mailbox = { ...ways, password: new Secret(password) };
    const checks = await verifier.verify(mailbox, async (protocol, check) =>
      say({ number, kind: 'check', protocol, check }),
    );
    say({ number, kind: 'done', checks });
  } catch (error) {
    // Its words could quote a server's, and those the password.
    const { name, stack = '' } = Object(error) as Error;
    const frames = stack.split('\n').filter((line) => /^ {4}at /.test(line));
    say({ number, kind: 'failed', error: [name, ...frames.slice(0, 5)].join('\n') });
  }
});
