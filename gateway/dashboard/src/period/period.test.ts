import { expect, test } from 'vitest';
import { intervalsOf, readPeriod, writePeriod } from './period';

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

test('a week by the hour where there is room, a month by the day, three months by the day alone', () => {
  expect(intervalsOf({ preset: 'last-24-hours' }, false)).toEqual({ usual: 'hour', possible: ['hour'] });
  expect(intervalsOf({ preset: 'last-7-days' }, false)).toEqual({ usual: 'hour', possible: ['hour', 'day'] });
  expect(intervalsOf({ preset: 'last-7-days' }, true).usual).toBe('day');
  expect(intervalsOf({ preset: 'last-30-days' }, false)).toEqual({ usual: 'day', possible: ['hour', 'day'] });
  expect(intervalsOf({ from: '2026-03-01', to: '2026-03-02' }, false).possible).toEqual(['hour']);
  expect(intervalsOf({ from: '2026-01-01', to: '2026-03-31' }, false).possible).toEqual(['day']);
});
