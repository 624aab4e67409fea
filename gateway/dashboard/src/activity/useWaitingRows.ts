import { useRef, useState } from 'react';

/** As many new rows are counted; beyond it there are "more". */
export const mostCounted = 50;

type Waiting<Row> = {
  rows: Row[] | undefined;
  /** The question that the rows answer. */
  about: string;
  waiting: number;
  show: () => void;
};

/**
 * Holds new rows back while somebody reads: they wait until they are asked for. Another question (`about`) and a list that was empty
 * are shown at once.
 */
export function useWaitingRows<Row>(latest: Row[] | undefined, about: string, keyOf: (row: Row) => string, settled: boolean): Waiting<Row> {
  const held = useRef<{ about: string; rows: Row[] } | null>(null);
  const [, redraw] = useState(0);

  if (latest !== undefined && settled && (held.current === null || held.current.about !== about || held.current.rows.length === 0)) {
    held.current = { about, rows: latest };
  }

  const shown = held.current?.about === about ? held.current.rows : undefined;
  const known = new Set((shown ?? []).map(keyOf));
  const waiting = shown === undefined || latest === undefined ? 0 : latest.filter((row) => !known.has(keyOf(row))).length;

  return {
    // While another question is on its way, what was shown stays.
    rows: shown ?? held.current?.rows ?? latest,
    about: held.current?.about ?? about,
    waiting,
    show: () => {
      if (latest !== undefined) {
        held.current = { about, rows: latest };
        redraw((count) => count + 1);
      }
    },
  };
}
