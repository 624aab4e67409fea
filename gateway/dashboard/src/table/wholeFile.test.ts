import { expect, test } from 'vitest';
import { partOf, wholeFile, type FileProgress } from './wholeFile';

const span = [Date.parse('2026-03-01T00:00:00Z'), Date.parse('2026-03-11T00:00:00Z')] as const;

test('a file comes whole, however it is cut, and tells how far it is', async () => {
  const rows = Array.from({ length: 100 }, (_, at) => `${new Date(span[1] - (at + 1) * 8_640_000).toISOString()},"Käse, alt",x`);
  const csv = ['occurredAt,subject,to', ...rows, ''].join('\r\n');
  const bytes = new TextEncoder().encode(csv);
  const body = new ReadableStream<Uint8Array>({
    start: (stream) => {
      for (let at = 0; at < bytes.length; at += 1009) {
        stream.enqueue(bytes.slice(at, at + 1009));
      }
      stream.close();
    },
  });
  const told: FileProgress[] = [];

  const blob = await wholeFile(new Response(body, { headers: { 'Content-Type': 'text/csv; charset=utf-8' } }), span, (progress) => told.push(progress));

  expect(await blob.text()).toBe(csv);
  expect(told.at(-1)?.bytes).toBe(bytes.length);
  expect(told.at(-1)?.part).toBeGreaterThan(0.95);
  expect(told.map(({ part }) => part)).toEqual(told.map(({ part }) => part).toSorted((a, b) => (a ?? 0) - (b ?? 0)));
});

test('a file whose rows have no time tells its bytes alone', async () => {
  const told: FileProgress[] = [];
  await wholeFile(new Response('PAR1…', { headers: { 'Content-Type': 'application/vnd.apache.parquet' } }), span, (progress) => told.push(progress));

  expect(told).toEqual([{ bytes: 7, part: null }]);
});

test('a piece without a row, or one out of the span, moves nothing back', () => {
  expect(partOf('of a long reply', span, 0.4)).toBe(0.4);
  expect(partOf('\r\n2026-03-10T00:00:00Z,a', span, 0.4)).toBe(0.4);
  expect(partOf('\r\n2026-02-01T00:00:00Z,a', span, 0.4)).toBe(1);
  expect(partOf('\r\n2026-03-06T00:00:00Z,a', [span[1], span[0]], null)).toBe(null);
});

test('a file that breaks off says so, and is not taken for a whole one', async () => {
  const body = new ReadableStream<Uint8Array>({
    start: (stream) => {
      stream.enqueue(new Uint8Array(10));
      stream.error(new TypeError('network error'));
    },
  });

  await expect(wholeFile(new Response(body), null, () => undefined)).rejects.toThrow('broke off');
});
