import { expect, test } from 'vitest';
import { freeCorner } from '../../utils/notice/host.ts';

const size = { width: 340, height: 160 };
const room = { width: 1000, height: 700 };
const at = (left: number, top: number) => ({ left, top, right: left + 80, bottom: top + 40 });

test('it stands where notices do, unless it would cover something to click there', () => {
  expect(freeCorner(size, room, [], 'ltr')).toEqual(['right', 'bottom']);
  expect(freeCorner(size, room, [], 'rtl')).toEqual(['left', 'bottom']);
  expect(freeCorner(size, room, [at(900, 650)], 'ltr')).toEqual(['left', 'bottom']);
  expect(freeCorner(size, room, [at(900, 650), at(40, 650)], 'ltr')).toEqual(['right', 'top']);
});

test('where every corner is taken, the one with the fewest', () => {
  const all = [at(900, 650), at(800, 600), at(40, 650), at(100, 600), at(900, 30), at(40, 30), at(100, 30)];
  expect(freeCorner(size, room, all, 'ltr')).toEqual(['right', 'top']);
});
