import { expect, test } from 'vitest';
import { attemptsOf, rollingRates, slotsByStart, slotsOf, sumOf, windowOf, withGaps } from './attemptSlots';

const at = (minutes: number): string => new Date(Date.UTC(2026, 2, 25, 9, minutes)).toISOString();
const from = Date.parse(at(0));

test('points fall into equal steps, and steps without any are there', () => {
  const slots = slotsOf(
    [
      { start: at(0), outcome: 'delivered', attempts: 3 },
      { start: at(10), outcome: 'deferred', attempts: 2 },
      { start: at(10), outcome: 'hard', attempts: 1 },
      { start: at(10), outcome: 'complained', attempts: 9 },
      { start: at(15), outcome: 'delivered', attempts: 7 },
    ],
    from,
    from + 15 * 60_000,
    5 * 60_000,
  );

  expect(slots.map(attemptsOf)).toEqual([3, 0, 3]);
  expect(sumOf(slots)).toEqual({ start: from, delivered: 3, deferred: 2, soft: 0, hard: 1, complained: 9 });
});

test('a day without attempts stands between days that have some', () => {
  const onDay = (number: number): string => new Date(Date.UTC(2026, 9, number)).toISOString();
  const days = slotsByStart([5, 6, 24].map((number) => ({ start: onDay(number), outcome: 'delivered' as const, attempts: 2 })));

  expect(withGaps(days).map((slot) => [new Date(slot.start).toISOString(), attemptsOf(slot)])).toEqual([
    [onDay(5), 2], [onDay(6), 2], [onDay(7), 0], [onDay(24), 2],
  ]);
});

test('starts are taken as they are told', () => {
  const slots = slotsByStart([
    { start: at(30), outcome: 'soft', attempts: 1 },
    { start: at(0), outcome: 'soft', attempts: 2 },
    { start: at(30), outcome: 'unheard of' as never, attempts: 1 },
  ]);

  expect(slots.map(({ soft }) => soft)).toEqual([2, 1]);
});

test('a rate of little mail looks back, and never over the change', () => {
  const slot = (at: number, delivered: number, deferred: number) => ({ start: at, delivered, deferred, soft: 0, hard: 0, complained: 0 });
  const slots = [slot(0, 1, 0), slot(1, 2, 0), slot(2, 0, 3), slot(3, 0, 0), slot(4, 0, 0), slot(5, 0, 0), slot(6, 8, 2)];

  expect(rollingRates(slots, 10, 3, 2)).toEqual([null, 0, 100, 100, 100, null, 20]);
  expect(rollingRates(slots, 10, 3)).toEqual([null, 0, 50, 60, 100, null, 20]);
});

test('a chart of an incident shows what was before and ends now, on quarter hours', () => {
  const now = Date.parse(at(52));
  const open = windowOf(now - 60 * 60_000, null, now);
  expect(open.step).toBe('5m');
  expect(open.to).toBe(Date.parse(at(60)));
  expect(open.from).toBe(Date.parse(at(52 - 60 - 120 - 7)));
  expect(open.from % (15 * 60_000)).toBe(0);

  const old = windowOf(now - 20 * 86_400_000, now - 19 * 86_400_000, now);
  expect(old.step).toBe('hour');
  expect(old.to).toBeLessThan(now - 18 * 86_400_000);
  expect(windowOf(now - 400 * 86_400_000, null, now).from).toBeGreaterThan(now - 91 * 86_400_000);
});
