import { expect, test } from 'vitest';
import type { Incident } from '../api/types';
import { marksOf } from './marks';

const incident = (id: string, startedAt: number, closedAt: number | null): Incident => ({
  id, kind: 'rate', state: closedAt === null ? 'open' : 'closed', domain: 'shop.example', provider: 'Gmail', failed: 1, waiting: 0, rate: 1, usualRate: 0,
  replies: [], examples: [], summary: '', advice: '', contrast: '', startedAt: new Date(startedAt).toISOString(), openedAt: new Date(startedAt).toISOString(),
  ...(closedAt === null ? {} : { closedAt: new Date(closedAt).toISOString() }),
});

test('words of marks never lie on each other, on a mark, or outside the plot', () => {
  const marks = marksOf([incident('a', 100, 120), incident('b', 620, 640), incident('c', 680, 720), incident('d', 980, null)], (time) => time, 1000, 50, 1000);

  expect(Object.fromEntries(marks.map(({ incident: { id }, anchor }) => [id, anchor]))).toEqual({ d: 'end', c: null, b: 'end', a: 'start' });
  expect(marks.find(({ incident: { id } }) => id === 'd')).toMatchObject({ from: 980, to: 1000, text: 'Gmail slows down mail from shop.example' });
});
