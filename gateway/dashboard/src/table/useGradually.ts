import { useEffect, useState } from 'react';

/** Rows drawn in one go: more would keep the page from answering a key for as long as they take. */
const atOnce = 100;

/**
 * The rows of a list that are drawn by now: the first at once, the others as soon as the page has answered what waits. Rows that
 * change, as when new ones are let in, stay drawn; another list (`about`) begins anew.
 */
export function useGradually<Row>(rows: Row[], about: string): Row[] {
  const [drawn, setDrawn] = useState({ about, count: atOnce });
  const count = drawn.about === about ? drawn.count : atOnce;

  useEffect(() => {
    if (count >= rows.length) {
      return undefined;
    }
    const next = window.setTimeout(() => setDrawn({ about, count: count + atOnce }));

    return () => window.clearTimeout(next);
  }, [about, count, rows.length]);

  return count < rows.length ? rows.slice(0, count) : rows;
}
