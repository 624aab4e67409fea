import { afterEach, expect, test, vi } from 'vitest';
import { duration, moment, range, recent } from './times';

afterEach(() => vi.useRealTimers());

const at = (now: string): void => {
  vi.useFakeTimers();
  vi.setSystemTime(new Date(now));
};

test('the year stands where it is another one', () => {
  at('2026-01-05T10:00:00Z');
  expect(moment('2026-01-04T09:08:07Z', 'UTC')).toBe('4 Jan, 09:08:07');
  expect(moment('2025-12-31T23:30:00Z', 'UTC')).toBe('31 Dec 2025, 23:30:00');
  expect(moment('2025-12-31T23:30:00Z', 'Asia/Tokyo')).toBe('1 Jan, 08:30:00');
});

test('what is of today needs no day', () => {
  at('2026-01-05T10:00:00Z');
  expect(recent('2026-01-05T09:08:07Z', 'UTC')).toBe('09:08:07');
  expect(recent('2026-01-04T09:08:07Z', 'UTC')).toBe('4 Jan, 09:08:07');
});

test('a range that was cut says where', () => {
  at('2026-11-27T14:22:00Z');
  expect(range('2026-11-14T00:00:00Z', '2026-11-21T00:00:00Z', 'UTC')).toBe('14 Nov – 20 Nov');
  expect(range('2026-11-14T00:00:00Z', '2026-11-20T14:30:00Z', 'UTC')).toBe('14 Nov – 20 Nov, 14:30');
  expect(range('2026-11-26T00:00:00Z', '2026-11-27T00:00:00Z', 'UTC')).toBe('26 Nov');
  expect(range('2026-11-26T00:00:00Z', '2026-11-26T14:30:00Z', 'UTC')).toBe('26 Nov, 14:30');
});

test.each([
  [4_200, '4 s'],
  [130_000, '2 min'],
  [7_300_000, '2 h'],
  [200_000_000, '2 d'],
])('%d ms', (milliseconds, text) => expect(duration(milliseconds)).toBe(text));
