import { expect, it } from 'vitest';
import { wholePage } from './wholePage';

const rows = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

it('goes on until the page is full', async () => {
  const asked: unknown[] = [];
  const page = await wholePage({ limit: 5 }, (query: { limit: number; cursor?: string }) => {
    asked.push(query);

    return Promise.resolve({ items: rows(Math.min(2, query.limit)), next: `after ${asked.length}` });
  });

  expect(page).toEqual({ items: [0, 1, 0, 1, 0], next: 'after 3' });
  expect(asked).toEqual([{ limit: 5 }, { limit: 3, cursor: 'after 1' }, { limit: 1, cursor: 'after 2' }]);
});

it('ends where the rows end', async () => {
  const page = await wholePage({ limit: 5, cursor: 'here' }, (query) =>
    Promise.resolve(query.cursor === 'here' ? { items: [], next: 'there' } : { items: [7], next: null }),
  );

  expect(page).toEqual({ items: [7], next: null });
});

it('shows what was found when it takes too long', async () => {
  let time = 0;
  const page = await wholePage({ limit: 5 }, () => Promise.resolve({ items: [], next: 'on' }), () => (time += 1000));

  expect(page).toEqual({ items: [], next: 'on' });
});
