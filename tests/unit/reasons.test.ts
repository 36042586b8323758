import { expect, test } from 'vitest';
import messages from '../../public/_locales/en/messages.json' with { type: 'json' };
import { WEIGHT } from '../../utils/detection/judge.ts';

test('each reason for or against a code can be read', () => {
  const told = Object.keys(messages).flatMap((key) => /^reason_(.+)/.exec(key)?.[1] ?? []);
  expect(told.sort()).toEqual(Object.keys(WEIGHT).sort());
});
