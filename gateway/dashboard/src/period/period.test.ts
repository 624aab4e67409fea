import { expect, test } from 'vitest';
import { intervalOf, readPeriod, writePeriod } from './period';

const read = (search: string) => readPeriod(new URLSearchParams(search));

test('seven days without a word', () => expect(read('')).toEqual({ preset: 'last-7-days' }));

test('what cannot be read means the default', () => {
  expect(read('period=last-century')).toEqual({ preset: 'last-7-days' });
  expect(read('from=2026-13-01&to=2026-13-02')).toEqual({ preset: 'last-7-days' });
  expect(read('from=2026-03-01')).toEqual({ preset: 'last-7-days' });
});

test('days in the wrong order are turned round', () =>
  expect(read('from=2026-03-05&to=2026-03-02')).toEqual({ from: '2026-03-02', to: '2026-03-05' }));

test('writing and reading give the same period, and another period begins at its first page', () => {
  for (const period of [{ preset: 'today' } as const, { preset: 'last-7-days' } as const, { from: '2026-03-02', to: '2026-03-05' }]) {
    const written = writePeriod(new URLSearchParams('period=yesterday&cursor=abc&page=3&domain=shop.example'), period);
    expect(readPeriod(written)).toEqual(period);
    expect(written.get('cursor')).toBeNull();
    expect(written.get('domain')).toBe('shop.example');
  }
});

test('hours for up to three days, days for more', () => {
  expect(intervalOf({ preset: 'last-24-hours' })).toBe('hour');
  expect(intervalOf({ preset: 'last-7-days' })).toBe('day');
  expect(intervalOf({ from: '2026-03-01', to: '2026-03-03' })).toBe('hour');
  expect(intervalOf({ from: '2026-03-01', to: '2026-03-04' })).toBe('day');
});
