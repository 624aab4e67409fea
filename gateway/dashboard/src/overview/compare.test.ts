import { expect, test } from 'vitest';
import { compareCounts, compareFew, compareRates } from './compare';

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

test('rare things are compared by their exact chance', () => {
  // 5 of 5 in one of two equal halves come by chance one time in 16 (both sides); 6 of 6 one time in 32.
  expect(compareFew(5, 1000, 0, 1000)).toBe('few');
  expect(compareFew(6, 1000, 0, 1000)).toBe('changed');
  expect(compareFew(4, 1000, 3, 1000)).toBe('same');
  expect(compareFew(0, 1000, 0, 1000)).toBe('same');
  expect(compareFew(9, 20, 0, 1000)).toBe('few');
  expect(compareFew(20, 1000, 20, 2000)).toBe('changed');
  expect(compareFew(300, 10_000, 300, 10_000)).toBe('same');
  expect(compareFew(400, 10_000, 300, 10_000)).toBe('changed');
});
