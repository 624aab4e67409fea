import { expect, test } from 'vitest';
import { compareCounts, compareRates } from './compare';

test('what chance explains is no change', () => {
  expect(compareCounts(1010, 1000)).toBe('same');
  expect(compareCounts(1100, 1000)).toBe('changed');
  expect(compareCounts(3, 9)).toBe('few');
});

test('rates of hardly any mail are not compared', () => {
  expect(compareRates(2, 10_000, 1, 10_000)).toBe('changed');
  expect(compareRates(2, 100, 1, 100)).toBe('same');
  expect(compareRates(50, 4, 0, 10_000)).toBe('few');
  expect(compareRates(null, 0, 1, 100)).toBe('few');
  expect(compareRates(0, 1000, 0, 1000)).toBe('same');
});
