import type { Detected } from '../../utils/detection/watch.ts';

export type DetectedCode = Extract<Detected, { type: 'code-detected' }>;

export const isCode = (detected: Detected): detected is DetectedCode => detected.type === 'code-detected';

export const codesIn = (all: readonly Detected[]): string[] =>
  all.filter(isCode).map(({ password }) => password);
