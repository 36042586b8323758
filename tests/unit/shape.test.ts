import fc from 'fast-check';
import { expect, test } from 'vitest';
import { page as google } from '../../providers/google.ts';
import { formOf } from '../../providers/registry/code-form.ts';
import { readCode } from '../../utils/detection/shape.ts';

const CODE = 'qwertyuiopasdfgh';
const groups = ['qwer', 'tyui', 'opas', 'dfgh'];
const read = (...texts: string[]) => readCode(texts, formOf(google.code));

test('as a run, in groups, a letter each', () => {
  expect(read(CODE)).toEqual({ code: CODE, drawn: 'run' });
  expect(read(groups.join(' '))).toEqual({ code: CODE, drawn: 'groups' });
  expect(read(...groups)).toEqual({ code: CODE, drawn: 'groups' });
  expect(read(...CODE)).toEqual({ code: CODE, drawn: 'letters' });
});

test('with separators that belong to it, and lengths that vary', () => {
  const apple = formOf({ alphabet: 'a-z', length: 16, group: 4, separator: '-' } as const);
  expect(readCode(['qwer-tyui-opas-dfgh'], apple)).toEqual({ code: 'qwer-tyui-opas-dfgh', drawn: 'groups' });
  expect(readCode(['qwer', '-', 'tyui', '-', 'opas', '-', 'dfgh'], apple)?.code).toBe('qwer-tyui-opas-dfgh');
  for (const text of [
    'qwertyuiopasdfgh',
    'qwer tyui opas dfgh',
    'qw-ertyui-opas-dfgh',
    '-qwer-tyui-opas-dfg',
  ]) {
    expect(readCode([text], apple)).toBeUndefined();
  }
  const zoho = formOf({ alphabet: 'A-Za-z0-9', length: [12, 16], group: 4 } as const);
  expect(readCode(['a1B2', 'c3D4', 'e5F6'], zoho)).toEqual({ code: 'a1B2c3D4e5F6', drawn: 'groups' });
  expect(readCode(['a1B2', 'c3D4', 'e5F6g7H8'], zoho)).toEqual({ code: 'a1B2c3D4e5F6g7H8', drawn: 'groups' });
  expect(readCode(['a1B2c3D4e5F'], zoho)).toBeUndefined();
  expect(readCode(['a1B2c3 D4e5F6'], zoho)).toBeUndefined();
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
    expect(read(...words.split(' '))?.drawn).not.toBe('groups');
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
