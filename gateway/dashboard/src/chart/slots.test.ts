import { expect, test } from 'vitest';
import type { TimelinePoint } from '../api/types';
import { highestRate, isRunning, presentOf, steps } from './slots';

const point = (start: string, recipients = 10, softBounces = 0): TimelinePoint => ({
  start, recipients, delivered: recipients - softBounces, softBounces, hardBounces: 0, pending: 0, complaints: 0,
});
const hours = [point('2026-11-27T10:00:00Z'), point('2026-11-27T11:00:00Z'), point('2026-11-27T12:00:00Z')];
const end = '2026-11-27T13:00:00Z';

test('the running hour is known and hours to come are not drawn', () => {
  const present = presentOf(hours, end, Date.parse('2026-11-27T11:15:00Z'));
  expect(present).toEqual({ last: 1, passed: 0.25 });
  expect(isRunning(present, 1)).toBe(true);
  expect(isRunning(present, 0)).toBe(false);
});

test('a period that is over has no running hour, and one that has not begun has none at all', () => {
  expect(presentOf(hours, end, Date.parse('2026-11-28T00:00:00Z'))).toEqual({ last: 2, passed: 1 });
  expect(presentOf(hours, end, Date.parse('2026-11-27T09:00:00Z'))).toEqual({ last: -1, passed: 0 });
});

test('scales have round steps that reach the highest value', () => {
  expect(steps(0, 4, 1)).toEqual([0, 1]);
  expect(steps(3, 4, 1)).toEqual([0, 1, 2, 3]);
  expect(steps(3900, 4, 1)).toEqual([0, 1000, 2000, 3000, 4000]);
  expect(steps(5.7, 3, 0.5)).toEqual([0, 2, 4, 6]);
});

test('one bounce of two recipients does not set the scale of the rates', () => {
  expect(highestRate([point('a', 1000, 20), point('b', 2, 1)])).toBe(2);
  expect(highestRate([point('a', 2, 1)])).toBe(50);
});
