import { Skeleton, Table, UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { Key, ReactNode } from 'react';
import { Icon } from '../shell/Icon';

export type Column<Row> = {
  /** Names the column, in the address too. */
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand right. */
  numeric?: boolean;
  /** What the column is sorted by; absent where sorting makes no sense. */
  sortBy?: (row: Row) => string | number;
  /** Does not break inside. */
  fixed?: boolean;
};

export type Sort = { key: string; descending: boolean };

type Props<Row> = {
  label: string;
  columns: Column<Row>[];
  rows: Row[] | undefined;
  rowKey: (row: Row, index: number) => Key;
  sort?: Sort | undefined;
  onSort?: ((sort: Sort) => void) | undefined;
  /** Rows that the place is kept for while loading. */
  expected?: number;
  /** Shown in place of rows when there are none. */
  empty: ReactNode;
  /** The rows on screen answer an earlier question; the answer to this one is on its way. */
  stale?: boolean;
};

/** A table; on a phone, a list of cards that say the same. */
export function DataTable<Row>(props: Props<Row>) {
  const narrow = useMediaQuery('(max-width: 47.99em)', undefined, { getInitialValueInEffect: false });
  const { rows, expected = 5, label, empty } = props;

  if (rows === undefined) {
    return (
      <div role="status" aria-label={`Loading ${label}`}>
        {Array.from({ length: expected }, (_, index) => (
          <Skeleton key={index} height={narrow ? 92 : 28} my={narrow ? 8 : 6} radius="sm" />
        ))}
      </div>
    );
  }

  if (rows.length === 0) {
    return <>{empty}</>;
  }

  return narrow ? <Cards {...props} rows={rows} /> : <Rows {...props} rows={rows} />;
}

function Rows<Row>({ label, columns, rows, rowKey, sort, onSort, stale }: Props<Row> & { rows: Row[] }) {
  return (
    <div className="scroll" role="group" aria-label={label} tabIndex={0} data-stale={stale || undefined}>
      <Table highlightOnHover verticalSpacing={6} horizontalSpacing="sm" aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th
                key={column.key}
                scope="col"
                data-numeric={column.numeric || undefined}
                {...(sort?.key === column.key
                  ? { 'aria-sort': sort.descending ? ('descending' as const) : ('ascending' as const) }
                  : {})}
              >
                {column.sortBy && onSort ? (
                  <SortButton column={column} sort={sort} onSort={onSort} />
                ) : (
                  column.header
                )}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, index) => (
            <Table.Tr key={rowKey(row, index)}>
              {columns.map((column) => (
                <Table.Td
                  key={column.key}
                  data-column={column.key}
                  data-numeric={column.numeric || undefined}
                  data-fixed={column.fixed || undefined}
                >
                  {column.cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function SortButton<Row>({ column, sort, onSort }: { column: Column<Row>; sort: Sort | undefined; onSort: (sort: Sort) => void }) {
  const active = sort?.key === column.key;

  return (
    <UnstyledButton
      className="sort"
      data-active={active || undefined}
      onClick={() => onSort({ key: column.key, descending: active ? !sort.descending : column.numeric === true })}
    >
      {column.header}
      {active ? <Icon name={sort.descending ? 'down' : 'up'} size={12} /> : null}
    </UnstyledButton>
  );
}

function Cards<Row>({ label, columns, rows, rowKey, stale }: Props<Row> & { rows: Row[] }) {
  const [first, ...rest] = columns;

  return (
    <ul className="cards" aria-label={label} data-stale={stale || undefined}>
      {rows.map((row, index) => (
        <li key={rowKey(row, index)}>
          {first === undefined ? null : (
            <div className="card-title" data-column={first.key}>
              {first.cell(row)}
            </div>
          )}
          <dl>
            {rest.map((column) => (
              <div key={column.key}>
                <dt>{column.header}</dt>
                <dd data-column={column.key}>{column.cell(row)}</dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  );
}

/** Rows in the order asked for; equal ones keep their order. */
export function sorted<Row>(rows: Row[], columns: Column<Row>[], sort: Sort): Row[] {
  const by = columns.find(({ key }) => key === sort.key)?.sortBy;
  if (by === undefined) {
    return rows;
  }

  const direction = sort.descending ? -1 : 1;

  return [...rows].sort((left, right) => {
    const a = by(left);
    const b = by(right);

    return direction * (typeof a === 'string' ? a.localeCompare(String(b), 'en') : a - Number(b));
  });
}
