import { expect, test } from 'vitest';
import { gapOf, isQuiet, mayAsk, mostRequests, noteRequest, span } from './pace';

test('a page asks by itself only so often in ten seconds, and one more has to wait', () => {
  for (let at = 0; at < mostRequests; at++) {
    expect(mayAsk(1000 + at)).toBe(true);
    noteRequest(1000 + at);
  }

  expect(mayAsk(1000 + mostRequests)).toBe(false);
  expect(mayAsk(999 + span)).toBe(false);
  expect(mayAsk(1000 + span)).toBe(true);
  noteRequest(1000 + span);
  expect(mayAsk(1000 + span)).toBe(false);
  expect(mayAsk(1001 + span)).toBe(true);
});

test('one part alone moves at once, many take turns', () => {
  expect(gapOf(1, false)).toBeLessThanOrEqual(1500);
  expect(gapOf(6, false)).toBeGreaterThan(gapOf(3, false));
  expect(gapOf(6, true)).toBeLessThan(gapOf(6, false));
});

test('after ten quiet seconds everything may move at once', () => {
  noteRequest(100_000);
  expect(isQuiet(100_000 + span - 1)).toBe(false);
  expect(isQuiet(100_000 + span)).toBe(true);
});
