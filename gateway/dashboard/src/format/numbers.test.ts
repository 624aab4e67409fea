import { expect, test } from 'vitest';
import { bytes, count, percent, pointChange, rate, relativeChange } from './numbers';

test('counts are grouped', () => expect(count(1234567)).toBe('1,234,567'));

test.each([
  [100, '100.0%'],
  [99.97, '> 99.9%'],
  [99.9, '99.9%'],
  [96.34, '96.3%'],
  [0.1, '0.1%'],
  [0.0004, '< 0.1%'],
  [0, '0.0%'],
])('%d percent is shown as %s: all and none are only said of all and none', (value, text) => {
  expect(percent(value)).toBe(text);
});

test('no rate is a dash, never a zero', () => expect(rate(null)).toBe('–'));

test('changes carry their sign, and a change too small to see has none', () => {
  expect(relativeChange(12.44)).toBe('+12.4%');
  expect(pointChange(-0.44)).toBe('−0.4 pp');
  expect(pointChange(0.04)).toBe('±0.0 pp');
});

test.each([
  [999, '999 bytes'],
  [18231, '18.2 kB'],
  [25_000_000, '25.0 MB'],
])('%d bytes', (value, text) => expect(bytes(value)).toBe(text));
