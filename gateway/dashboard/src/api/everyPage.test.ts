import { expect, test } from 'vitest';
import { everyPage } from './everyPage';

const pages = (count: number) => (cursor: string | undefined) => {
  const at = Number(cursor ?? 0);

  return Promise.resolve({ items: [2 * at, 2 * at + 1], next: at + 1 < count ? String(at + 1) : null });
};

test('all pages are one list', async () => {
  expect(await everyPage(pages(1))).toEqual([0, 1]);
  expect(await everyPage(pages(3))).toEqual([0, 1, 2, 3, 4, 5]);
});

test('a list that is too long for a file is none', async () => {
  expect(await everyPage(pages(3), 6)).toHaveLength(6);
  expect(await everyPage(pages(4), 6)).toBeNull();
  expect(await everyPage(pages(Number.POSITIVE_INFINITY), 6)).toBeNull();
});
