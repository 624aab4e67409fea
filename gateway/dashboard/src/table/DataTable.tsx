import { Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Fragment, type Key, type ReactNode } from 'react';
import { language, t } from '../language/language';
import { Help } from '../shell/Help';
import type { Topic } from '../shell/helpTexts';
import { Icon } from '../shell/Icon';

export type Column<Row> = {
  /** Names the column, in the address too. */
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** What explains the heading to those who ask. */
  help?: Topic;
  /** Numbers stand right. */
  numeric?: boolean;
  /** What the column is sorted by; absent where sorting makes no sense. */
  sortBy?: (row: Row) => string | number;
  /** What a file holds; what the column is sorted by where absent. */
  csv?: (row: Row) => string | number | null;
  /** Does not break inside. */
  fixed?: boolean;
  /** Cut at the end of the line; the whole stands elsewhere. */
  clamp?: boolean;
  /** Takes a line of its own on a phone. */
  block?: boolean;
};

export type Sort = { key: string; descending: boolean };

type Props<Row> = {
  label: string;
  columns: Column<Row>[];
  rows: Row[] | undefined;
  rowKey: (row: Row, index: number) => Key;
  sort?: Sort | undefined;
  onSort?: ((sort: Sort) => void) | undefined;
  /** Stands above the first row of each group; rows of a group follow each other. */
  groupOf?: ((row: Row) => string | null) | undefined;
  groupTitle?: ((group: string) => ReactNode) | undefined;
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
      <div className="row-skeletons" role="status" aria-label={t('Loading {what}', { what: label })}>
        {Array.from({ length: expected }, (_, index) => (
          <Skeleton key={index} height={narrow ? 58 : 26} my={narrow ? 8 : 8} radius="sm" />
        ))}
      </div>
    );
  }

  if (rows.length === 0) {
    return <>{empty}</>;
  }

  return narrow ? <Cards {...props} rows={rows} /> : <Rows {...props} rows={rows} />;
}

/** The title of the group that begins with this row, null in the middle of one. */
function groupAt<Row>({ groupOf, groupTitle }: Props<Row>, rows: Row[], index: number): ReactNode {
  const row = rows[index];
  const before = rows[index - 1];
  const group = row === undefined ? null : (groupOf?.(row) ?? null);
  if (group === null || (before !== undefined && groupOf?.(before) === group)) {
    return null;
  }

  return groupTitle?.(group) ?? group;
}

function Rows<Row>(props: Props<Row> & { rows: Row[] }) {
  const { label, columns, rows, rowKey, sort, onSort, stale } = props;

  return (
    <div className="scroll" role="group" aria-label={label} tabIndex={0} data-stale={stale || undefined}>
      <table className="t" aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" data-numeric={column.numeric || undefined} {...ariaSort(sort, column.key)}>
                <Heading column={column} sort={sort} onSort={onSort} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => {
            const group = groupAt(props, rows, index);

            return (
              <Fragment key={rowKey(row, index)}>
                {group === null ? null : (
                  <tr data-group>
                    <td colSpan={columns.length}>{group}</td>
                  </tr>
                )}
                <tr>
                  {columns.map((column) => (
                    <td
                      key={column.key}
                      data-column={column.key}
                      data-numeric={column.numeric || undefined}
                      data-fixed={column.fixed || undefined}
                      data-clamp={column.clamp || undefined}
                    >
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

export const ariaSort = (sort: Sort | undefined, key: string): { 'aria-sort'?: 'descending' | 'ascending' } =>
  sort?.key === key ? { 'aria-sort': sort.descending ? 'descending' : 'ascending' } : {};

/** The words over a column, how to sort by them and what they mean. Numbers stand right: there the last is in front. */
export function Heading<Row>({ column, sort, onSort }: { column: Column<Row>; sort: Sort | undefined; onSort: ((sort: Sort) => void) | undefined }) {
  const words = column.sortBy && onSort ? <SortButton column={column} sort={sort} onSort={onSort} /> : column.header;
  const help =
    // The mark is drawn: it is no part of the words.
    column.help === undefined ? null : <Help topic={column.help} className="th-help" label={t('What “{term}” means', { term: column.header })} />;

  return (
    <span className="th-line">
      {column.numeric ? help : words} {column.numeric ? words : help}
    </span>
  );
}

function SortButton<Row>({ column, sort, onSort }: {
  column: Pick<Column<Row>, 'key' | 'header' | 'numeric'>;
  sort: Sort | undefined;
  onSort: (sort: Sort) => void;
}) {
  const active = sort?.key === column.key;

  return (
    <button
      type="button"
      className="sort"
      data-active={active || undefined}
      onClick={() => onSort({ key: column.key, descending: active ? !sort.descending : column.numeric === true })}
    >
      {column.header}
      {active ? <Icon name={sort.descending ? 'down' : 'up'} size={12} /> : null}
    </button>
  );
}

function Cards<Row>(props: Props<Row> & { rows: Row[] }) {
  const { label, columns, rows, rowKey, stale } = props;
  const [first, ...rest] = columns;

  return (
    <ul className="cards" aria-label={label} data-stale={stale || undefined}>
      {rows.map((row, index) => {
        const group = groupAt(props, rows, index);

        return (
          <Fragment key={rowKey(row, index)}>
            {group === null ? null : <li data-group>{group}</li>}
            <li>
              {first === undefined ? null : (
                <div className="card-title" data-column={first.key}>
                  {first.cell(row)}
                </div>
              )}
              <dl>
                {rest.map((column) => (
                  <div key={column.key} data-block={column.block || undefined}>
                    <dt>{column.header}</dt>
                    <dd data-column={column.key}>{column.cell(row)}</dd>
                  </div>
                ))}
              </dl>
            </li>
          </Fragment>
        );
      })}
    </ul>
  );
}

/** Rows in the order asked for; equal ones keep their order. */
export function sorted<Row>(rows: Row[], columns: readonly Pick<Column<Row>, 'key' | 'sortBy'>[], sort: Sort): Row[] {
  const by = columns.find(({ key }) => key === sort.key)?.sortBy;
  if (by === undefined) {
    return rows;
  }

  const direction = sort.descending ? -1 : 1;

  return [...rows].sort((left, right) => {
    const a = by(left);
    const b = by(right);

    return direction * (typeof a === 'string' ? a.localeCompare(String(b), language()) : a - Number(b));
  });
}
