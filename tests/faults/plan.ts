import { Chance } from '../chance.ts';
import { FAULTS, type FaultName, MOMENTS } from './faults.ts';
import type { Injection } from './trial.ts';

const NAMES = Object.keys(FAULTS) as FaultName[];

/** Every fault at every moment at which it makes sense, once. */
export const systematic = (): Injection[] =>
  NAMES.flatMap((fault) => (FAULTS[fault]?.moments ?? MOMENTS).map((moment) => ({ fault, moment })));

/**
 * What is to strike in each run: first every fault at every moment, in an order that chance makes, then two or three of them
 * by chance. The same seed gives the same plan.
 */
export function plan(runs: number, seed: number): Injection[][] {
  const chance = new Chance(seed);
  const all = chance.shuffled(systematic());
  const planned = all.slice(0, runs).map((one) => [one]);
  // What takes long is drawn a tenth as often.
  const light = all.filter(({ fault }) => !FAULTS[fault]?.isSlow);
  while (planned.length < runs) {
    const drawn = Array.from({ length: 2 + chance.below(2) }, () =>
      chance.oneOf(chance.below(10) === 0 ? all : light),
    );
    planned.push(drawn);
  }
  return planned;
}
