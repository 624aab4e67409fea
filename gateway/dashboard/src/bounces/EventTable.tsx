import { useMediaQuery } from '@mantine/hooks';
import { memo, type CSSProperties, type KeyboardEvent } from 'react';
import type { ErrorEvent } from '../api/types';
import { usePrinting } from '../chart/usePrinting';
import { isOtherYear } from '../format/times';
import { t } from '../language/language';
import { ariaSort, Heading, type Sort } from '../table/DataTable';
import { useGradually } from '../table/useGradually';
import { EventCards } from './EventCards';
import { eventKey, type EventColumn } from './eventColumns';

/** One line for each event. A row opens by a click or Enter, and the arrow keys walk on. */
export function EventTable({ label, columns: chosen, about, rows: all, zone, sort, onSort, open, onOpen, stale }: {
  label: string;
  columns: EventColumn[];
  /** What is listed: other rows of the same are no new list. */
  about: string;
  rows: ErrorEvent[];
  zone: string;
  sort: Sort | null;
  onSort: (sort: Sort) => void;
  open: string | null;
  onOpen: (key: string) => void;
  stale: boolean;
}) {
  const narrow = useMediaQuery('(max-width: 47.99em)', undefined, { getInitialValueInEffect: false });
  // What A4 has room for; the file has it all.
  const printing = usePrinting();
  const some = useGradually(all, about);
  const rows = printing ? all : some;
  const columns = printing ? chosen.filter(({ onPaper }) => onPaper) : chosen;
  if (narrow && !printing) {
    return <EventCards label={label} rows={rows} zone={zone} onOpen={onOpen} stale={stale} />;
  }

  // A year takes room, which is only given where there is one.
  const withYear = rows.some(({ occurredAt }) => isOtherYear(occurredAt, zone));
  const widthOf = ({ width, yearWidth }: EventColumn): number | undefined => (printing ? undefined : withYear ? (yearWidth ?? width) : width);

  const walk = (event: KeyboardEvent<HTMLTableSectionElement>): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = (event.target as HTMLElement).closest('tr');
    if (step === undefined || row === null) {
      return;
    }
    event.preventDefault();
    const next = (step > 0 ? row.nextElementSibling : row.previousElementSibling)?.querySelector<HTMLElement>('.row-open');
    next?.focus();
  };

  return (
    <div className="scroll" role="group" aria-label={label} tabIndex={0} data-stale={stale || undefined}>
      <table className="t dense" aria-label={label} style={{ '--pinned': `${columns[0] === undefined ? 0 : widthOf(columns[0])}px` } as CSSProperties}>
        <colgroup>
          {columns.map((column) => (
            <col key={column.key} style={{ width: widthOf(column) }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={column.pinned ? 'pin' : undefined}
                data-numeric={column.numeric || undefined}
                {...ariaSort(sort ?? undefined, column.key)}
              >
                <Heading column={column} sort={sort ?? undefined} onSort={onSort} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={walk}>
          {rows.map((row) => {
            const key = eventKey(row);

            return <EventRow key={key} row={row} columns={columns} isOpen={key === open} onOpen={onOpen} />;
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Drawn again only when something of it has changed: a list has up to five hundred. */
const EventRow = memo(function EventRow({ row, columns, isOpen, onOpen }: {
  row: ErrorEvent;
  columns: EventColumn[];
  isOpen: boolean;
  onOpen: (key: string) => void;
}) {
  const key = eventKey(row);

  return (
    <tr aria-selected={isOpen} onClick={() => onOpen(key)}>
      {columns.map((column, place) => (
        <td key={column.key} className={column.pinned ? 'pin' : undefined} data-column={column.key} data-numeric={column.numeric || undefined}>
          {place === 0 ? (
            <button
              type="button"
              className="row-open"
              aria-expanded={isOpen}
              aria-haspopup="dialog"
              onClick={(event) => {
                event.stopPropagation();
                onOpen(key);
              }}
            >
              {column.cell(row)}
              <span className="hidden-text"> {t('Details')}</span>
            </button>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  );
});
