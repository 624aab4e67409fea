import { expect, test } from 'vitest';
import type { AttemptPoint } from '../api/types';
import { slotsByStart } from '../chart/attemptSlots';
import { reasonIds } from '../bounces/reasons';
import { compared, dispersion, groupOf, pointsOf, providerTrends, reasonTrends, wholeTrend } from './trends';

const at = (hour: number): string => new Date(Date.UTC(2026, 2, 25, hour)).toISOString();
const mail = (
  hour: number, attempts: number, outcome: AttemptPoint['outcome'] = 'delivered', reason?: AttemptPoint['reason'], provider?: string,
): AttemptPoint => ({
  start: at(hour), ...(outcome === undefined ? {} : { outcome }), attempts,
  ...(reason === undefined ? {} : { reason }), ...(provider === undefined ? {} : { provider }),
});

test('reasons are new, going on or gone, and their change is told from chance', () => {
  const before = [0, 1, 2, 3, 4].flatMap((hour) => [mail(hour, 980), mail(hour, 10, 'deferred', 'greylisted'), mail(hour, 10, 'hard', 'recipient_unknown')]);
  const now = [5, 6, 7, 8, 9].flatMap((hour) => [mail(hour, 960), mail(hour, 10, 'deferred', 'greylisted'), mail(hour, 30, 'soft', 'auth_spf')]);

  const trends = Object.fromEntries(reasonTrends([...now, mail(9, 1, 'soft', 'malware')], before).map((trend) => [trend.reason, trend]));

  expect(trends['auth_spf']).toMatchObject({ state: 'new', verdict: 'changed', now: 150, before: 0, final: 150 });
  expect(trends['greylisted']).toMatchObject({ state: 'on', verdict: 'same', final: 0 });
  expect(trends['recipient_unknown']).toMatchObject({ state: 'gone', verdict: 'changed', now: 0, before: 50 });
  expect(trends['malware']).toMatchObject({ state: 'new', verdict: 'few' });
  expect(trends['auth_spf']?.course).toHaveLength(5);
});

test('what comes in clusters proves less', () => {
  const even = { parts: [10, 10, 10, 10, 10, 10], wholes: [1000, 1000, 1000, 1000, 1000, 1000] };
  const clustered = { ...even, parts: [60, 0, 0, 0, 0, 0] };

  expect(dispersion(even.parts, even.wholes)).toBe(1);
  expect(dispersion(clustered.parts, clustered.wholes)).toBeGreaterThan(30);
  expect(compared(100, 6000, 60, 6000, even).verdict).toBe('changed');
  expect(compared(100, 6000, 60, 6000, clustered).verdict).not.toBe('changed');
});

test('chance alone is told as a change one time in twenty at most', () => {
  // A fixed generator (mulberry32): the same draws in every run.
  let seed = 7;
  const random = (): number => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);

    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const draw = (): number => Array.from({ length: 400 }, random).filter((value) => value < 0.03).length;
  let changed = 0;
  const rounds = 400;
  for (let round = 0; round < rounds; round += 1) {
    const parts = Array.from({ length: 7 }, draw);
    const now = Array.from({ length: 7 }, draw).reduce((sum, value) => sum + value, 0);
    const verdict = compared(now, 2800, parts.reduce((sum, value) => sum + value, 0), 2800, { parts, wholes: parts.map(() => 400) }).verdict;
    changed += verdict === 'changed' ? 1 : 0;
  }

  expect(changed / rounds).toBeLessThan(0.06);
});

test('providers have their own rates and complaints', () => {
  const before = [mail(0, 1000, 'delivered', undefined, 'Gmail'), mail(0, 10, 'deferred', undefined, 'Gmail')];
  const now = [mail(5, 1000, 'delivered', undefined, 'Gmail'), mail(5, 200, 'deferred', undefined, 'Gmail'), mail(5, 9, 'complained', undefined, 'Gmail'),
    mail(5, 3, 'delivered', undefined, 'Yahoo')];

  const [gmail, yahoo] = providerTrends(now, before);

  expect(gmail).toMatchObject({
    provider: 'Gmail', attempts: 1200, deferred: { now: 200, of: 1200, verdict: 'changed' }, complained: { now: 9, verdict: 'changed' },
  });
  expect(yahoo).toMatchObject({ provider: 'Yahoo', deferred: { verdict: 'few' } });
  expect(wholeTrend(slotsByStart(now), slotsByStart(before), (slot) => slot.hard, (slot) => slot.delivered).verdict).toBe('same');
});

test('every reason of the three groups is one that the classifier gives, and stands in one of them', () => {
  const all = Object.values(groupOf).flat();

  expect(all.filter((reason) => !(reasonIds as readonly string[]).includes(reason))).toEqual([]);
  expect(new Set(all).size).toBe(all.length);
});

const period = { from: '2026-11-28T22:15:00+01:00', to: '2026-11-29T22:15:00+01:00' };

test('a period that begins within an hour loses no attempt', () => {
  const now: AttemptPoint[] = [
    { start: '2026-11-28T22:15:00+01:00', outcome: 'delivered', attempts: 3 },
    { start: '2026-11-28T23:00:00+01:00', outcome: 'delivered', attempts: 4 },
    { start: '2026-11-28T23:00:00+01:00', outcome: 'deferred', reason: 'greylisted', attempts: 2 },
    { start: '2026-11-29T22:00:00+01:00', outcome: 'soft', reason: 'auth_spf', attempts: 1 },
  ];
  const points = pointsOf(now, period, 'hour', '');

  expect(points).toHaveLength(25);
  expect(points.map(({ all }) => all).filter((all) => all > 0)).toEqual([3, 6, 1]);
  expect(points.at(-1)?.soft).toBe(1);
  expect(pointsOf(now, period, 'hour', 'greylisted')[1]).toMatchObject({ all: 6, deferred: 2, delivered: 0 });
});
