import fc from 'fast-check';
import { expect, test } from 'vitest';
import { page as google } from '../../providers/google.ts';
import { readCode } from '../../utils/detection/shape.ts';

const CODE = 'qwertyuiopasdfgh';
const groups = ['qwer', 'tyui', 'opas', 'dfgh'];
const read = (...texts: string[]) => readCode(texts, google.code);

test('as a run, in groups, a letter each', () => {
  expect(read(CODE)).toEqual({ code: CODE, drawn: 'run' });
  expect(read(groups.join(' '))).toEqual({ code: CODE, drawn: 'groups' });
  expect(read(...groups)).toEqual({ code: CODE, drawn: 'groups' });
  expect(read(...CODE)).toEqual({ code: CODE, drawn: 'letters' });
});

test('any white space between groups, and any invisible characters anywhere', () => {
  const space = fc.constantFrom(' ', '\u00A0', '\u2003', '\u3000', '\n    ', '   ');
  const unseen = fc.constantFrom('', '\u200B', '\u200E', '\u2060', '\uFEFF', '\u00AD');
  fc.assert(
    fc.property(space, unseen, unseen, (gap, within, around) => {
      const drawn = groups.map((group) => group.split('').join(within)).join(gap);
      expect(read(around + drawn + around)).toEqual({ code: CODE, drawn: 'groups' });
    }),
  );
});

test('no words that happen to have sixteen letters between them', () => {
  for (const words of ['password strength', 'use another method', 'privacy statement', 'legal information']) {
    expect(read(words)).toBeUndefined();
    expect(read(...words.split(' '))).toBeUndefined();
  }
});

test('nothing of another length or another alphabet', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (text) => {
      const found = read(text);
      return found === undefined || /^[a-z]{16}$/.test(found.code);
    }),
  );
  for (const text of [
    '',
    CODE.slice(1),
    `${CODE}x`,
    CODE.toUpperCase(),
    'qwertyuiopasdf12',
    'qwer-tyui-opas-dfgh',
  ]) {
    expect(read(text)).toBeUndefined();
  }
});
